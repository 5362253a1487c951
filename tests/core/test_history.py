from __future__ import annotations

import random
import signal as signals
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.history import Event, EventKind, History, TimelineQuery
from core.model import Grade
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.tools.exposure_book import Cell
from tests.architecture.sources import ROOT
from tests.fakes.exposures import reading, seen

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-4Tz8Wq1Lm7"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(tmp_path: Path, clock: Clock) -> History:
    return History(tmp_path / "state", now=clock)


def policy(text: str, tool: str = "", signal: str = "") -> Event:
    return Event(EventKind.POLICY, text, tool, signal)


def test_events_come_back_newest_first(history: History, clock: Clock) -> None:
    assert history.add(policy("One."))
    clock.now += 1
    assert history.add(Event(EventKind.SESSION_STARTED, "Two.", "pal", detail={"pid": 7}))
    second, first = history.timeline()
    assert (first.text, second.text, second.tool, second.detail) == ("One.", "Two.", "pal", {"pid": 7})
    assert second.at == START + timedelta(seconds=1)


def test_the_timeline_can_be_asked_by_tool_signal_kind_and_time(history: History, clock: Clock) -> None:
    for hour, (tool, signal, kind) in enumerate(
        [("a", "x", EventKind.EVIDENCE), ("b", "x", EventKind.EVIDENCE), ("a", "y", EventKind.POLICY), ("a", "x", EventKind.POLICY)]
    ):
        clock.now = START.timestamp() + hour * 3600
        history.add(Event(kind, str(hour), tool, signal))

    def told(**query: Any) -> list[str]:
        return [event.text for event in history.timeline(TimelineQuery(**query))]

    assert told(tools=("a",)) == ["3", "2", "0"]
    assert told(signals=("x",), tools=("a", "b")) == ["3", "1", "0"]
    assert told(kinds=(EventKind.EVIDENCE,)) == ["1", "0"]
    assert told(since=START + timedelta(hours=2)) == ["3", "2"]
    assert told(until=START + timedelta(hours=1)) == ["1", "0"]
    assert told(limit=2) == ["3", "2"]
    page = history.timeline(TimelineQuery(limit=2))
    assert told(before=page[-1], limit=2) == ["1", "0"]


def test_equal_news_within_minutes_are_counted_and_not_repeated(history: History, clock: Clock) -> None:
    for _ in range(5):
        clock.now += 60
        history.join(policy("Changed.", signal="uptime"), within_s=250)
    events = history.timeline()
    assert [event.times for event in events] == [1, 4] or [event.times for event in events] == [5]
    assert sum(event.times for event in events) == 5
    assert history.join(policy("Changed.", signal="other"))
    assert history.timeline()[0].times == 1


def test_files_are_for_this_user_only(history: History) -> None:
    history.add(policy("One."))
    history.fingerprint(reading("time-zone", "UTC"))
    folder = history.path.parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert {"history.sqlite", "history.key", "history.sqlite-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_values_are_never_in_the_files(history: History) -> None:
    hidden = reading("git-identity", result=Ok((Sensitive(f"{CANARY}@example.org", MaskKind.EMAIL),)))
    assert history.changed(hidden, "masked") is None
    assert history.changed(reading("git-identity", CANARY), "masked too") == "masked"
    history.place_print(f"/home/{CANARY}/project")
    history.close()
    for path in history.path.parent.iterdir():
        assert CANARY.encode() not in path.read_bytes()


def test_a_change_is_told_also_after_a_restart_and_only_once(tmp_path: Path) -> None:
    first = History(tmp_path)
    assert first.changed(reading("time-zone", "UTC"), "UTC") is None
    first.close()
    second = History(tmp_path)
    assert second.changed(reading("time-zone", "UTC"), "UTC") is None
    assert second.changed(reading("time-zone", "Asia/Tokyo"), "Asia/...") == "UTC"
    assert second.changed(reading("time-zone", "Asia/Tokyo"), "Asia/...") is None
    second.close()


def test_prints_of_two_installations_cannot_be_compared(tmp_path: Path) -> None:
    one, two = History(tmp_path / "one"), History(tmp_path / "two")
    assert one.fingerprint(reading("time-zone", "UTC")) != two.fingerprint(reading("time-zone", "UTC"))
    assert one.fingerprint(reading("time-zone", "UTC")) == one.fingerprint(reading("time-zone", "UTC"))


def test_a_lost_key_does_not_make_everything_look_changed(tmp_path: Path) -> None:
    first = History(tmp_path)
    first.changed(reading("time-zone", "UTC"), "UTC")
    first.close()
    (tmp_path / "history.key").unlink()
    second = History(tmp_path)
    assert second.changed(reading("time-zone", "UTC"), "UTC") is None
    second.close()


def test_evidence_comes_back_and_an_equal_piece_is_kept_once(history: History) -> None:
    piece = seen("pal", "time-zone", Grade.SAW_SENT)
    later = seen("pal", "time-zone", Grade.SAW_SENT, at=piece.at + timedelta(hours=1))
    history.add_evidence(piece, later, seen("pal", "locale", Grade.SAW_READ), seen("other", "locale", Grade.SAW_READ))
    assert history.evidence("pal", "time-zone") == (later,)
    assert len(history.evidence("pal")) == 2
    assert len(history.evidence()) == 3


def test_the_exposure_at_an_earlier_time_can_be_asked(history: History, clock: Clock) -> None:
    pair = ("pal", "time-zone")
    history.note_cells({pair: Cell(Grade.COULD_SEE, None, "1.0"), ("pal", "locale"): Cell(Grade.ABSENT)})
    clock.now += 3600
    history.note_cells({pair: Cell(Grade.HIDDEN, Grade.REPORTED, "1.1"), ("pal", "locale"): Cell(Grade.ABSENT)})
    assert history.cells()[pair] == Cell(Grade.HIDDEN, Grade.REPORTED, "1.1")
    assert history.cells(START + timedelta(minutes=5))[pair] == Cell(Grade.COULD_SEE, None, "1.0")
    assert history.cells(START - timedelta(minutes=5)) == {}


def test_old_entries_go_and_the_newest_exposure_stays(tmp_path: Path, clock: Clock) -> None:
    history = History(tmp_path, now=clock, most_days=30)
    history.add(policy("Old."))
    history.add_evidence(seen("pal", "locale", Grade.SAW_READ, at=START))
    history.note_cells({("pal", "locale"): Cell(Grade.COULD_SEE)})
    clock.now += 31 * 86_400
    history.add(policy("New."))
    history.tidy()
    assert [event.text for event in history.timeline()] == ["New."]
    assert history.evidence() == ()
    assert history.cells() == {("pal", "locale"): Cell(Grade.COULD_SEE)}


def test_the_file_stays_below_its_limit_and_keeps_the_newest(tmp_path: Path) -> None:
    history = History(tmp_path, most_bytes=400_000)
    for number in range(1500):
        history.add(policy(f"{number} " + "x" * 500))
    history.tidy()
    assert history.path.stat().st_size <= 500_000
    assert history.timeline()[0].text.startswith("1499 ")
    assert history.message == ""


def test_everything_can_be_forgotten(history: History) -> None:
    history.add(policy("One."))
    history.add_evidence(seen("pal", "locale", Grade.SAW_READ))
    history.note_cells({("pal", "locale"): Cell(Grade.COULD_SEE)})
    assert history.forget_all()
    assert (history.timeline(), history.evidence(), history.cells()) == ((), (), {})


def test_two_telltales_write_at_once(tmp_path: Path) -> None:
    both = [History(tmp_path), History(tmp_path)]

    def write(history: History) -> None:
        for number in range(100):
            history.add(policy(str(number)))

    threads = [threading.Thread(target=write, args=(history,)) for history in both for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(both[0].timeline(TimelineQuery(limit=1000))) == 400
    assert [history.message for history in both] == ["", ""]


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.history import Event, EventKind, History
from core.model import Grade
from core.tools.exposure_book import Cell
history = History(Path(sys.argv[2]))
for number in range(100_000):
    assert history.add(Event(EventKind.POLICY, str(number), sys.argv[3]))
    history.note_cells({("pal", str(number % 7)): Cell(Grade.COULD_SEE, None, str(number))})
    if number % 50 == 49:
        history.tidy()
    print(number, flush=True)
"""


def killed_after(folder: Path, lines: int, tool: str) -> int:
    """Start a writer, kill it (SIGKILL) somewhere after so many entries, and return the last entry it knew to be kept."""
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(ROOT), str(folder), tool], stdout=subprocess.PIPE)
    assert child.stdout is not None
    last = -1
    while last < lines - 1:
        last = int(child.stdout.readline())
    child.send_signal(signals.SIGKILL)
    rest = child.stdout.read().split(b"\n")[:-1]
    child.stdout.close()
    assert child.wait() == -signals.SIGKILL
    return int(rest[-1]) if rest else last


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_was_kept_is_lost_by_a_kill(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  picks moments, no secrets
    for life in range(2):
        last = killed_after(tmp_path, dice.randint(1, 120), f"life-{life}")
        history = History(tmp_path)
        kept = history.timeline(TimelineQuery(tools=(f"life-{life}",), limit=100_000))
        numbers = [int(event.text) for event in reversed(kept)]
        assert numbers == list(range(len(numbers)))
        assert numbers[-1] >= last
        assert history.add(policy("After."))
        assert history.message == ""
        history.close()
    assert not list(tmp_path.glob("history-broken-*"))


def test_a_kill_of_one_telltale_does_not_hurt_the_other(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.add(policy("Before."))
    killed_after(tmp_path, 20, "killed")
    assert history.add(policy("After."))
    assert history.message == ""
    assert len(history.timeline(TimelineQuery(tools=("killed",), limit=1000))) >= 20

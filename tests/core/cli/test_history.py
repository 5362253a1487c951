from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.cli.looking import moment_of
from core.cli.main import main
from core.history import Event, EventKind, History
from core.keeping import USUAL_DAYS, kept_days
from core.watch.store import Store
from core.watch.store_model import CaptureSession, SessionState

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("home_with_a_tool")
NOW = datetime.now(UTC)


@pytest.fixture
def filled(home_with_a_tool: Path) -> None:
    history = History()
    history.add(
        Event(EventKind.SESSION_STARTED, "Claude Code started.", "claude-code", at=NOW - timedelta(days=3)),
        Event(EventKind.SIGNAL_CHANGED, "Time zone changed.", signal="time-zone", detail={"before": "UTC", "after": "\x1b[31mEurope"}),
    )
    history.close()


def test_an_empty_history_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 0
    assert capsys.readouterr().out == "Nothing is remembered that fits.\n"


@pytest.mark.usefixtures("filled")
def test_the_newest_entry_comes_first_and_nothing_in_it_can_act(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("Time zone changed. UTC -> \\u{1b}[31mEurope")
    assert second.endswith("Claude Code started.")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--since", "24h"], 1),
        (["--since", "7d"], 2),
        (["--until", "1d"], 1),
        (["--kind", "session-started"], 1),
        (["--tool", "claude-code"], 1),
        (["--signal", "time-zone", "--kind", "policy"], 0),
        (["--limit", "1"], 1),
    ],
)
def test_entries_can_be_chosen(words: list[str], count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--json", *words]) == 0
    assert len(json.loads(capsys.readouterr().out)["events"]) == count


@pytest.mark.usefixtures("filled")
def test_everything_can_be_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "--forget"]) == 0
    assert main(["history"]) == 0
    assert capsys.readouterr().out.splitlines() == ["Everything that was remembered is removed.", "Nothing is remembered that fits."]


@pytest.mark.usefixtures("filled")
def test_how_long_things_are_kept_is_chosen_and_holds_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Store() as store:
        store.begin(CaptureSession("old", "toy", "1", "proxy", 1000.0))
        store.end("old", SessionState.ENDED, "", is_complete=True, at=1001.0)
    assert main(["history", "--keep", "1"]) == 0
    assert "kept for 1 day; what is older is removed." in " ".join(capsys.readouterr().out.split())
    assert main(["history", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["events"]) == 1
    with Store() as store:
        assert store.sessions() == ()
    assert kept_days() == 1


def test_a_number_of_days_that_is_no_choice_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["history", "--keep", "0"])
    assert stopped.value.code == 2
    assert kept_days() == USUAL_DAYS


def test_a_broken_history_is_said(home_with_a_tool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = History().path
    place.parent.mkdir(parents=True)
    place.write_bytes(b"broken" * 200)
    assert main(["history"]) == 3
    assert "a new one was begun" in capsys.readouterr().err
    assert list(home_with_a_tool.rglob("history-broken-*.sqlite"))


def test_points_in_time_can_be_written_in_several_ways() -> None:
    assert abs((moment_of("24h") - (datetime.now(UTC) - timedelta(hours=24))).total_seconds()) < 60
    assert moment_of("2026-11-20T14:00+00:00") == datetime(2026, 11, 20, 14, tzinfo=UTC)
    assert moment_of("2026-11-20").tzinfo is not None
    with pytest.raises(SystemExit):
        moment_of("yesterday")

"""For how long things are kept: one private choice that history and captures follow."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from core.history import Event, EventKind, History
from core.keeping import FEWEST, MOST, USUAL_DAYS, keep_for, keeping_file, kept_days

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400.0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def test_the_choice_is_kept_in_a_private_file() -> None:
    assert kept_days() == USUAL_DAYS
    assert keep_for(7)
    assert kept_days() == 7
    if os.name == "posix":
        assert stat.S_IMODE(keeping_file().stat().st_mode) == 0o600


@pytest.mark.parametrize("days", [FEWEST - 1, MOST + 1])
def test_what_is_no_choice_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="days"):
        keep_for(days)
    assert kept_days() == USUAL_DAYS


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b"{", b"[7]", b'{"days": true}', b'{"days": 0}', b'{"days": "7"}', b"[" * 9999])
def test_a_broken_choice_is_the_usual_one(broken: bytes) -> None:
    keeping_file().parent.mkdir(parents=True)
    keeping_file().write_bytes(broken)
    assert kept_days() == USUAL_DAYS


def test_while_the_choice_cannot_be_read_nothing_is_removed_that_it_may_keep() -> None:
    keeping_file().mkdir(parents=True)  # no file can be read here, whoever asks
    assert kept_days() == MOST


def test_a_choice_that_cannot_be_written_is_told(home: Path) -> None:
    (home / "config").write_text("in the way")
    assert not keep_for(7)


def test_the_history_follows_the_choice_while_it_runs(home: Path) -> None:
    now = [1_800_000_000.0]
    history = History(home / "state", now=lambda: now[0])
    history.add(Event(EventKind.POLICY, "Old."))
    now[0] += 8 * DAY
    history.add(Event(EventKind.POLICY, "New."))
    assert history.count() == 2
    keep_for(7)
    history.tidy()
    assert [event.text for event in history.timeline()] == ["New."]


def test_a_history_that_runs_for_long_is_tidied_each_day(home: Path) -> None:
    now = [1_800_000_000.0]
    history = History(home / "state", now=lambda: now[0], most_days=2)
    history.add(Event(EventKind.POLICY, "Old."))
    now[0] += 3 * DAY
    history.add(Event(EventKind.POLICY, "New."))
    assert [event.text for event in history.timeline()] == ["New."]

"""What captures show reaches the matrix and the timeline, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.catalogue import load_catalogue
from core.history import EventKind, History, TimelineQuery
from core.model import Grade
from core.tools.model import Evidence
from core.tools.recording import Recorder
from core.watch import kept_evidence
from core.watch.kept_evidence import evidence_mark, gather

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_capture_is_noted_once_and_kept_evidence_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    sent = Evidence("claude-code", "time-zone", Grade.SAW_SENT, "inspector", at, "2.1.197", "a", "\u2022\u2022", "$.system")
    read = Evidence("claude-code", "hostname", Grade.SAW_READ, "trace", at, "2.1.197", "b", "", "/etc/hostname")
    history = History(tmp_path)
    history.add_evidence(read)
    monkeypatch.setattr(kept_evidence, "captured_evidence", lambda: (sent,))
    recorder = Recorder(history, load_catalogue())
    assert gather(history, recorder) == (read, sent)
    assert set(gather(history, recorder)) == {read, sent}
    entries = history.timeline(TimelineQuery(kinds=(EventKind.EVIDENCE,)))
    assert [(item.signal, item.times) for item in entries] == [("time-zone", 1)]


def test_captures_with_one_place_and_several_sources_are_not_noted_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    one = Evidence("claude-code", "time-zone", Grade.SAW_SENT, "inspector", at, "2.1.197", "a", "to one.example", "$.system")
    two = replace(one, source="b", detail="to two.example", at=at + timedelta(hours=1))
    monkeypatch.setattr(kept_evidence, "captured_evidence", lambda: (two, one))
    history = History(tmp_path)
    recorder = Recorder(history, load_catalogue())
    for _ in range(3):
        gather(history, recorder)
    assert [item.at for item in gather(history, recorder)] == [two.at]
    assert sum(item.times for item in history.timeline(TimelineQuery(kinds=(EventKind.EVIDENCE,)))) == 2


def test_evidence_of_another_process_changes_the_mark_and_looking_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    mine, other = History(tmp_path), History(tmp_path)
    before = evidence_mark(mine)
    gather(mine, Recorder(mine, load_catalogue()))
    assert evidence_mark(mine) == before
    other.add_evidence(Evidence("claude-code", "hostname", Grade.SAW_READ, "trace", datetime(2026, 11, 20, tzinfo=UTC), "1", "b"))
    assert evidence_mark(mine) != before

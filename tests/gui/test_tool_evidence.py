"""What captures show reaches the matrix and the timeline, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.history import EventKind, TimelineQuery
from core.model import Grade
from core.tools.model import Evidence
from core.tools.recording import Recorder
from gui import tool_evidence
from gui.memory_history import MemoryHistory

if TYPE_CHECKING:
    import pytest

    from core.catalogue import Catalogue


def test_a_capture_is_noted_once_and_kept_evidence_comes_along(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    sent = Evidence("claude-code", "time-zone", Grade.SAW_SENT, "inspector", at, "2.1.197", "a", "\u2022\u2022", "$.system")
    read = Evidence("claude-code", "hostname", Grade.SAW_READ, "trace", at, "2.1.197", "b", "", "/etc/hostname")
    history = MemoryHistory()
    history.add_evidence(read)
    monkeypatch.setattr(tool_evidence, "captured_evidence", lambda: (sent,))
    recorder = Recorder(history, catalogue)
    assert tool_evidence.gather(history, recorder) == (read, sent)
    assert set(tool_evidence.gather(history, recorder)) == {read, sent}
    entries = history.timeline(TimelineQuery(kinds=(EventKind.EVIDENCE,)))
    assert [(item.signal, item.times) for item in entries] == [("time-zone", 1)]

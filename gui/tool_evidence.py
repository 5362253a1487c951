"""Evidence kept on this computer for the matrix: of traces from the history, of captures from their store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.watch.captures import captured_evidence

if TYPE_CHECKING:
    from core.history import History
    from core.tools.model import Evidence
    from core.tools.recording import Recorder


def gather(history: History, recorder: Recorder) -> tuple[Evidence, ...]:
    """Return all of it; what a capture shows for the first time is noted in the timeline, too."""
    kept = history.evidence()
    known = {_same(item) for item in kept}
    new = [item for item in captured_evidence() if _same(item) not in known]
    if new:
        recorder.evidence(new)
    return (*kept, *new)


def _same(item: Evidence) -> tuple[str, ...]:
    return (item.tool, item.signal, item.grade.value, item.method, item.tool_version, item.source, item.place)

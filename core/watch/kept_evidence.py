"""Evidence kept on this computer for the matrix: of traces from the history, of captures from their store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.watch.captures import captured_evidence, captured_mark

if TYPE_CHECKING:
    from core.history import History
    from core.tools.model import Evidence
    from core.tools.recording import Recorder

    Mark = tuple[object, ...]


def evidence_mark(history: History) -> Mark:
    """Return something that differs when there may be new evidence, also of another process: much cheaper than to gather it."""
    return (*history.evidence_mark(), *captured_mark())


def gather(history: History, recorder: Recorder) -> tuple[Evidence, ...]:
    """Return all of it; what a capture shows for the first time, or again later, is noted in the timeline, too."""
    kept = history.evidence()
    known = {_key(item): item.at for item in reversed(kept)}  # newest first, so the newest stays
    new = [item for item in captured_evidence() if (at := known.get(_key(item))) is None or at < item.at]
    if new:
        recorder.evidence(new)
    return (*kept, *new)


def _key(item: Evidence) -> tuple[str, ...]:
    """Return what the history takes for the same piece of evidence."""
    return (item.tool, item.signal, item.grade.value, item.method, item.tool_version, item.place)

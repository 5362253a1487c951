"""What a trace says for the matrix of tools and signals: one piece of evidence per signal and who was seen reading it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.model import Grade
from core.tools.model import Evidence
from core.watch.trace_model import NOT_COLLECTING, Deed, TraceEvent, Who

if TYPE_CHECKING:
    from core.watch.trace_model import TraceReport

METHOD: Final = "trace"
SEEN_OPEN: Final = "seen-open"
LIMITS: Final = f"{NOT_COLLECTING} What was not seen may happen at another time, and reading of environment variables cannot be seen."
_DEEDS: Final = {
    Deed.READ: "opened",
    Deed.LISTED: "listed",
    Deed.CALLED: "called",
    Deed.RAN: "started",
    Deed.CONNECTED: "connected to",
    Deed.LOOKED_AT: "looked for and found",
    Deed.NOT_THERE: "looked for, but it was not there",
    Deed.REFUSED: "tried, but the system refused",
}
_WHO: Final = {
    Who.TOOL: "by the tool itself",
    Who.LIBRARY: "in the tool's process, as libraries do for ordinary work",
    Who.LOADER: "by the loader when the program started",
}


def deed_text(event: TraceEvent) -> str:
    """Return what was done, without by whom."""
    return _DEEDS[event.deed]


def who_text(event: TraceEvent) -> str:
    """Return who did it."""
    return _WHO.get(event.who) or f"by {event.program}, a program the tool started"


def sentence(event: TraceEvent) -> str:
    """Return one event as a sentence without values."""
    if event.deed is Deed.RAN:
        return f"Started the program {event.what}."
    times = f", {event.times} times" if event.times > 1 else ""
    return f"{event.what}: {deed_text(event)} {who_text(event)}{times}."


def evidence(report: TraceReport, source: str) -> tuple[Evidence, ...]:
    """Return the evidence of one trace: per signal the most direct sighting of each kind of reader, the tool itself first."""
    if not report.tool:
        return ()
    order = {Who.TOOL: 0, Who.CHILD: 1, Who.LIBRARY: 2, Who.LOADER: 3}
    found: dict[tuple[str, Who], Evidence] = {}
    for item in sorted(report.events, key=lambda event: (order[event.who], event.deed is Deed.RAN, event.at)):
        for signal in item.signals if item.counts else ():
            detail = f"{sentence(item)} {item.note}".strip()
            at = datetime.fromtimestamp(item.at, UTC)
            made = Evidence(report.tool, signal, Grade.SAW_READ, METHOD, at, report.version, source, detail, item.what, LIMITS)
            found.setdefault((signal, item.who), made)
    return tuple(found.values())

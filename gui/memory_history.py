"""The history of an invented machine: kept in memory only, gone when the window closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.engine import same_answer
from core.history import Event, History, TimelineQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.model import Reading
    from core.tools.exposure_book import Cell
    from core.tools.model import Evidence

MOST: Final = 5000
Row = tuple[str, str, str, str]


class MemoryHistory(History):
    """Answers like the history on disk, but writes nothing."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._events: list[Event] = []
        self._readings: dict[str, tuple[Reading, str]] = {}
        self._rows: tuple[Row, ...] | None = None
        self._kept: dict[tuple[str, str], Cell] = {}
        self._evidence: list[Evidence] = []

    def add(self, *events: Event) -> bool:
        """Keep events."""
        for event in events:
            at = event.at or datetime.now(UTC)
            self._events.append(replace(event, at=at, until=at, number=len(self._events) + 1))
        del self._events[:-MOST]
        return True

    def join(self, event: Event, within_s: float = 300.0) -> bool:
        """Keep an event, or count it to the newest equal one."""
        now = datetime.now(UTC)
        for place in range(len(self._events) - 1, -1, -1):
            item = self._events[place]
            is_equal = (item.kind, item.tool, item.signal) == (event.kind, event.tool, event.signal)
            if is_equal and item.at is not None and (now - item.at).total_seconds() <= within_s:
                self._events[place] = replace(item, until=now, times=item.times + 1, text=event.text, detail=event.detail)
                return True
        return self.add(event)

    def timeline(self, query: TimelineQuery | None = None) -> tuple[Event, ...]:
        """Return entries, newest first."""
        asked = query or TimelineQuery()
        found = [item for item in reversed(self._events) if _fits(item, asked)]
        return tuple(sorted(found, key=lambda item: (item.at or datetime.now(UTC), item.number), reverse=True)[: asked.limit])

    def changed(self, reading: Reading, masked: str) -> str | None:
        """Note a reading; return the masked form it had before if it differs."""
        before = self._readings.get(reading.signal)
        self._readings[reading.signal] = (reading, masked)
        return before[1] if before is not None and not same_answer(before[0], reading) else None

    def swap_installations(self, found: Iterable[Row]) -> tuple[tuple[Row, ...], bool]:
        """Keep installations and return those kept before, and whether this is the first time."""
        before, self._rows = self._rows, tuple(found)
        return before or (), before is None

    def place_print(self, place: str) -> str:
        """Return the path itself: it is invented, and stays in memory."""
        return place

    def note_cells(self, cells: Mapping[tuple[str, str], Cell]) -> bool:
        """Keep cells."""
        self._kept.update(cells)
        return True

    def cells(self, at: datetime | None = None) -> dict[tuple[str, str], Cell]:
        """Return the cells kept last."""
        del at
        return dict(self._kept)

    def add_evidence(self, *evidence: Evidence) -> bool:
        """Keep evidence."""
        self._evidence.extend(evidence)
        return True

    def evidence_mark(self) -> tuple[object, ...]:
        """Return something that differs when evidence was added."""
        return (len(self._evidence),)

    def evidence(self, tool: str = "", signal: str = "") -> tuple[Evidence, ...]:
        """Return the evidence kept, newest first."""
        return tuple(item for item in reversed(self._evidence) if tool in {"", item.tool} and signal in {"", item.signal})


def _fits(item: Event, query: TimelineQuery) -> bool:
    if (query.tools and item.tool not in query.tools) or (query.signals and item.signal not in query.signals):
        return False
    if (query.kinds and item.kind not in query.kinds) or (query.before is not None and item.number >= query.before.number):
        return False
    at, until = item.at, item.until or item.at
    if at is None or until is None:
        return True
    return (query.since is None or until >= query.since) and (query.until is None or at <= query.until)

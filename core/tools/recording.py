"""Turns what engine, detection, sessions and captures tell into entries of the history; masked throughout, on the caller's thread."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.engine import EventKind as EngineEventKind
from core.history import Event, EventKind, TimelineQuery
from core.model import Grade
from core.probes.result import Failed, Ok, display, result_name
from core.redact import MaskKind, Sensitive
from core.tools.exposure_book import differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue import Catalogue
    from core.engine import EngineEvent
    from core.history import History
    from core.model import Reading
    from core.policy_file import PolicyState
    from core.tools.exposure_book import Cell
    from core.tools.model import Evidence, Installation, Session

_JOIN_S = 300.0
_VERBS = {Grade.SAW_READ: "was seen reading", Grade.SAW_SENT: "was seen sending"}


class Recorder:
    """Keeps the history of one machine; not used for invented ones."""

    def __init__(self, history: History, catalogue: Catalogue) -> None:
        """Write into a history; names of tools and signals come from the catalogue."""
        self._history = history
        self._catalogue = catalogue
        self._running: dict[tuple[int, float], Session] = {}

    def engine_event(self, event: EngineEvent) -> None:
        """Take an event of the engine (give this to `Engine.subscribe`)."""
        if event.kind is EngineEventKind.READINGS:
            for reading in event.readings:
                self.reading(reading)

    def reading(self, reading: Reading) -> None:
        """Keep that a signal changed, also if it did while Telltale was not running.

        A probe that failed tells of no change, and what changes by itself all the time (processes, sockets) would hide the rest.
        """
        signal = self._catalogue.signals.get(reading.signal)
        if isinstance(reading.result, Failed) or (signal is not None and signal.restless):
            return
        masked = _masked(reading)
        before = self._history.changed(reading, masked)
        if before is not None:
            title = self._signal(reading.signal)
            detail = {"before": before, "after": masked}
            self._history.join(Event(EventKind.SIGNAL_CHANGED, f"{title} changed.", signal=reading.signal, detail=detail), _JOIN_S)

    def installations(self, found: Iterable[Installation]) -> tuple[Event, ...]:
        """Keep what was installed, updated or removed since the last complete detection; the very first one tells nothing new."""
        now = {(item.tool, self._history.place_print(item.path)): item for item in found}
        rows = [(tool, place, item.version, item.channel.value) for (tool, place), item in now.items()]
        kept, is_first = self._history.swap_installations(rows)
        if is_first:
            return ()
        before = {(tool, place): version for tool, place, version, _ in kept}
        events = [self._arrived(item, before.get(key)) for key, item in now.items() if before.get(key) != item.version]
        events += [self._removed(tool, version) for (tool, place), version in before.items() if (tool, place) not in now]
        self._history.add(*events)
        return tuple(events)

    def _arrived(self, item: Installation, before: str | None) -> Event:
        name = self._tool(item.tool)
        detail = {"version": item.version, "channel": item.channel.value, "place": Sensitive(item.path, MaskKind.PATH).masked}
        if before is None:
            return Event(EventKind.TOOL_INSTALLED, f"{name} {item.version} was installed.".replace("  ", " "), item.tool, detail=detail)
        text = f"{name} was updated from {before or 'an unknown version'} to {item.version or 'an unknown version'}."
        return Event(EventKind.TOOL_UPDATED, text, item.tool, detail={**detail, "before": before})

    def _removed(self, tool: str, version: str) -> Event:
        text = f"{self._tool(tool)} {version} is no longer installed.".replace("  ", " ")
        return Event(EventKind.TOOL_REMOVED, text, tool, detail={"before": version})

    def policies(self, state: PolicyState) -> tuple[Event, ...]:
        """Keep that a policy came, changed, went or has a fault since it was last looked at."""
        now = {str(item.scope): (item.organisation, self._history.place_print(repr(item))) for item in state.policies}
        faulty = sorted({problem.place for problem in state.problems})
        text = json.dumps([now, faulty])
        before = self._history.note("policies", text)
        if before == text or not (before or now or faulty):
            return ()
        was, was_faulty = json.loads(before) if before else ({}, [])
        events = [
            _policy_event(was.get(scope), now.get(scope)) for scope in sorted({*was, *now}) if was.get(scope) != _listed(now.get(scope))
        ]
        events += [Event(EventKind.POLICY, f"The policy {place} has a fault.") for place in faulty if place not in was_faulty]
        self._history.add(*events)
        return tuple(events)

    def sessions(self, running: Iterable[Session]) -> tuple[Event, ...]:
        """Keep which sessions started and ended since the last call; one noted by an earlier run of Telltale is not noted again."""
        now = {(item.pid, item.started): item for item in running}
        events = [self._started(item) for key, item in now.items() if key not in self._running and not self._is_noted(item)]
        events += [self._ended(item) for key, item in self._running.items() if key not in now]
        self._running = now
        self._history.add(*events)
        return tuple(events)

    def _started(self, item: Session) -> Event:
        detail = {"version": item.version, "pid": item.pid, "folder": Sensitive(item.cwd, MaskKind.PATH).masked, "parent": item.parent}
        at = datetime.fromtimestamp(item.started, UTC)
        return Event(EventKind.SESSION_STARTED, f"{self._tool(item.tool)} started.", item.tool, detail=detail, at=at)

    def _is_noted(self, item: Session) -> bool:
        at, second = datetime.fromtimestamp(item.started, UTC), timedelta(seconds=1)
        query = TimelineQuery((item.tool,), (), (EventKind.SESSION_STARTED,), at - second, at + second)
        return any(event.detail.get("pid") == item.pid for event in self._history.timeline(query))

    def _ended(self, item: Session) -> Event:
        return Event(EventKind.SESSION_ENDED, f"{self._tool(item.tool)} ended.", item.tool, detail={"pid": item.pid})

    def evidence(self, items: Iterable[Evidence]) -> None:
        """Keep evidence of a trace or capture, and say so in the timeline (equal news within minutes are joined)."""
        listed = tuple(items)
        self._history.add_evidence(*listed)
        for item in listed:
            deed = _VERBS.get(item.grade)
            if deed is not None:
                text = f"{self._tool(item.tool)} {deed} {self._signal(item.signal)}."
                detail = {"grade": item.grade.value, "place": item.place, "value": item.detail, "version": item.tool_version}
                self._history.join(Event(EventKind.EVIDENCE, text, item.tool, item.signal, detail), _JOIN_S)

    def cells(self, cells: Mapping[tuple[str, str], Cell]) -> None:
        """Keep the exposure as it is now; what differs from the one kept last is an entry per tool."""
        tools = {tool for tool, _ in cells}
        kept = {pair: cell for pair, cell in self._history.cells().items() if pair[0] in tools}
        by_tool: dict[str, list[str]] = {}
        for item in differences(kept, cells):
            if item.before is not None and item.after is not None and item.before.here is not item.after.here:
                by_tool.setdefault(item.tool, []).append(item.signal)
        self._history.note_cells(cells)
        self._history.add(*(self._exposure(tool, signals) for tool, signals in by_tool.items()))

    def _exposure(self, tool: str, signals: list[str]) -> Event:
        count = len(signals)
        what = self._signal(signals[0]) if count == 1 else f"{count} signals"
        return Event(
            EventKind.EXPOSURE_CHANGED,
            f"What {self._tool(tool)} could see changed: {what}.",
            tool,
            signals[0] if count == 1 else "",
            {"signals": signals},
        )

    def _tool(self, name: str) -> str:
        tool = self._catalogue.tools.get(name)
        return tool.name if tool is not None else name

    def _signal(self, name: str) -> str:
        signal = self._catalogue.signals.get(name)
        return signal.title if signal is not None else name


def _listed(item: tuple[str, str] | None) -> list[str] | None:
    return list(item) if item is not None else None


def _policy_event(before: Sequence[str] | None, now: Sequence[str] | None) -> Event:
    if now is None:
        return Event(EventKind.POLICY, f"The policy of {before[0] if before else 'an organisation'} is no longer in force.")
    return Event(EventKind.POLICY, f"The policy of {now[0]} {'is in force' if before is None else 'changed'}.")


def _masked(reading: Reading) -> str:
    return display(reading.result) if isinstance(reading.result, Ok) else f"({result_name(reading.result)})"

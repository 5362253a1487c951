"""One machine's AI tools, worked on off the main thread: found, measured, followed while they run, and noted in the history.

Everything here happens on one worker thread, one piece after the other; detection itself rides on the engine's threads.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.engine import EventKind
from core.errors import TelltaleError
from core.loop import Source
from core.model import Changes
from core.policy_file import PolicyState
from core.tools.detect import Detection, detect
from core.tools.exposure_book import ExposureBook, differences
from core.tools.launches import measure_copies, starts
from core.tools.recording import Recorder
from core.tools.sessions import session_readings, sessions
from core.tools.stand_in import recorded_view, session_view
from core.watch.captures import synthetic_evidence
from core.watch.kept_evidence import evidence_mark, gather
from gui.marks import mark_of_reading
from gui.policy_source import policies_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from core.engine import Engine, EngineEvent
    from core.history import Event, History
    from core.model import Reading
    from core.toggles.profiles import ProfileFile
    from core.tools.exposure_book import Difference
    from core.tools.looks import View
    from core.tools.model import Exposure, Installation, Session, Tool
    from core.tools.watching import SessionEvent, SessionWatch
    from gui.marks import Mark
    from gui.models.tools import ToolStore

    Post = Callable[[Callable[[], None]], None]
    Happened = Callable[[tuple[Event, ...]], None]

log = logging.getLogger(__name__)
DETECT: Final = "tools:detect"
POLICY: Final = "tools:policy"
EVIDENCE: Final = "tools:evidence"
STARTS: Final = "tools:starts"
DETECT_EVERY_S: Final = 180.0
POLICY_EVERY_S: Final = 20.0
STARTS_EVERY_S: Final = 10.0
EVIDENCE_EVERY_S: Final = 5.0
DETECT_LIMIT_S: Final = 20.0


class ToolDesk:
    """Finds and measures the tools of the machine an engine looks at; what it learns is posted to the store's thread."""

    def __init__(self, engine: Engine, store: ToolStore, post: Post, history: History, happened: Happened) -> None:
        """Take the engine and a history, which is closed at the end; `happened` gets the entries that were made."""
        self._engine, self._store, self._post, self._history, self._happened = engine, store, post, history, happened
        self._recorder = Recorder(history, engine.catalogue)
        self._host, self._catalogue = engine.host, engine.catalogue
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="telltale-tools")
        self._book: ExposureBook | None = None
        self._tools: Mapping[str, Tool] = {}
        self._detection = Detection()
        self._plain: dict[str, View] = {}
        self._starts: dict[str, ProfileFile] = {}
        self._mark: object = None
        self._has_made_up = False
        self._live: dict[str, View] = {}
        self._sessions: tuple[Session, ...] = ()
        self._watch: SessionWatch | None = None
        self._last: dict[str, Mark] = {}
        self._has_source = False
        self._is_closed = False
        self._unsubscribe = engine.subscribe(self._on_event)
        self._do(self._open)

    def close(self) -> None:
        """Stop following; work under way ends by itself and is not delivered."""
        self._unsubscribe()
        self._do(self._history.close, always=True)
        self._is_closed = True
        if self._watch is not None:
            self._watch.close()
        self._worker.shutdown(wait=False)

    def look_again(self) -> None:
        """Detect and measure now; from any thread."""
        self._plain.clear()
        self._engine.poke([DETECT])

    def look_at_starts(self) -> None:
        """See now whether something was switched for the start of a tool; from any thread."""
        self._engine.poke([STARTS])

    def ask_changed(self, tool: str, when: datetime, deliver: Callable[[tuple[Difference, ...] | None], None]) -> None:
        """Ask what is known of a tool now and was not so then; `deliver` gets None where nothing was kept from that time."""

        def work() -> None:
            kept = {pair: cell for pair, cell in self._history.cells(when).items() if pair[0] == tool}
            found = differences(kept, self._book.cells((tool,))) if kept and self._book is not None else None
            self._post(lambda: deliver(found))

        self._do(work)

    # -- on other threads: only handing over

    def _do(self, work: Callable[[], None], *, always: bool = False) -> None:
        if self._is_closed:
            return

        def task() -> None:
            if self._is_closed and not always:
                return
            try:
                work()
            except TelltaleError as error:
                log.info("tools: %s", error)
            except Exception as error:  # noqa: BLE001  the boundary of the worker: one broken look must not end all later ones
                log.warning("work on the AI tools stopped with %s", type(error).__name__)

        try:
            self._worker.submit(task)
        except RuntimeError:  # closed in this very moment
            return

    def _on_event(self, event: EngineEvent) -> None:
        if event.kind is EventKind.SCAN_FINISHED and not self._has_source:
            self._has_source = True
            self._do(self._add_source)
        elif event.kind is EventKind.READINGS:
            self._do(lambda: self._take_readings(event))

    def _add_source(self) -> None:
        changes = Changes(poll_s=DETECT_EVERY_S)
        self._engine.add_source(Source(DETECT, self._detect, self._on_detected, lambda _why: None, changes, DETECT_LIMIT_S))

    def _detect(self) -> Detection:
        self._post(lambda: self._store.set_looking(is_looking=True))
        return detect(self._host, self._tools.values(), is_cancelled=lambda: self._is_closed)

    def _on_detected(self, answer: object) -> None:
        if isinstance(answer, Detection):
            self._do(lambda: self._take_detection(answer))

    def _on_starts(self, answer: object) -> None:
        if isinstance(answer, dict):
            self._do(lambda: self._take_starts(answer))

    def _on_mark(self, mark: object) -> None:
        if mark != self._mark:
            self._mark = mark
            self._do(self._take_evidence)

    def _on_policy(self, answer: object) -> None:
        if isinstance(answer, PolicyState):
            self._post(lambda: self._store.set_policy(answer))
            if not self._host.is_synthetic:
                self._do(lambda: self._note(self._recorder.policies(answer)))

    def _on_session(self, event: SessionEvent) -> None:
        from core.tools.watching import SessionEventKind

        if event.kind is SessionEventKind.REPLACED:
            self._engine.poke([DETECT])
        else:
            self._do(self._take_sessions)

    # -- on the worker

    def _open(self) -> None:
        self._tools = self._catalogue.tools
        book = self._book = ExposureBook(self._catalogue, self._host.system)
        self._post(lambda: self._store.open(self._tools, book))
        ask = policies_of(self._host, self._catalogue)
        self._engine.add_source(Source(POLICY, ask, self._on_policy, lambda _why: None, Changes(poll_s=POLICY_EVERY_S)))
        if not self._host.is_synthetic:
            watch = Changes(poll_s=STARTS_EVERY_S)
            mark = Changes(poll_s=EVIDENCE_EVERY_S)
            self._engine.add_source(Source(EVIDENCE, lambda: evidence_mark(self._history), self._on_mark, lambda _why: None, mark))
            self._engine.add_source(Source(STARTS, lambda: starts(tuple(self._starts)), self._on_starts, lambda _why: None, watch))

    def _take_detection(self, found: Detection) -> None:
        if self._book is None or not found.is_complete:
            return
        is_same = found.installations == self._detection.installations and bool(self._plain)
        has_followed = found.executables == self._detection.executables and self._watch is not None
        self._detection = found
        self._book.set_installations(found.installations)
        self._post(lambda: self._store.set_installations(found.installations, found.problems))
        self._note(self._recorder.installations(found.installations))
        self._deliver_all()
        if not is_same:
            self._measure()
        self._take_evidence()
        self._post(lambda: self._store.set_looking(is_looking=False))
        if not has_followed:
            self._follow()

    def _first_copies(self) -> list[tuple[Tool, Installation | None]]:
        first: dict[str, Installation] = {}
        for item in self._detection.installations:
            if item.tool in self._tools:
                first.setdefault(item.tool, item)
        return [(self._tools[name], item) for name, item in first.items()]

    def _take_starts(self, found: Mapping[str, ProfileFile]) -> None:
        """Measure those tools again that start in another way than when they were measured."""
        changed = frozenset(tool for tool, start in found.items() if tool in self._starts and self._starts[tool] != start)
        if changed:
            self._measure(tools=changed)

    def _measure(self, only: frozenset[str] | None = None, tools: frozenset[str] | None = None) -> None:
        """Look through the tools' eyes: a stand-in started as they start, or the recording of an invented machine."""
        copies = [pair for pair in self._first_copies() if tools is None or pair[0].id in tools]
        if not copies or self._is_over():
            return
        self._post(lambda: self._store.set_looking(is_looking=True, is_measuring=True))
        if self._host.is_synthetic:
            readings = tuple(self._engine.readings().values())
            views: Iterable[View] = [recorded_view(tool, item, readings) for tool, item in copies]
        else:
            if only is None:  # noted before it is measured, so that what is switched meanwhile is measured once more
                self._starts.update(starts(tool.id for tool, _ in copies))
            views = measure_copies(copies, self._catalogue, only)
        for view in views:
            if self._is_over():
                return
            before = self._plain.get(view.tool)
            if only is not None and before is not None and not view.problem:
                view = replace(view, looks={**before.looks, **view.looks})  # noqa: PLW2901  the partial look completed by the last whole one
            self._plain[view.tool] = view
            self._show(view.tool)
        self._post(lambda: self._store.set_looking(is_looking=False))
        self._note_cells()

    def _is_over(self) -> bool:
        """Say whether the window closed, maybe in this very moment."""
        return self._is_closed

    def _show(self, tool: str) -> None:
        """Let the newest view decide: what a running session really has, else what the stand-in got."""
        view = self._live.get(tool) or self._plain.get(tool)
        if view is not None and self._book is not None:
            self._deliver(self._book.set_view(view))

    def _deliver(self, cells: tuple[Exposure, ...]) -> None:
        if cells:
            self._post(lambda: self._store.take_cells(cells))

    def _deliver_all(self) -> None:
        if self._book is not None:
            for tool in self._book.installed:
                self._deliver(self._book.row(tool))

    def _note_cells(self) -> None:
        """Keep what the tools could see when started anew; what one running session has is not a change of the tool."""
        if self._book is not None:
            self._recorder.cells(self._book.cells(tool for tool in self._book.installed if tool not in self._live))

    def _take_readings(self, event: EngineEvent) -> None:
        """Keep what changed; look through the tools' eyes again only where a signal came or went."""
        self._recorder.engine_event(event)
        turned = frozenset(reading.signal for reading in event.readings if self._turned(reading))
        if turned and self._plain:
            self._measure(turned)

    def _turned(self, reading: Reading) -> bool:
        mark = mark_of_reading(reading)
        before, self._last[reading.signal] = self._last.get(reading.signal), mark
        return before is not None and before is not mark

    def _follow(self) -> None:
        """Follow the sessions of a real machine; a recorded one has those of its recording."""
        if self._host.is_synthetic:
            self._set_sessions(sessions(self._host, tuple(self._tools.values()), self._detection, self._catalogue.signals.values()))
            return
        from core.tools.watching import watch_sessions

        if self._watch is not None:
            self._watch.close()
        tools = tuple(self._tools.values())
        self._watch = watch_sessions(self._host, tools, self._detection, self._catalogue.signals.values(), self._on_session)
        if not self._is_closed:
            self._watch.start()

    def _take_evidence(self) -> None:
        """Bring what traces and captures showed into the matrix; an invented machine has made-up ones, which say so."""
        if self._book is not None and self._host.is_synthetic:
            if not self._has_made_up:
                self._has_made_up = True
                self._deliver(self._book.add_evidence(synthetic_evidence(self._host, self._engine.readings().values())))
        elif self._book is not None:
            cells = self._book.add_evidence(gather(self._history, self._recorder))
            self._deliver(cells)
            if cells:  # the timeline has it from whoever saw it
                self._post(lambda: self._happened(()))

    def _take_sessions(self) -> None:
        if self._watch is not None:
            self._set_sessions(self._watch.sessions)
            self._take_evidence()

    def _set_sessions(self, running: tuple[Session, ...]) -> None:
        before, self._sessions = self._sessions, running
        self._post(lambda: self._store.set_sessions(running))
        self._note(self._recorder.sessions(running))
        if self._host.is_synthetic:
            return
        for tool in {item.tool for item in before} - {item.tool for item in running}:
            self._live.pop(tool, None)
            self._show(tool)
        for item in running:
            if item not in before:
                self._do(lambda session=item: self._look_at(session))  # type: ignore[misc]  # bound now, called later

    def _look_at(self, session: Session) -> None:
        """Measure what a running session was really handed."""
        if session not in self._sessions or self._is_closed:
            return
        readings = session_readings(session, self._catalogue)
        self._live[session.tool] = session_view(session, readings, self._engine.readings(), self._catalogue)
        self._show(session.tool)

    def _note(self, events: Iterable[Event]) -> None:
        listed = tuple(events)
        if listed:
            self._post(lambda: self._happened(listed))

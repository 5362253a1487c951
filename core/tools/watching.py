"""Sessions as they start and end: woken by the kernel where it can tell, else by comparing process numbers every second.

One thread owns everything. A look costs one listing of numbers; only new processes are read, again and again while they are young
(a program is often started by a process that is still the shell at the first look). A process that turns into a tool later, without
a new number, is found when the tool's file is opened, by a glance at the program of every process within half a minute, or at the
latest by the slow full look.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.host.running import Running, running_on
from core.live.programs import News, Programs, programs_for
from core.tools.sessions import SessionFinder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.host.base import Host, Process
    from core.model import Signal
    from core.tools.detect import Detection
    from core.tools.model import Session, Tool
    from core.tools.sessions import Matched

log = logging.getLogger(__name__)
EVERY_S: Final = 1.0
FULL_EVERY_S: Final = 300.0
GLANCES: Final = 30  # so many looks go once around all processes: one link read per process and half a minute
YOUNG_S: Final = 2.5
# After a tool's file was opened, how long until the next look: it takes a moment from there to a process with its command line.
BURST_S: Final = (0.005, 0.02, 0.05, 0.1, 0.3)


class SessionEventKind(StrEnum):
    """What happened."""

    STARTED = "started"
    ENDED = "ended"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """A session started or ended, or (REPLACED, without a session) a tool's file was exchanged, so detect again."""

    kind: SessionEventKind
    session: Session | None = None


class SessionWatch:
    """Keeps the sessions of one machine; the listener is called on its thread."""

    def __init__(self, finder: SessionFinder, running: Running, programs: Programs, listener: Callable[[SessionEvent], None]) -> None:
        """Take what finds sessions, what lists processes, and what waits."""
        self._finder = finder
        self._running = running
        self._programs = programs
        self._listener = listener
        self._known: dict[int, Process] = {}
        self._matched: dict[int, Matched] = {}
        self._images: dict[int, int] = {}
        self._pids: frozenset[int] = frozenset()
        self._young: dict[int, float] = {}
        self._has_news = False
        self._is_stale = False
        self._sessions: tuple[Session, ...] = ()
        self._files: frozenset[str] = frozenset()
        self._next_full = 0.0
        self._next_glance = 0.0
        self._glance = 0
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions that run, as they were when one last started or ended."""
        return self._sessions

    def watch(self, executables: Iterable[str]) -> None:
        """Take the files whose opening means that a tool may start (call before `start`, or when the detection found others)."""
        self._files = frozenset(executables)
        self._programs.wake()

    def start(self) -> None:
        """Begin; the sessions there are come first, as started."""
        thread = threading.Thread(target=self._run, name="telltale-sessions", daemon=True)
        thread.start()
        self._thread = thread  # only now: `close` on another thread must not wait for one that never began

    def close(self) -> None:
        """End the thread and give the kernel's handles back."""
        self._end.set()
        self._programs.wake()
        if self._thread is not None:
            self._thread.join(2.0)
        self._programs.close()

    def _run(self) -> None:
        pauses: list[float] = []
        watched: frozenset[str] = frozenset()
        is_burst = False
        news = News()
        while not self._end.is_set():
            if watched != self._files:
                watched = self._files
                self._programs.watch(sorted(watched))
            is_unexplained = is_burst and not pauses and not self._has_news
            for pid in news.ended:  # it is listed until its parent takes notice, and is no program any more
                self._forget(pid)
            self._look(is_full=is_unexplained or time.monotonic() >= self._next_full, fresh=is_burst or bool(news.ended))
            is_burst = bool(pauses)
            news = self._programs.wait(pauses.pop(0) if pauses else EVERY_S)
            if news.opened:
                self._has_news &= is_burst  # a program opens its own file again while it starts
                is_burst, pauses = True, list(BURST_S)
            if news.replaced:
                self._listener(SessionEvent(SessionEventKind.REPLACED))

    def _look(self, *, is_full: bool, fresh: bool) -> None:
        try:
            self.look(is_full=is_full, fresh=fresh)
        except HostError as error:
            log.debug("the list of processes could not be read: %s", error)

    def look(self, *, is_full: bool = False, fresh: bool = False) -> None:
        """Compare the process list with the last one; a full look reads every process anew."""
        now = self._running.pids(fresh=fresh or is_full)
        if not is_full and time.monotonic() >= self._next_glance:
            self._glance_at(now)
        if now is self._pids and not self._young and not is_full and not self._is_stale:
            return
        is_first = not self._pids
        gone, new = self._known.keys() - now, now - self._pids
        self._pids = now
        for pid in gone:
            self._forget(pid)
        at = time.monotonic()
        self._young = {pid: born for pid, born in self._young.items() if pid in now} | dict.fromkeys(new, at)
        for pid in now if is_full else tuple(self._young):
            self._read(pid)
        since = time.time() - YOUNG_S if is_first else float("-inf")  # most of what runs at first is not young at all
        self._young = {
            pid: born
            for pid, born in self._young.items()
            if at - born < YOUNG_S and (pid not in self._known or self._known[pid].started >= since)
        }
        if is_full:
            self._next_full = time.monotonic() + FULL_EVERY_S
        if self._is_stale:
            self._is_stale = False
            self._update()

    def _glance_at(self, now: frozenset[int]) -> None:
        """Read a part of the known processes again if they run another program than before."""
        self._next_glance = time.monotonic() + EVERY_S
        self._glance = (self._glance + 1) % GLANCES
        for pid in now:
            if pid % GLANCES == self._glance and (known := self._known.get(pid)) is not None:
                program = self._running.program(pid)
                if program and program != known.exe:
                    self._read(pid)

    def _forget(self, pid: int) -> None:
        self._known.pop(pid, None)
        self._images.pop(pid, None)
        self._is_stale |= self._matched.pop(pid, None) is not None

    def _read(self, pid: int) -> None:
        """Match a process unless it is still the program it was; command lines of other programs are not kept."""
        try:
            process = self._running.look(pid)
        except HostError:
            self._forget(pid)
            return
        image = hash((process.started, process.exe, process.argv))
        if self._images.get(pid) == image:
            return
        self._images[pid] = image
        self._known[pid] = replace(process, argv=())
        self._is_stale |= self._matched.pop(pid, None) is not None
        hit = self._finder.matcher.match(process)
        if hit is not None:
            self._matched[pid] = hit
            self._is_stale = True
            self._programs.follow(pid)

    def _update(self) -> None:
        found = self._finder.find(tuple(self._known.values()), self._matched, self._sessions)
        old = {_key(item): item for item in self._sessions}
        new = {_key(item): item for item in found}
        self._sessions = found
        self._has_news = True
        for key in old.keys() - new.keys():
            self._listener(SessionEvent(SessionEventKind.ENDED, old[key]))
        for key, item in new.items():
            if key not in old:
                self._listener(SessionEvent(SessionEventKind.STARTED, item))


def _key(session: Session) -> tuple[str, int, float]:
    return session.tool, session.pid, session.started


def watch_sessions(
    host: Host, tools: Sequence[Tool], detection: Detection, signals: Iterable[Signal], listener: Callable[[SessionEvent], None]
) -> SessionWatch:
    """Return a watch of this machine, not started yet, that is woken by every installed tool's own files."""
    finder = SessionFinder(host, tools, detection, signals)
    watch = SessionWatch(finder, running_on(host), programs_for(host), listener)
    watch.watch(path for path, _ in detection.executables)
    return watch

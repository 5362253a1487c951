"""Noticing that programs start and end: the kernel tells when a file is opened to be started, and when a process is over.

An open is no start: a copy or a virus scanner opens too. So whoever is woken looks at the process list right after. Measured
with real tools, the open comes half a millisecond before the program's own first line, without any rights and without polling.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from core.live.files import FileWatch
from core.live.inotify import Inotify
from core.model import System

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.host.base import Host

log = logging.getLogger(__name__)
_MOST_FILES: Final = 500
_MOST_FOLLOWED: Final = 500


@dataclass(frozen=True, slots=True)
class News:
    """What ended a wait: files opened, watched files replaced, processes ended, somebody woke us; all empty when time ran out."""

    opened: bool = False
    replaced: frozenset[str] = frozenset()
    ended: frozenset[int] = frozenset()
    woken: bool = False


class Programs(Protocol):
    """Waits for news of programs; one thread owns it, only `wake` may be called by others."""

    def watch(self, paths: Collection[str]) -> int:
        """Watch these files, and no others any more; return how many can be watched."""
        ...

    def follow(self, pid: int) -> bool:
        """Notice the end of a process; False if that is not possible."""
        ...

    def wait(self, timeout_s: float) -> News:
        """Sleep until there is news or the time is over."""
        ...

    def wake(self) -> None:
        """End the wait."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class LinuxPrograms:
    """inotify on the files, pidfd for the processes, one poll for all."""

    def __init__(self) -> None:
        """Open what the kernel gives; without inotify only time and ends are noticed."""
        self._poll = select.poll()
        self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll.register(self._wake[0], select.POLLIN)
        self._followed: dict[int, int] = {}
        self._wanted: frozenset[str] = frozenset()
        self._paths: dict[str, int] = {}
        self._opens: Inotify | None = None
        self._moves: FileWatch | None = None
        try:
            self._opens, self._moves = Inotify(), FileWatch()
        except OSError:
            log.debug("this system gives no file watches; starts are noticed by looking at the process list")
        for part in (self._opens, self._moves):
            if part is not None:
                self._poll.register(part.fd, select.POLLIN)

    def watch(self, paths: Collection[str]) -> int:
        """Watch these files, and no others any more; return how many can be watched."""
        if self._opens is None or self._moves is None:
            return 0
        wanted = dict.fromkeys(list(paths)[:_MOST_FILES])
        for path in self._wanted.difference(wanted):
            self._release(self._paths.pop(path, None))
            self._moves.remove(path)
        self._wanted = frozenset(wanted)
        for path in wanted:
            if path not in self._paths and self._add(path):
                self._moves.add(path)
        return len(self._paths)

    def _release(self, number: int | None) -> None:
        """Give up a watch, unless another path of the same file (a link) has it, too."""
        if self._opens is not None and number is not None and number not in self._paths.values():
            self._opens.remove(number)

    def _add(self, path: str) -> bool:
        try:
            if self._opens is not None:
                self._paths[path] = self._opens.add_file(path)
        except OSError:
            return False
        return path in self._paths

    def follow(self, pid: int) -> bool:
        """Notice the end of a process; False if that is not possible."""
        if pid in self._followed.values():
            return True
        if len(self._followed) >= _MOST_FOLLOWED:
            return False
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            return False
        self._followed[fd] = pid
        self._poll.register(fd, select.POLLIN)
        return True

    def wait(self, timeout_s: float) -> News:
        """Sleep until there is news or the time is over."""
        ready = {fd for fd, _ in self._poll.poll(max(0.0, timeout_s) * 1000)}
        woken = self._wake[0] in ready
        if woken:
            os.read(self._wake[0], 4096)
        ended = frozenset(self._over(fd) for fd in ready & self._followed.keys())
        opened = self._opens is not None and self._opens.fd in ready and bool(self._opens.read())
        replaced: frozenset[str] = frozenset()
        if self._moves is not None and self._moves.fd in ready:
            replaced = frozenset(path for path in self._moves.read() if self._has_moved(path))
        return News(opened, replaced, ended, woken)

    def _over(self, fd: int) -> int:
        self._poll.unregister(fd)
        os.close(fd)
        return self._followed.pop(fd)

    def _has_moved(self, path: str) -> bool:
        """Whether another file lies at a watched path now; the new one is watched from here on."""
        if path not in self._wanted:
            return False
        old = self._paths.pop(path, None)
        is_there = self._add(path)
        if self._paths.get(path) == old:
            return False
        self._release(old)
        return is_there or old is not None

    def wake(self) -> None:
        """End the wait."""
        try:
            os.write(self._wake[1], b"x")
        except BlockingIOError:
            return  # it is full of wakes that were not read yet

    def close(self) -> None:
        """Give everything back."""
        for part in (self._opens, self._moves):
            if part is not None:
                part.close()
        for fd in (*self._followed, *self._wake):
            os.close(fd)
        self._followed.clear()


class TimedPrograms:
    """Only time passes: for systems whose kernel is not asked here."""

    def __init__(self) -> None:
        """Need nothing."""
        self._woken = threading.Event()

    def watch(self, _paths: Collection[str]) -> int:
        """Watch nothing."""
        return 0

    def follow(self, _pid: int) -> bool:
        """Follow nothing."""
        return False

    def wait(self, timeout_s: float) -> News:
        """Sleep until somebody wakes us or the time is over."""
        woken = self._woken.wait(timeout_s)
        self._woken.clear()
        return News(woken=woken)

    def wake(self) -> None:
        """End the wait."""
        self._woken.set()

    def close(self) -> None:
        """Have nothing to give back."""


def programs_for(host: Host) -> Programs:
    """Return what can notice programs on this machine."""
    from core.host.real import RealHost

    return LinuxPrograms() if host.system is System.LINUX and isinstance(host, RealHost) else TimedPrograms()

"""The process list asked again and again: first only the numbers, then only what is new among them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, Protocol

from core.errors import NotThereError
from core.model import System

if TYPE_CHECKING:
    from core.host.base import Host, Process

LISTED_EVERY_S: Final = 10.0
_MOST_ASKED: Final = 400


class Running(Protocol):
    """A cheap view of what runs."""

    def pids(self, *, fresh: bool = False) -> frozenset[int]:
        """Return the numbers of the processes that run now; not `fresh`, some that ended lately may still be among them."""
        ...

    def look(self, pid: int) -> Process:
        """Return one process as it is now; raise `NotThereError` if it has ended."""
        ...

    def program(self, pid: int) -> str:
        """Return the path of the program a process runs at this moment; empty where that cannot be told cheaply."""
        ...


class LinuxRunning:
    """Reads `/proc`. Listing 5,000 processes costs milliseconds, so most looks ask only for the numbers given out since the last.

    The kernel gives numbers in order and tells the last one in `loadavg`. Processes that ended stay in the set until the next
    listing: whoever needs to know at once asks for a fresh one.
    """

    def __init__(self, proc: str = "/proc") -> None:
        """Take the place of a mounted `proc` file system."""
        from core.host import procfs

        self._proc = proc
        self._table = procfs.Table(proc, procfs.user_name)
        self._pids: frozenset[int] = frozenset()
        self._last = 0
        self._asked_to = 0  # a number is given a moment before its process can be seen, so each is asked for in two looks
        self._listed_at = float("-inf")

    def pids(self, *, fresh: bool = False) -> frozenset[int]:
        """Return the running processes; the very same set as long as nothing started (or, freshly listed, ended)."""
        last = self._last_given()
        given = last - self._asked_to
        self._asked_to, self._last = self._last, last
        if fresh or time.monotonic() - self._listed_at >= LISTED_EVERY_S or not 0 <= given <= _MOST_ASKED or not self._last:
            self._list()
        elif given:
            found = frozenset(pid for pid in range(last - given + 1, last + 1) if self._is_process(pid))
            self._pids = self._pids if found <= self._pids else self._pids | found
        return self._pids

    def _list(self) -> None:
        self._listed_at = time.monotonic()
        found = frozenset(int(name) for name in os.listdir(self._proc) if name.isdigit())
        if found != self._pids:
            self._pids = found

    def _last_given(self) -> int:
        """Return the newest number the kernel gave to a process or thread; 0 where it does not tell."""
        cells = self._slurp("loadavg").split()
        return int(cells[4]) if len(cells) > 4 and cells[4].isdigit() else 0

    def _is_process(self, pid: int) -> bool:
        """Whether a number is a process and no thread: a thread can be opened by its number too."""
        _, found, rest = self._slurp(f"{pid:d}/status").partition(b"\nTgid:")
        cells = rest.split(maxsplit=1)
        return bool(found) and bool(cells) and cells[0] == b"%d" % pid

    def _slurp(self, name: str) -> bytes:
        try:
            fd = os.open(f"{self._proc}/{name}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return b""
        try:
            return os.read(fd, 4096)
        except OSError:
            return b""
        finally:
            os.close(fd)

    def look(self, pid: int) -> Process:
        """Read one process anew."""
        return self._table.one(pid)

    def program(self, pid: int) -> str:
        """Read one link."""
        return self._table.program(pid)


class PortableRunning:
    """Asks psutil, for macOS and Windows."""

    def pids(self, *, fresh: bool = False) -> frozenset[int]:  # noqa: ARG002  always fresh
        """Return the numbers psutil lists."""
        import psutil

        return frozenset(psutil.pids())

    def look(self, pid: int) -> Process:
        """Ask for one process."""
        from core.host import portable

        return portable.process(pid)

    def program(self, pid: int) -> str:  # noqa: ARG002  it would cost as much as a full look
        """Tell nothing: the full look finds it."""
        return ""


class HostRunning:
    """Takes the whole list of any host; for recorded machines, which never change."""

    def __init__(self, host: Host) -> None:
        """Take the host."""
        self._host = host

    def pids(self, *, fresh: bool = False) -> frozenset[int]:  # noqa: ARG002  always fresh
        """Return the numbers in the host's list."""
        return frozenset(item.pid for item in self._host.processes())

    def look(self, pid: int) -> Process:
        """Find one process in the host's list."""
        for item in self._host.processes():
            if item.pid == pid:
                return item
        raise NotThereError("The process has ended.")

    def program(self, pid: int) -> str:  # noqa: ARG002  a recorded process never becomes another program
        """Tell nothing."""
        return ""


def running_on(host: Host) -> Running:
    """Return the cheapest view of what runs on a machine."""
    from core.host.real import RealHost

    if not isinstance(host, RealHost):
        return HostRunning(host)
    return LinuxRunning() if host.system is System.LINUX else PortableRunning()

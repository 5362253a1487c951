"""Linux's process list from `/proc`, remembering what cannot change between two looks at the same program."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError, UnreadableError
from core.host.base import Process
from core.host.files import read_regular
from core.host.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_PARENTS: Final = 64
_BLINK_S: Final = 0.1
_ARGV_LIMIT: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Stat:
    """The parts of `/proc/PID/stat` used here; `image` changes when the process becomes another program."""

    pid: int
    ppid: int
    name: str
    ticks: int
    image: tuple[str, ...]


def parse_stat(data: bytes) -> Stat:
    """Return the parts of a `stat` line; raise `ValueError` if it is not as documented (the name may hold blanks and brackets)."""
    head, bracket, tail = data.rpartition(b")")
    pid, _, name = head.partition(b" (")
    cells = tail.split()
    if not bracket or len(cells) < 20:
        raise ValueError("not a stat line")
    image = tuple(cell.decode("ascii", "replace") for cell in (cells[19], *cells[45:49]))
    return Stat(int(pid), int(cells[1]), name.decode("utf-8", "replace"), int(cells[19]), image)


def stat(pid: int, proc: str = "/proc") -> Stat:
    """Return a process's `stat`; raise `NotThereError` if it is gone."""
    try:
        return parse_stat(_slurp(f"{proc}/{pid:d}/stat", 4096))
    except (OSError, ValueError):
        raise NotThereError("The process has ended.") from None


def _slurp(path: str, limit: int) -> bytes:
    """Read a file of `/proc` in one go: these are never FIFOs or devices, so the careful way is not needed here."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, limit)
    finally:
        os.close(fd)


@cache
def boot_time() -> float:
    """Return when the machine started."""
    for line in read_regular("/proc/stat", 4 << 20).split(b"\n"):
        if line.startswith(b"btime "):
            return float(line[6:])
    raise UnreadableError("/proc/stat does not say when the computer started.")


class Table:
    """The process list; the costly parts (exe, argv, user) are read once per program image."""

    def __init__(self, proc: str, user_name: Callable[[int], str]) -> None:
        """Take the place of a mounted `proc` file system: what it lists is what its pid namespace can see."""
        self._proc = proc
        self._user_name = user_name
        self._seen: dict[int, tuple[Stat, Process]] = {}
        self._lock = threading.Lock()
        self._pids: list[int] = []
        self._last: tuple[Process, ...] = ()
        self._looked = float("-inf")

    def all(self) -> tuple[Process, ...]:
        """Return all visible processes in order of their pid.

        Several signals want the list in the same moment, so who asks within a blink with the same pids gets the same answer.
        """
        with self._lock:
            pids = sorted(int(name) for name in os.listdir(self._proc) if name.isdigit())
            if pids != self._pids or time.monotonic() - self._looked >= _BLINK_S:
                self._last = self._look_at(pids)
                self._pids, self._looked = pids, time.monotonic()
            return self._last

    def _look_at(self, pids: list[int]) -> tuple[Process, ...]:
        found: dict[int, tuple[Stat, Process]] = {}
        for pid in pids:
            try:
                found[pid] = self._look(stat(pid, self._proc))
            except HostError:
                continue
        self._seen = found
        return tuple(process for _, process in found.values())

    def one(self, pid: int) -> Process:
        """Return one process; raise `NotThereError` if it is gone."""
        return self._look(stat(pid, self._proc))[1]

    def program(self, pid: int) -> str:
        """Return the path of the program a process runs at this moment, cheaply; empty if it cannot be told."""
        return _exe(f"{self._proc}/{pid:d}")

    def ticks(self, pid: int) -> int:
        """Return when a process of this list started, in clock ticks since the machine started; -1 if it is not listed."""
        try:
            return stat(pid, self._proc).ticks
        except NotThereError:
            return -1

    def parents(self, pid: int) -> tuple[Process, ...]:
        """Return the chain of parents, nearest first."""
        chain: list[Process] = []
        above = stat(pid, self._proc).ppid
        while above > 0 and len(chain) < _MAX_PARENTS:
            try:
                chain.append(self.one(above))
            except NotThereError:
                break
            above = chain[-1].ppid
        return tuple(chain)

    def _look(self, now: Stat) -> tuple[Stat, Process]:
        before = self._seen.get(now.pid)
        return before if before is not None and before[0] == now else (now, self._read(now))

    def _read(self, now: Stat) -> Process:
        place = f"{self._proc}/{now.pid:d}"
        started = round(boot_time() + now.ticks / os.sysconf("SC_CLK_TCK"), 2)
        return Process(now.pid, now.ppid, now.name, _exe(place), _argv(place), self._user(place), started)

    def _user(self, place: str) -> str:
        try:
            status = _slurp(f"{place}/status", 4096)
        except OSError:
            return ""
        uid = real_uid(status)
        return "" if uid is None else self._user_name(uid)


def real_uid(status: bytes) -> int | None:
    """Return the real user number in a `/proc/PID/status` text."""
    _, found, rest = status.partition(b"\nUid:")
    cells = rest.split(maxsplit=1)
    return int(cells[0]) if found and cells and cells[0].isdigit() else None


def _exe(place: str) -> str:
    """Return the program a process runs, read anew: it changes when the process becomes another program."""
    try:
        return clean(os.readlink(f"{place}/exe").removesuffix(" (deleted)"))
    except OSError:
        return ""


def _argv(place: str) -> tuple[str, ...]:
    try:
        data = _slurp(f"{place}/cmdline", _ARGV_LIMIT)
    except OSError:
        return ()
    return tuple(item.decode("utf-8", "replace") for item in data.rstrip(b"\0").split(b"\0")) if data else ()


def user_name(uid: int) -> str:
    """Return an account's name, or its number where it has none."""
    import pwd

    name = _NAMES.get(uid)
    if name is None:
        try:
            name = clean(pwd.getpwuid(uid).pw_name)
        except KeyError:
            name = str(uid)
        _NAMES[uid] = name
    return name


_NAMES: Final[dict[int, str]] = {}
TABLE: Final = Table("/proc", user_name)

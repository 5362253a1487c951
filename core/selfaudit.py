"""What Telltale itself opens, changes, runs and connects to, as Python's audit events tell it; counts by place, no values.

It sees what Python code does in this process. It does not see C libraries (Qt's own files) nor programs that were started;
`network_connections` asks the system, so it sees every socket of the process.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from functools import cache
from typing import Final

from core.redact import MaskKind, Sensitive

_MOST_PLACES: Final = 400
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES: Final = frozenset("os.mkdir os.remove os.rename os.rmdir os.symlink os.link os.chmod os.chown os.truncate os.utime".split())
_LISTS: Final = frozenset({"os.listdir", "os.scandir"})
_RUNS: Final = frozenset({"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"})
_CONNECTS: Final = frozenset(
    "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo socket.gethostbyname socket.gethostbyaddr".split()
)


@dataclass(frozen=True, slots=True)
class Touch:
    """How often Telltale did something (reads, writes, runs, connects) at a place, its path masked."""

    deed: str
    place: str
    count: int


class SelfAudit:
    """Counts audit events; an audit hook cannot be taken off again, so it is switched off instead."""

    def __init__(self) -> None:
        """Count nothing until `start`."""
        self._counts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self._is_on = False
        self._is_hooked = False

    def start(self) -> None:
        """Begin to count."""
        if not self._is_hooked:
            self._is_hooked = True
            sys.addaudithook(self._hook)
        self._is_on = True

    def stop(self) -> None:
        """Stop counting; what was counted stays."""
        self._is_on = False

    def touches(self) -> tuple[Touch, ...]:
        """Return what was counted, the most frequent first."""
        with self._lock:
            items = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Touch(deed, _masked(deed, place), count) for (deed, place), count in items)

    def count(self, deed: str) -> int:
        """Return how often a deed (reads, writes, runs, connects) was counted."""
        with self._lock:
            return sum(count for (kind, _), count in self._counts.items() if kind == deed)

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if not self._is_on:
            return
        if event == "open":
            if args[0] != os.devnull:  # what programs that are run get as their input
                self._note("writes" if _is_writing(args) else "reads", _folder(args[0]))
        elif event in _CHANGES:
            self._note("writes", _folder(args[0]))
        elif event in _LISTS:
            self._note("reads", _text(args[0]))
        elif event in _RUNS:
            self._note("runs", _text(args[0]).rpartition("/")[2])
        elif event in _CONNECTS and not _is_local(args):
            self._note("connects", event)

    def _note(self, deed: str, place: str) -> None:
        with self._lock:
            key = (deed, place)
            if key not in self._counts and len(self._counts) >= _MOST_PLACES:
                key = (deed, "")
            self._counts[key] = self._counts.get(key, 0) + 1


@cache
def of_this_process() -> SelfAudit:
    """Return the one that the window starts and Settings shows."""
    return SelfAudit()


def network_connections(*, with_children: bool = False) -> int:
    """Return how many internet sockets this process (and, if wanted, the programs it started) has open now."""
    import psutil

    me = psutil.Process()
    count = 0
    for process in (me, *(me.children(recursive=True) if with_children else ())):
        try:
            count += len(process.net_connections("inet"))
        except psutil.Error:
            continue
    return count


def _is_writing(args: tuple[object, ...]) -> bool:
    mode = args[1] if len(args) > 1 else None
    if isinstance(mode, str):
        return not set("wax+").isdisjoint(mode)
    flags = args[2] if len(args) > 2 else 0
    return isinstance(flags, int) and bool(flags & _WRITING)


def _is_local(args: tuple[object, ...]) -> bool:
    """Whether the event is about a socket of this machine's kernel or file system (netlink, local socket)."""
    family = getattr(args[0], "family", None) if args else None
    return family is not None and family not in _internet_families()


def _internet_families() -> frozenset[int]:
    import socket

    return frozenset({socket.AF_INET, socket.AF_INET6})


def _text(path: object) -> str:
    if isinstance(path, bytes):
        return os.fsdecode(path)
    return path if isinstance(path, str) else os.fspath(path) if isinstance(path, os.PathLike) else ""


def _folder(path: object) -> str:
    return _text(path).replace(os.sep, "/").rpartition("/")[0]


def _masked(deed: str, place: str) -> str:
    if deed in {"runs", "connects"}:
        return place
    if not place:
        return "other places"
    home = os.path.expanduser("~")  # noqa: PTH111  a text is wanted, also where there is no home
    inside = place.startswith((home, sys.prefix, sys.base_prefix))
    if inside and not place.startswith(home):
        return "Python's own files"
    return Sensitive(place.replace(home, "~", 1) if inside else place, MaskKind.PATH).masked

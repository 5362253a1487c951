"""Connections of the tool's processes that do not go through the inspector, seen in the system's own lists.

Looked at a few times a second, so a very short connection can be missed; in a network that belongs to the tool alone, the
kernel lists ended connections for a minute, so that nothing over TCP is missed there.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import psutil

from core.host.base import Connection
from core.host.sockets import OwnersAmong, connections
from core.watch.store_model import Bypass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

PACE_S: Final = 0.3
_NAMES_PORTS: Final = frozenset({53, 853, 5353})
_CARRIERS: Final = frozenset({"pasta", "passt", "slirp4netns"})  # carry the tool's own traffic out of its private network
_MOST_SEEN: Final = 100_000


class Look(NamedTuple):
    """What one look gave: connections, and whether their network belongs to the tool alone."""

    connections: tuple[Connection, ...]
    is_private: bool


class BypassWatch:
    """Watches the processes below `root` (but not `without` and theirs) until `close`."""

    def __init__(
        self,
        report: Callable[[tuple[Bypass, ...]], None],
        names: Mapping[str, str],
        *,
        root: int = 0,
        without: Collection[int] = (),
        pace_s: float = PACE_S,
    ) -> None:
        """Report what is new; `names` maps addresses to hosts and may grow."""
        self._report = report
        self._names = names
        self._root = root or os.getpid()
        self._without = frozenset(without)
        self._pace_s = pace_s
        self._seen: set[tuple[str, str, str]] = set()
        self._known: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bypasses", daemon=True)
        self.is_private = False
        self.looks = 0

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Look once more and end."""
        self._stop.set()
        self._thread.join(10)
        self.look()

    def pids(self) -> tuple[int, ...]:
        """Return the tool's processes that were seen and still run."""
        return tuple(self._known)

    def look(self) -> None:
        """Look once."""
        with contextlib.suppress(psutil.Error, OSError):
            self._update()
            news: list[Bypass] = []
            for look in _looks(self._known):
                self.is_private = self.is_private or look.is_private
                news += [item for found in look.connections if (item := self._judge(found)) is not None]
            if news:
                self._report(tuple(news))
        self.looks += 1

    def _run(self) -> None:
        while not self._stop.wait(self._pace_s):
            self.look()

    def _update(self) -> None:
        """Add the processes below the root and below those known before, also when their parents have ended."""
        alive: dict[int, float] = {}
        for pid, started in self._known.items():
            with contextlib.suppress(psutil.Error):
                if psutil.Process(pid).create_time() == started:
                    alive[pid] = started
        for pid in tuple(_below([self._root, *alive], self._without)):
            if pid not in alive:
                with contextlib.suppress(psutil.Error):
                    process = psutil.Process(pid)
                    if process.name().partition(".")[0] not in _CARRIERS:
                        alive[pid] = process.create_time()
        self._known = alive

    def _judge(self, found: Connection) -> Bypass | None:
        address, _, port_text = found.remote.rpartition(":")
        address = address.strip("[]").removeprefix("::ffff:")
        if not address or not port_text.isdigit() or is_loopback(address):
            return None
        key = (found.kind, found.local, found.remote)
        if key in self._seen or len(self._seen) > _MOST_SEEN:
            return None
        self._seen.add(key)
        port, now = int(port_text), time.time()
        why = "name-look-up" if port in _NAMES_PORTS else "quic" if found.kind == "udp" and port == 443 else "around"
        return Bypass(self._names.get(address, ""), address, port, found.kind, _process_name(found.pid), why, 1, now, now)


def is_loopback(address: str) -> bool:
    """Return whether an address is this computer itself."""
    return address == "::1" or address.startswith("127.") or address in {"0.0.0.0", "::"}  # noqa: S104  compared, not bound


def _process_name(pid: int) -> str:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).name()[:40] if pid else ""
    return ""


def _below(roots: Iterable[int], without: Collection[int]) -> Iterator[int]:
    """Give the processes below some, the roots themselves left out."""
    waiting = list(roots)
    done: set[int] = set()
    while waiting:
        for child in _children(waiting.pop()):
            if child not in done and child not in without:
                done.add(child)
                waiting.append(child)
                yield child


def _children(pid: int) -> list[int]:
    if not _has_lists():
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  hundreds of times a second, like the two below
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:  # noqa: PTH123  as above
                found += map(int, file.read().split())
    return found


@cache
def _has_lists() -> bool:
    """Whether the kernel lists the children of each thread, which costs much less than looking at all processes."""
    return Path(f"/proc/self/task/{os.getpid()}/children").is_file()


def _looks(pids: Iterable[int]) -> Iterator[Look]:
    if sys.platform != "linux":
        yield Look(tuple(_portable(pids)), is_private=False)
        return
    networks: dict[str, list[int]] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            networks.setdefault(os.readlink(f"/proc/{pid}/ns/net"), []).append(pid)  # noqa: PTH115  as above
    own = os.readlink("/proc/self/ns/net")  # noqa: PTH115  as above
    for network, members in networks.items():
        rows = connections(f"/proc/{members[0]}/net", OwnersAmong(members))
        is_private = network != own
        yield Look(tuple(row for row in rows if row.pid or is_private), is_private)


def _portable(pids: Iterable[int]) -> Iterator[Connection]:
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            for row in psutil.Process(pid).net_connections("inet"):
                if row.raddr:
                    kind = "udp" if row.type == 2 else "tcp"
                    yield Connection(kind, _place(row.laddr), _place(row.raddr), row.status, pid)


def _place(address: tuple[str, int]) -> str:
    return f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"

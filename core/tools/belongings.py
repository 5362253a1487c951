"""What a session has open: sockets, named only by what this machine itself knows, and files that tell a signal."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.host.real import RealHost
from core.model import System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.host.base import Connection, Host
    from core.model import Signal

_MOST_FILES: Final = 300
_MOST_SHOWN: Final = 40
_LISTENING: Final = frozenset({"LISTEN", "LISTENING"})


class Sockets:
    """The sockets of sessions; only the session's own processes are looked at where the system allows to ask like that."""

    def __init__(self, host: Host, hosts: Mapping[str, tuple[str, ...]]) -> None:
        """Take the names of each tool's own hosts."""
        self._host = host
        self._hosts = hosts
        self._names = _names_by_address(host)
        self._all: tuple[Connection, ...] | None = None

    def of(self, tool: str, pids: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what a session listens on, and whom it is connected to."""
        mine = self._in_proc(pids) if isinstance(self._host, RealHost) and self._host.system is System.LINUX else self._listed(pids)
        listening = [f"{item.kind} {item.local}" for item in mine if item.state in _LISTENING]
        remote = [self._named(tool, item) for item in mine if item.remote and item.state not in _LISTENING]
        return tuple(dict.fromkeys(listening))[:_MOST_SHOWN], tuple(dict.fromkeys(remote))[:_MOST_SHOWN]

    def _in_proc(self, pids: Sequence[int]) -> list[Connection]:
        """Read the tables of the session's own network, which may not be ours."""
        from core.host import sockets

        try:
            is_ours = self._host.link(f"/proc/{pids[0]:d}/ns/net") == self._host.link("/proc/self/ns/net")
            folder = sockets.OWN_TABLES if is_ours else f"/proc/{pids[0]:d}/net"
            return [item for item in sockets.connections(folder, sockets.OwnersAmong(pids)) if item.pid]
        except (HostError, OSError):
            return []

    def _listed(self, pids: Sequence[int]) -> list[Connection]:
        if self._all is None:
            try:
                self._all = self._host.connections()
            except HostError:
                self._all = ()
        return [item for item in self._all if item.pid in pids]

    def _named(self, tool: str, item: Connection) -> str:
        """Name the far end only where this machine itself says which of the tool's own hosts the address is."""
        address, _, port = item.remote.rpartition(":")
        known = self._names.get(address.strip("[]"), ())
        own = self._hosts.get(tool, ())
        name = next((name for name in known if any(fnmatchcase(name, rule.partition(":")[0]) for rule in own)), "")
        return f"{name}:{port}" if name else item.remote


def _names_by_address(host: Host) -> Mapping[str, tuple[str, ...]]:
    """Return the names this machine's own hosts file gives to addresses; no name service is asked."""
    try:
        text = host.read_text(r"C:\Windows\System32\drivers\etc\hosts" if host.system is System.WINDOWS else "/etc/hosts")
    except HostError:
        return {}
    rows = (line.partition("#")[0].split() for line in text.splitlines())
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if len(row) > 1:
            found[row[0]] = (*found.get(row[0], ()), *row[1:])
    return found


def telling_places(host: Host, signals: Iterable[Signal]) -> tuple[tuple[str, str], ...]:
    """Return (path or pattern, signal id) of the files whose changes the catalogue watches: reading one reads the signal."""
    try:
        home = host.home
    except HostError:
        home = ""
    pairs = []
    for signal in signals:
        changes = signal.changes.get(host.system)
        for path in changes.watch if changes is not None else ():
            full = home + path[1:] if path.startswith("~/") and home else path
            if full.startswith("/") and full.count("/") > 1:
                pairs.append((full, signal.id))
    return tuple(pairs)


def open_signals(host: Host, pids: Sequence[int], places: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the signals whose files a session holds open right now."""
    if not places or host.system is not System.LINUX:
        return ()
    found: dict[str, None] = {}
    for path in _open_files(host, pids):
        for place, signal in places:
            if path == place or fnmatchcase(path, place):
                found[signal] = None
    return tuple(found)


def _open_files(host: Host, pids: Sequence[int]) -> frozenset[str]:
    paths: set[str] = set()
    for pid in pids:
        folder = f"/proc/{pid:d}/fd"
        try:
            for number in host.entries(folder, _MOST_FILES):
                target = host.link(f"{folder}/{number}")
                if target.startswith("/"):
                    paths.add(target)
        except HostError:
            continue
    return frozenset(paths)

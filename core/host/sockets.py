"""Linux's socket tables: `/proc/PID/net/{tcp,tcp6,udp,udp6}`, and which process owns which socket."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.host import sockdiag
from core.host.base import Connection
from core.host.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN_TABLES: Final = "/proc/self/net"
_LIMIT: Final = 16 << 20
_STATES: Final = {
    "01": "ESTABLISHED",
    "02": "SYN_SENT",
    "03": "SYN_RECV",
    "04": "FIN_WAIT1",
    "05": "FIN_WAIT2",
    "06": "TIME_WAIT",
    "07": "CLOSE",
    "08": "CLOSE_WAIT",
    "09": "LAST_ACK",
    "0A": "LISTEN",
    "0B": "CLOSING",
}


class Owners:
    """Which process holds a socket. A socket's number never moves to another socket while it is listed, so answers are kept."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, inodes: Iterable[int]) -> dict[int, int]:
        """Return the owner's pid of each socket number (0 where it may not be known)."""
        wanted = set(inodes)
        known = self._known
        if wanted - known.keys():
            found = _all_owners()
            known = self._known = {inode: found.get(inode, 0) for inode in wanted}
        return known


class OwnersAmong(Owners):
    """Looks for the owners among some processes only, which costs nothing for all others."""

    def __init__(self, pids: Iterable[int]) -> None:
        super().__init__()
        self._pids = tuple(pids)

    def of(self, inodes: Iterable[int]) -> dict[int, int]:
        """Return the owner's pid of each socket number (0 where it is none of these processes)."""
        found = _owners_in(str(pid) for pid in self._pids)
        return {inode: found.get(inode, 0) for inode in inodes}


def _all_owners() -> dict[int, int]:
    return _owners_in(os.listdir("/proc"))


def _owners_in(names: Iterable[str]) -> dict[int, int]:
    owners: dict[int, int] = {}
    for name in names:
        if name.isdigit():
            folder = f"/proc/{name}/fd"
            try:
                for fd in os.listdir(folder):
                    target = _target(f"{folder}/{fd}")
                    if target.startswith("socket:["):
                        owners.setdefault(int(target[8:-1]), int(name))
            except OSError:
                continue
    return owners


def _target(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


OWNERS: Final = Owners()


def connections(folder: str, owners: Owners | None) -> tuple[Connection, ...]:
    """Return the sockets in the tables of a `/proc/PID/net` folder."""
    tcp = sockdiag.tcp_rows() if folder == OWN_TABLES else None
    rows = tcp or []
    for kind in ("tcp", "tcp6", "udp", "udp6") if tcp is None else ("udp", "udp6"):
        try:
            table = read_regular(f"{folder}/{kind}", _LIMIT)
        except NotThereError:
            continue
        rows += parse_table(kind[:3], table.decode("ascii", "replace"))
    pids = owners.of(row[4] for row in rows if row[4]) if owners else {}
    return tuple(Connection(kind, local, remote, state, pids.get(inode, 0)) for kind, local, remote, state, inode in rows)


def parse_table(kind: str, table: str) -> list[tuple[str, str, str, str, int]]:
    """Return (kind, local, remote, state, inode) of each row; rows that are not as documented are left out."""
    rows = []
    for line in table.splitlines()[1:]:
        cells = line.split()
        if len(cells) < 10 or not cells[9].isdigit():
            continue
        try:
            local, remote = address(cells[1]), address(cells[2])
        except ValueError:
            continue
        state = "" if kind == "udp" else _STATES.get(cells[3], cells[3])
        rows.append((kind, local, remote if not remote.endswith(":0") else "", state, int(cells[9])))
    return rows


def address(cell: str) -> str:
    """Return host:port of the kernel's notation (32-bit words in the machine's byte order, port in hexadecimal)."""
    digits, _, port = cell.partition(":")
    data = bytes.fromhex(digits)
    if len(data) not in {4, 16}:
        raise ValueError("not an address")
    if sys.byteorder == "little":
        data = b"".join(data[index : index + 4][::-1] for index in range(0, len(data), 4))
    family = socket.AF_INET if len(data) == 4 else socket.AF_INET6
    text = socket.inet_ntop(family, data)
    return f"[{text}]:{int(port, 16)}" if ":" in text else f"{text}:{int(port, 16)}"

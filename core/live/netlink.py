"""Network changes from the kernel: a socket for interfaces, addresses and routes that needs no rights."""

from __future__ import annotations

import socket
import struct
from typing import Final

_LINK: Final = 0x1
_ADDRESSES: Final = 0x10 | 0x100
_ROUTES: Final = 0x40 | 0x400
_NEIGHBOURS: Final = 0x4
_HEAD: Final = struct.Struct("IHHII")
_KINDS: Final = {16: "link", 17: "link", 20: "address", 21: "address", 24: "route", 25: "route", 28: "neighbour", 29: "neighbour"}
EVERYTHING: Final = frozenset(_KINDS.values())


class NetlinkWatch:
    """Listens for rtnetlink messages; raises `OSError` where the system gives no such socket."""

    def __init__(self) -> None:
        """Open and bind the socket; it never sends."""
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, 0)
        try:
            self._socket.bind((0, _LINK | _ADDRESSES | _ROUTES | _NEIGHBOURS))
        except OSError:
            self._socket.close()
            raise

    @property
    def fd(self) -> int:
        """The descriptor to wait on."""
        return self._socket.fileno()

    def read(self) -> set[str]:
        """Return which kinds have changed (link, address, route, neighbour); never waits."""
        kinds: set[str] = set()
        while True:
            try:
                kinds |= decode(self._socket.recv(1 << 16))
            except BlockingIOError:
                return kinds
            except OSError:  # the kernel dropped messages: anything may have changed
                return set(EVERYTHING)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def decode(data: bytes) -> set[str]:
    """Return the kinds of change in a datagram of netlink messages."""
    kinds: set[str] = set()
    offset = 0
    while offset + _HEAD.size <= len(data):
        length, kind, *_ = _HEAD.unpack_from(data, offset)
        if kind in _KINDS:
            kinds.add(_KINDS[kind])
        if length < _HEAD.size:
            break
        offset += (length + 3) & ~3
    return kinds

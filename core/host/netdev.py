"""Linux's network interfaces by ioctl: complete without `/sys` (which a sandbox may lack) and far cheaper than importing psutil."""

from __future__ import annotations

import array
import fcntl
import socket
import struct
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.host.base import Interface
from core.host.files import read_regular
from core.host.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIOCGIFCONF: Final = 0x8912
_SIOCGIFFLAGS: Final = 0x8913
_SIOCGIFHWADDR: Final = 0x8927
_IFREQ: Final = 40
_IFREQS: Final = 1024
_UP_AND_RUNNING: Final = 0x41
_LIMIT: Final = 1 << 20


def interfaces() -> tuple[Interface, ...]:
    """Return the network interfaces of this process's network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        four = _ipv4(channel.fileno())
        six = ipv6_table(_table("/proc/self/net/if_inet6"))
        names = sorted(name for _, name in socket.if_nameindex())
        return tuple(_interface(channel.fileno(), name, (*four.get(name, ()), *six.get(name, ()))) for name in names)


def _table(path: str) -> str:
    try:
        return read_regular(path, _LIMIT).decode("utf-8", "replace")
    except HostError:
        return ""


def _interface(fd: int, name: str, addresses: Iterable[str]) -> Interface:
    request = struct.pack("16s24x", name.encode("utf-8", "surrogateescape"))
    try:
        flags = int(struct.unpack_from("H", fcntl.ioctl(fd, _SIOCGIFFLAGS, request), 16)[0])
        mac = ":".join(f"{byte:02x}" for byte in fcntl.ioctl(fd, _SIOCGIFHWADDR, request)[18:24])
    except OSError:
        flags, mac = 0, ""
    is_up = flags & _UP_AND_RUNNING == _UP_AND_RUNNING
    return Interface(clean(name), is_up, "" if mac == "00:00:00:00:00:00" else mac, tuple(addresses))


def _ipv4(fd: int) -> dict[str, list[str]]:
    """Return the IPv4 addresses by interface; an alias (eth0:1) counts for its interface."""
    buffer = array.array("B", bytes(_IFREQ * _IFREQS))
    place, _ = buffer.buffer_info()
    answer = fcntl.ioctl(fd, _SIOCGIFCONF, struct.pack("iP", len(buffer), place))
    used = int(struct.unpack("iP", answer)[0])
    found: dict[str, list[str]] = {}
    data = buffer.tobytes()[:used]
    for start in range(0, used - used % _IFREQ, _IFREQ):
        name = data[start : start + 16].partition(b"\0")[0].partition(b":")[0]
        found.setdefault(name.decode("utf-8", "surrogateescape"), []).append(socket.inet_ntoa(data[start + 20 : start + 24]))
    return found


def ipv6_table(table: str) -> dict[str, list[str]]:
    """Return the IPv6 addresses by interface from an `if_inet6` table; rows that are not as documented are left out."""
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        cells = line.split()
        try:
            found.setdefault(cells[5], []).append(socket.inet_ntop(socket.AF_INET6, bytes.fromhex(cells[0])))
        except (IndexError, ValueError, OSError):
            continue
    return {name: rows for name, rows in found.items() if rows}

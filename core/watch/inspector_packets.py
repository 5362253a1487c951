"""Every connection that leaves a tool's private network, read from the packets that pasta passes on while they pass.

Only the beginnings count: who is called, by which name, how often. Names come from look-ups and from the greeting of
encrypted connections. Packets are read from a pipe and forgotten; nothing of them reaches a disk.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import select
import struct
import threading
import time
from typing import IO, TYPE_CHECKING, Final

from core.watch.store_model import Bypass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping
    from pathlib import Path

_MAGIC: Final = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}
_LARGEST: Final = 1 << 20
_SYN, _ACK = 0x02, 0x10
_TCP, _UDP = 6, 17
_MOST_WAITING: Final = 4096
_FEW_NAMES: Final = 64


class PacketWatch:
    """Reads the pipe `path` until the other side closes it; `names` (address to host) is added to."""

    def __init__(self, path: Path, report: Callable[[tuple[Bypass, ...]], None], names: MutableMapping[str, str]) -> None:
        """Make the pipe and begin to wait for its writer."""
        os.mkfifo(path, 0o600)
        self._handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # there before the writer, which would wait for a reader
        self._stop_reads, self._stop_writes = os.pipe()
        self._report = report
        self.names = names
        self.is_complete = False
        self._seen: set[tuple[str, str, int, int]] = set()
        self._waiting: dict[tuple[str, int, int], Bypass] = {}
        self._thread = threading.Thread(target=self._run, name="packets", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading and tell what was not told yet."""
        os.write(self._stop_writes, b"x")
        self._thread.join(10)
        for handle in (self._stop_reads, self._stop_writes):
            os.close(handle)

    def _run(self) -> None:
        with contextlib.suppress(OSError, struct.error), os.fdopen(self._handle, "rb", buffering=1 << 16) as stream:
            if self._is_there(stream):
                os.set_blocking(stream.fileno(), True)
                for packet in packets(_Interruptible(stream, self._stop_reads)):
                    self.is_complete = True
                    self.take(packet)
        self.tell()

    def _is_there(self, stream: IO[bytes]) -> bool:
        """Wait for the first bytes, or for the end of the capture."""
        ready, _, _ = select.select([stream.fileno(), self._stop_reads], [], [])
        return stream.fileno() in ready

    def take(self, packet: bytes) -> None:
        """Look at one packet from the tool or to it."""
        found = network(packet)
        if found is None:
            return
        protocol, target, data = found
        if protocol == _UDP and len(data) >= 8:
            from_port, to_port = struct.unpack_from("!HH", data)
            if from_port == 53:
                self.names.update(answers(data[8:]))
            if not ipaddress.ip_address(target).is_multicast and from_port not in {53, 67, 547}:
                self._begin("udp", target, from_port, to_port)
        elif protocol == _TCP and len(data) >= 20:
            from_port, to_port = struct.unpack_from("!HH", data)
            if data[13] & (_SYN | _ACK) == _SYN:
                self._begin("tcp", target, from_port, to_port)
            elif (target, to_port, from_port) in self._waiting:
                name = server_name(data[(data[12] >> 4) * 4 :])
                if name:
                    self.names[target] = name
                    self._settle((target, to_port, from_port))

    def _begin(self, protocol: str, target: str, from_port: int, to_port: int) -> None:
        if to_port in {67, 547} or (protocol, target, to_port, from_port) in self._seen:
            return
        self._seen.add((protocol, target, to_port, from_port))
        now = time.time()
        why = "name-look-up" if to_port in {53, 853} else "quic" if protocol == "udp" and to_port == 443 else "around"
        self._waiting[target, to_port, from_port] = Bypass("", target, to_port, protocol, "", why, 1, now, now)
        if len(self._waiting) > _MOST_WAITING:
            self.tell()

    def _settle(self, key: tuple[str, int, int]) -> None:
        item = self._waiting.pop(key)
        self._report((self._named(item),))

    def tell(self) -> None:
        """Tell every connection whose name did not come."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._report(tuple(map(self._named, waiting.values())))

    def _named(self, item: Bypass) -> Bypass:
        return Bypass(self.names.get(item.address, ""), item.address, item.port, item.protocol, "", item.why, 1, item.first, item.last)


class _Interruptible:
    """A stream that ends when asked to."""

    def __init__(self, stream: IO[bytes], stop: int) -> None:
        self._stream = stream
        self._stop = stop

    def read(self, count: int) -> bytes:
        """Return so many bytes, fewer at the end."""
        parts: list[bytes] = []
        while count > 0:
            ready, _, _ = select.select([self._stream.fileno(), self._stop], [], [])
            if self._stream.fileno() not in ready:
                break  # asked to end, and nothing is left
            data = os.read(self._stream.fileno(), count)
            if not data:
                break
            parts.append(data)
            count -= len(data)
        return b"".join(parts)


def packets(stream: _Interruptible | IO[bytes]) -> Iterator[bytes]:
    """Give the packets of a capture stream, one by one."""
    head = stream.read(24)
    order = _MAGIC.get(head[:4], "")
    if len(head) < 24 or not order:
        return
    while len(about := stream.read(16)) == 16:
        size = struct.unpack_from(f"{order}I", about, 8)[0]
        if size > _LARGEST:
            return
        data = stream.read(size)
        if len(data) < size:
            return
        yield data


def network(packet: bytes) -> tuple[int, str, bytes] | None:
    """Return protocol, target and content of an Ethernet packet; nothing if it carries no IP, or a later fragment."""
    kind = packet[12:14]
    content = packet[14:]
    if kind == b"\x08\x00" and len(content) >= 20:
        if struct.unpack_from("!H", content, 6)[0] & 0x1FFF:
            return None
        size = (content[0] & 15) * 4
        return content[9], str(ipaddress.IPv4Address(content[16:20])), content[size:]
    if kind == b"\x86\xdd" and len(content) >= 40:
        return content[6], str(ipaddress.IPv6Address(content[24:40])), content[40:]
    return None


def server_name(data: bytes) -> str:
    """Return the name in the greeting of an encrypted connection; empty if it is none, or tells none."""
    try:
        if data[0] != 22 or data[5] != 1:
            return ""
        at = 43
        at += 1 + data[at]
        at += 2 + int.from_bytes(data[at : at + 2])
        at += 1 + data[at]
        end = at + 2 + int.from_bytes(data[at : at + 2])
        at += 2
        while at + 4 <= min(end, len(data)):
            kind, size = struct.unpack_from("!HH", data, at)
            if kind == 0:
                return _name(data[at + 9 : at + 4 + size])
            at += 4 + size
    except (IndexError, struct.error):
        pass
    return ""


def answers(data: bytes) -> dict[str, str]:
    """Return the addresses and the name that was asked for, of an answer to a look-up."""
    try:
        questions, count = struct.unpack_from("!HH", data, 4)
        if not data[2] & 0x80 or questions != 1:
            return {}
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        name, at = _name(b".".join(labels)), at + 5
        found: dict[str, str] = {}
        for _ in range(min(count, _FEW_NAMES)):
            while data[at] and data[at] < 0xC0:
                at += 1 + data[at]
            at += 2 if data[at] else 1
            kind, _, _, size = struct.unpack_from("!HHIH", data, at)
            value = data[at + 10 : at + 10 + size]
            if (kind, size) in {(1, 4), (28, 16)} and name:
                found[str(ipaddress.ip_address(value))] = name
            at += 10 + size
    except (IndexError, struct.error, ValueError):
        return {}
    return found


def _name(data: bytes) -> str:
    text = data.decode("ascii", "replace").lower()
    return text if 0 < len(text) <= 253 and all(ch.isalnum() or ch in ".-_" for ch in text) else ""

from __future__ import annotations

import io
import os
import socket
import ssl
import struct
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from core.watch.inspector_packets import PacketWatch, answers, network, packets, server_name

if TYPE_CHECKING:
    from pathlib import Path

    from core.watch.store_model import Bypass

HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
ME = "10.0.2.15"


def record(packet: bytes) -> bytes:
    return struct.pack("<IIII", 1, 0, len(packet), len(packet)) + packet


def ip4(protocol: int, source: str, target: str, content: bytes, fragment: int = 0) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(content), 1, fragment, 64, protocol, 0)
    return b"\0" * 12 + b"\x08\x00" + head + socket.inet_aton(source) + socket.inet_aton(target) + content


def ip6(protocol: int, target: str, content: bytes) -> bytes:
    head = struct.pack("!IHBB", 6 << 28, len(content), protocol, 64)
    return b"\0" * 12 + b"\x86\xdd" + head + b"\0" * 16 + socket.inet_pton(socket.AF_INET6, target) + content


def tcp(from_port: int, to_port: int, flags: int, data: bytes = b"") -> bytes:
    return struct.pack("!HHIIBBHHH", from_port, to_port, 0, 0, 0x50, flags, 0, 0, 0) + data


def udp(from_port: int, to_port: int, data: bytes = b"") -> bytes:
    return struct.pack("!HHHH", from_port, to_port, 8 + len(data), 0) + data


def answer(name: str, *addresses: str) -> bytes:
    asked = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    rows = b""
    for text in addresses:
        data = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
        rows += b"\xc0\x0c" + struct.pack("!HHIH", 28 if ":" in text else 1, 1, 60, len(data)) + data
    return struct.pack("!HHHHHH", 7, 0x8180, 1, len(addresses), 0, 0) + asked + struct.pack("!HH", 1, 1) + rows


def greeting(name: str) -> bytes:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(to_client, to_server, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return to_server.read()
    raise AssertionError


def watched(folder: Path, *sent: bytes) -> tuple[list[Bypass], PacketWatch]:
    found: list[Bypass] = []
    watch = PacketWatch(folder / "packets", found.extend, {})
    with (folder / "packets").open("wb") as pipe:
        pipe.write(HEAD + b"".join(record(item) for item in sent))
    watch._thread.join(10)
    watch.close()
    return found, watch


def test_every_connection_is_told_once_with_the_name_of_its_greeting_or_its_look_up(tmp_path: Path) -> None:
    found, watch = watched(
        tmp_path,
        ip4(17, ME, "10.0.2.3", udp(40_000, 53)),
        ip4(17, "10.0.2.3", ME, udp(53, 40_000, answer("looked-up.example", "203.0.113.9"))),
        ip4(6, ME, "203.0.113.7", tcp(41_000, 443, 2)),
        ip4(6, ME, "203.0.113.7", tcp(41_000, 443, 2)),  # sent again
        ip4(6, ME, "203.0.113.7", tcp(41_000, 443, 24, greeting("api2.example"))),
        ip4(6, ME, "203.0.113.9", tcp(41_001, 80, 2)),
        ip4(6, "203.0.113.9", ME, tcp(80, 41_001, 18)),
        ip6(6, "2001:db8::1", tcp(41_002, 443, 2)),
        ip4(17, ME, "203.0.113.8", udp(41_003, 443)),
    )
    assert sorted((item.host, item.address, item.port, item.why) for item in found) == [
        ("", "10.0.2.3", 53, "name-look-up"),
        ("", "2001:db8::1", 443, "around"),
        ("", "203.0.113.8", 443, "quic"),
        ("api2.example", "203.0.113.7", 443, "around"),
        ("looked-up.example", "203.0.113.9", 80, "around"),
    ]
    assert watch.is_complete


def test_a_pipe_that_nobody_wrote_to_is_not_called_complete(tmp_path: Path) -> None:
    watch = PacketWatch(tmp_path / "packets", lambda _: None, {})
    watch.close()
    assert not watch.is_complete
    assert (tmp_path / "packets").stat().st_mode & 0o777 == 0o600


def test_what_waits_in_the_pipe_is_still_told_at_the_end(tmp_path: Path) -> None:
    found: list[Bypass] = []
    watch = PacketWatch(tmp_path / "packets", found.extend, {})
    writer = os.open(tmp_path / "packets", os.O_WRONLY)
    os.write(writer, HEAD + record(ip4(6, ME, "203.0.113.7", tcp(1, 443, 2))))
    watch.close()
    os.close(writer)
    assert [item.address for item in found] == ["203.0.113.7"]


def test_names_are_read_from_greetings_and_answers() -> None:
    assert server_name(greeting("api.example")) == "api.example"
    assert server_name(b"GET / HTTP/1.1") == ""
    assert answers(answer("a.example", "203.0.113.7", "2001:db8::1")) == {"203.0.113.7": "a.example", "2001:db8::1": "a.example"}
    assert answers(answer("bad\x1bname", "203.0.113.7")) == {}


def test_a_later_fragment_begins_nothing() -> None:
    assert network(ip4(6, ME, "203.0.113.7", tcp(1, 2, 2), fragment=7)) is None


@given(st.binary(max_size=200))
def test_nothing_that_arrives_is_an_error(data: bytes) -> None:
    server_name(data)
    server_name(b"\x16\x03\x01\0\0\x01" + data)
    answers(data)
    network(data)
    network(b"\0" * 12 + b"\x08\x00" + data)
    assert all(isinstance(item, bytes) for item in packets(io.BytesIO(HEAD + data)))
    assert list(packets(io.BytesIO(data))) == [] or data.startswith((b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4"))

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from core.live.inotify import CREATE, Event, decode


def record(watch: int, mask: int, name: bytes) -> bytes:
    padded = name + b"\0" * (16 - len(name) % 16)
    return struct.pack("iIII", watch, mask, 0, len(padded)) + padded


def test_two_records_in_one_read_are_told_apart() -> None:
    data = record(1, CREATE, b"one") + record(2, CREATE, "z\xfcrich".encode())
    assert decode(data) == [Event(1, CREATE, "one"), Event(2, CREATE, "z\xfcrich")]


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_without_an_error(data: bytes) -> None:
    assert len(decode(data)) <= len(data) // 16

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from core.live.netlink import EVERYTHING, decode


def message(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("IHHII", 16 + len(body), kind, 0, 0, 0) + body


def test_a_new_address_and_a_gone_link_are_named() -> None:
    assert decode(message(20, b"x" * 8) + message(17)) == {"address", "link"}


def test_other_messages_say_nothing() -> None:
    assert decode(message(3)) == set()


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_without_an_error(data: bytes) -> None:
    assert decode(data) <= EVERYTHING

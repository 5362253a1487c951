from __future__ import annotations

import io
import os
import struct
import threading

from hypothesis import given
from hypothesis import strategies as st

from core.watch import addon_frames
from core.watch.addon_frames import Frame, Sender, pack, read


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())), st.binary())
def test_what_is_packed_is_read_again(data: dict[str, object], body: bytes) -> None:
    frame = Frame(data, body)
    assert read(io.BytesIO(pack(frame) + body)) == frame


@given(st.binary(max_size=200))
def test_anything_else_is_the_end_and_never_an_error(data: bytes) -> None:
    found = read(io.BytesIO(data))
    assert found is None or isinstance(found.data, dict)


def test_sizes_beyond_reason_are_not_waited_for() -> None:
    assert read(io.BytesIO(struct.pack("!II", 1 << 31, 0))) is None


def test_messages_arrive_in_order_and_the_last_one_too() -> None:
    reads, writes = os.pipe()
    with os.fdopen(reads, "rb") as source, os.fdopen(writes, "wb") as sink:
        sender = Sender(sink)
        got: list[int] = []
        thread = threading.Thread(target=lambda: [got.append(frame.data["n"]) for _ in range(500) if (frame := read(source))])
        thread.start()
        for number in range(500):
            sender.send({"n": number}, b"x" * number)
        sender.close()
        thread.join(10)
    assert got == list(range(500))


def test_bodies_are_shortened_and_marked_when_nobody_reads(monkeypatch: object) -> None:
    sent: list[bytes] = []
    goes_on = threading.Event()

    class Slow(io.RawIOBase):
        def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that is written
            goes_on.wait(10)
            sent.append(bytes(data))
            return len(data)

    sender = Sender(Slow())  # type: ignore[arg-type]  # enough of a stream
    large = b"x" * (addon_frames.MOST_WAITING // 2)
    for _ in range(5):
        sender.send({"kind": "request"}, large)
    goes_on.set()
    sender.close()
    assert len([data for data in sent if b'"shortened":true' in data]) in {2, 3}
    assert sorted({len(data) for data in sent if len(data) > 1000}) == [addon_frames.SHORTENED, len(large)]

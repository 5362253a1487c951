"""Messages from the inspector's process to Telltale: a line of JSON and the bytes that belong to it, over an anonymous pipe.

Standard library only: the inspector's process runs in an environment of its own.
"""

from __future__ import annotations

import json
import struct
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from typing import IO

_HEAD: Final = struct.Struct("!II")
_LARGEST: Final = 64 * 1024 * 1024
MOST_WAITING: Final = 64 * 1024 * 1024
SHORTENED: Final = 1024 * 1024
_MOST_MORE: Final = 24 * 1024 * 1024


class Frame(NamedTuple):
    """One message: what happened, in plain data, and the body it happened to (often empty)."""

    data: dict[str, Any]
    body: bytes = b""


def pack(frame: Frame) -> bytes:
    """Return a message's bytes."""
    head = json.dumps(frame.data, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return _HEAD.pack(len(head), len(frame.body)) + head


def read(stream: IO[bytes]) -> Frame | None:
    """Return the next message; nothing at the end, or if what comes is no message."""
    sizes = _exactly(stream, _HEAD.size)
    if sizes is None:
        return None
    head_size, body_size = _HEAD.unpack(sizes)
    if head_size > _LARGEST or body_size > _LARGEST:
        return None
    head = _exactly(stream, head_size)
    body = _exactly(stream, body_size)
    if head is None or body is None:
        return None
    try:
        data = json.loads(head)
    except ValueError:
        return None
    return Frame(data, body) if isinstance(data, dict) else None


def _exactly(stream: IO[bytes], count: int) -> bytes | None:
    data = stream.read(count)
    return data if len(data) == count else None


class Sender:
    """Writes messages from a thread of its own, so that the proxy never waits for Telltale.

    If Telltale is slower than the tool, bodies are shortened (and marked so) rather than piled up without end.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Write to `stream` until `close`."""
        self._stream = stream
        self._queue: deque[Frame] = deque()
        self._wake = threading.Condition()
        self._waiting = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="frames", daemon=True)
        self._thread.start()

    def send(self, data: dict[str, Any], body: bytes = b"") -> None:
        """Hand over one message."""
        with self._wake:
            if data.get("kind") == "more" and self._waiting + len(body) > _MOST_MORE:
                return  # the gap is seen by the next part's place, and told by the count of what was looked at
            if len(body) > SHORTENED and self._waiting + len(body) > MOST_WAITING:
                body, data = body[:SHORTENED], data | {"shortened": True}
            self._waiting += len(body)
            self._queue.append(Frame(data, body))
            self._wake.notify()

    def close(self, limit_s: float = 5.0) -> None:
        """Write what is waiting and end."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join(limit_s)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closed:
                    self._wake.wait()
                if not self._queue:
                    return
                frame = self._queue.popleft()
                self._waiting -= len(frame.body)
            try:
                self._stream.write(pack(frame))
                if frame.body:
                    self._stream.write(frame.body)
                self._stream.flush()
            except (OSError, ValueError):
                return  # Telltale is gone; its end closes the proxy, too

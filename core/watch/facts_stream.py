"""The rest of a very large body, searched as it streams by: window after window, with what a window's edge would cut read twice.

Nothing is unpacked or taken apart here: texts, their encodings and markers are looked for in the bytes as they were sent, with
the escapes of JSON undone for markers. Memory stays at a few windows, however long the body is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.watch.bodies import Piece
from core.watch.markers import Scan, scan_counted

if TYPE_CHECKING:
    from core.watch.facts import FactFinding, Searcher
    from core.watch.markers_model import MarkerFinding

OVERLAP: Final = 4_096
_WINDOW: Final = 1_048_576
_MOST_MARKERS: Final = 200
_EDGE: Final = re.compile(rb"[\s\"'<>,;(){}\[\]]")
_READABLE: Final = re.compile("[^\\x00-\\x08\\x0e-\\x1f\\x7f\\udc80-\\udcff]{32,}")
_ESCAPES: Final = re.compile(r'(?:\\(?:u[0-9A-Fa-f]{4}|[nrtbf"/\\]))+')


class Stream:
    """Takes the pieces of one body in order; `searched` is how many bytes of it, from `start` on, were looked at."""

    def __init__(self, searcher: Searcher | None, start: int) -> None:
        """Search what follows the first `start` bytes of a body, which were searched as a whole; without a searcher for markers only."""
        self.searched = 0
        self.start = start
        self._searcher = searcher
        self._place = f"body after its first {start:,} bytes" if start else "bytes"
        self._at = self._next = start
        self._tail = b""
        self._buffer = bytearray()
        self._facts: Counter[FactFinding] = Counter()
        self._markers: list[MarkerFinding] = []
        self._left_out, self._is_counted = 0, True

    def feed(self, data: bytes, offset: int) -> None:
        """Take the bytes that stand at `offset` of the body; a gap before them starts a new window."""
        if offset != self._next:
            self._flush()
            self._tail = b""
            self._at = offset
        self._next = offset + len(data)
        self._buffer += data
        while len(self._buffer) >= _WINDOW:
            self._window(_cut(self._buffer))

    def finish(self) -> tuple[tuple[FactFinding, ...], Scan]:
        """Search what is left and return all facts and markers."""
        self._flush()
        facts = (replace(item, times=times) for item, times in self._facts.items() if times > 0)
        return tuple(facts), Scan(tuple(self._markers), self._left_out, self._is_counted)

    def _flush(self) -> None:
        if self._buffer:
            self._window(len(self._buffer))

    def _window(self, size: int) -> None:
        """Search one window together with the end of the last one; what that end held by itself was counted before."""
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._count(self._tail + data, 1)
        if self._tail:
            self._count(self._tail, -1)
        if len(self._markers) < _MOST_MARKERS:
            self._mark(data)
        else:
            self._is_counted = False  # not even looked for any more
        self.searched += size
        self._at += size
        self._tail = data[-OVERLAP:]
        if edge := _EDGE.search(self._tail):
            self._tail = self._tail[edge.start() :]

    def _count(self, data: bytes, sign: int) -> None:
        if self._searcher is None:
            return
        piece = Piece((None, self._place), data.decode("utf-8", "surrogateescape"))
        for item in self._searcher.search_pieces([piece]):
            self._facts[replace(item, times=1)] += sign * item.times

    def _mark(self, data: bytes) -> None:
        for found in _READABLE.finditer(data.decode("utf-8", "surrogateescape")):
            text = _ESCAPES.sub(_unescaped, found.group())
            scan = scan_counted([Piece((None, self._place), text)])
            self._left_out += scan.left_out
            self._is_counted = self._is_counted and scan.is_counted
            for item in scan.findings:
                self._markers.append(replace(item, position=self._at + found.start() + item.position))


def _cut(buffer: bytearray) -> int:
    """Return where to cut a window: at the last edge of a word, so that no text is cut where it could look whole."""
    for at in range(_WINDOW - 1, _WINDOW - OVERLAP, -1):
        if _EDGE.match(buffer, at):
            return at
    return _WINDOW


def _unescaped(found: re.Match[str]) -> str:
    try:
        return str(json.loads(f'"{found.group()}"'))
    except ValueError:
        return found.group()

"""One string as the marker detectors see it: which characters it has, worked out once, and where they stand.

Every judgement that needs the whole string ("is this the only one?") is answered from here, so that a string of millions of
characters costs one pass, not one pass per character.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PLAIN: Final = bytes([*range(0x20, 0x7F), *b"\t\n\r\f\x1b"])
_EAST_ASIA: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff01]")
_MOST_LOOKED_UP: Final = 48
_DENSE: Final = 20


class Whole:
    """A string, the set of its characters beyond ASCII, and whether it holds control characters."""

    def __init__(self, text: str) -> None:
        """Look at the string once."""
        self.text = text
        self._counts: dict[str, int] = {}
        self._index: dict[str, list[int]] | None = {}
        marked = text.encode("ascii", "replace")
        self.has_controls = bool(marked.translate(None, _PLAIN))
        if not text.isascii():
            self._index = _index(text, marked)
        self.present = frozenset(ch for ch in set(text) if not ch.isascii()) if self._index is None else frozenset(self._index)

    def count(self, ch: str) -> int:
        """Return how often a character occurs."""
        if self._index is not None and not ch.isascii():
            return len(self._index.get(ch, ()))
        found = self._counts.get(ch)
        if found is None:
            found = self._counts[ch] = self.text.count(ch)
        return found

    def is_east_asian(self, besides: str = "") -> bool:
        """Whether there is East Asian writing in the string, apart from one character."""
        return bool(self._east_asian - {besides})

    @cached_property
    def _east_asian(self) -> frozenset[str]:
        return frozenset(filter(_EAST_ASIA.match, self.present))

    @cached_property
    def ascii_length(self) -> int:
        """How many characters of the string are ASCII."""
        return len(self.text.encode("ascii", "ignore"))

    def places(self, chars: Iterable[str]) -> Iterator[int]:
        """Yield where any of these characters stands, in order."""
        wanted = [ch for ch in chars if self.count(ch)]
        if not wanted:
            return
        if self._index is not None and not any(map(str.isascii, wanted)):
            yield from sorted(at for ch in wanted for at in self._index[ch])
            return
        if len(wanted) > _MOST_LOOKED_UP or self.is_dense(wanted):
            yield from (found.start() for found in re.finditer(f"[{re.escape(''.join(wanted))}]", self.text))
        else:
            yield from sorted(at for ch in wanted for at in each(self.text, ch))

    def is_dense(self, chars: Iterable[str]) -> bool:
        """Whether so many of these characters stand in the string that reading it through is cheaper than looking each up."""
        return sum(map(self.count, chars)) * _DENSE > len(self.text)


def each(text: str, wanted: str) -> Iterator[int]:
    """Yield where a text stands in another; costs hardly more than reading it where it is rare."""
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _index(text: str, marked: bytes) -> dict[str, list[int]] | None:
    """Return where each character beyond ASCII stands; None if there are so many that looking when asked is cheaper."""
    if marked.count(b"?") * _DENSE > len(text):
        return None
    out: dict[str, list[int]] = {}
    at = marked.find(b"?")
    while at >= 0:
        ch = text[at]
        if ch != "?":
            out.setdefault(ch, []).append(at)
        at = marked.find(b"?", at + 1)
    return out

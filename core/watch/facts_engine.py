"""Many texts looked for at once in many strings, with Hyperscan: every hit with its string and its place in it."""

from __future__ import annotations

import contextlib
import threading
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_HITS: Final = 50_000
Tag = TypeVar("Tag")


@dataclass(frozen=True, slots=True)
class Pattern(Generic[Tag]):
    """Bytes to look for, whether their ASCII case matters, and what they stand for."""

    needle: bytes
    is_exact: bool
    tag: Tag


@dataclass(frozen=True, slots=True)
class Hit(Generic[Tag]):
    """One occurrence: what it stands for, the number of the string, and its bytes with what surrounds them."""

    tag: Tag
    string: int
    data: bytes
    start: int
    end: int
    string_start: int
    string_end: int


class Engine(Generic[Tag]):
    """A compiled set of patterns."""

    __slots__ = ("_database", "_lock", "_patterns")

    def __init__(self, patterns: Sequence[Pattern[Tag]]) -> None:
        """Compile the patterns; Hyperscan is loaded only here."""
        import hyperscan

        self._patterns = tuple(item for item in patterns if item.needle and b"\0" not in item.needle)
        self._lock = threading.Lock()  # a database has one working memory
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        if self._patterns:
            self._database.compile(
                expressions=[item.needle for item in self._patterns],
                ids=list(range(len(self._patterns))),
                elements=len(self._patterns),
                flags=[0 if item.is_exact else hyperscan.HS_FLAG_CASELESS for item in self._patterns],
                literal=True,
            )

    def __len__(self) -> int:
        """Return the number of patterns."""
        return len(self._patterns)

    def find(self, strings: Sequence[str]) -> list[Hit[Tag]]:
        """Return all hits in the strings, in no order worth relying on; at most 50,000."""
        if not self._patterns or not strings:
            return []
        encoded = [text.encode("utf-8", "surrogatepass") for text in strings]
        starts = [0, *accumulate(len(item) + 1 for item in encoded)]
        return self._hits(b"\0".join(encoded), starts)

    def _hits(self, data: bytes, starts: list[int]) -> list[Hit[Tag]]:
        found: list[tuple[int, int]] = []

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> bool | None:
            found.append((number, end))
            return len(found) >= _MOST_HITS

        self._scan(data, note)
        out = []
        for number, end in found:
            pattern = self._patterns[number]
            start = end - len(pattern.needle)
            string = bisect_right(starts, start) - 1
            if end < starts[string + 1]:  # a hit across two strings is none
                out.append(Hit(pattern.tag, string, data, start, end, starts[string], starts[string + 1] - 1))
        return out

    def _scan(self, data: bytes, note: Callable[[int, int, int, int, object], bool | None]) -> None:
        import hyperscan

        with self._lock, contextlib.suppress(hyperscan.ScanTerminated):
            self._database.scan(data, match_event_handler=note)

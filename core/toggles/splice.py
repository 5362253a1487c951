"""The smallest difference between two versions of a file, kept as bytes so that undo can be exact.

The journal stores a `Splice`, not the file: whatever else stands in the file (often secrets) is never copied.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace `removed` by `inserted` at byte `offset`."""

    offset: int
    removed: bytes
    inserted: bytes

    def apply(self, data: bytes) -> bytes:
        """Return `data` with this splice made; raise ValueError if `removed` does not stand at `offset`."""
        end = self.offset + len(self.removed)
        if data[self.offset : end] != self.removed:
            raise ValueError("the place to change holds something else")
        return data[: self.offset] + self.inserted + data[end:]

    def inverse(self) -> Splice:
        """Return the splice that takes this one back."""
        return Splice(self.offset, self.inserted, self.removed)


def between(old: bytes, new: bytes) -> Splice:
    """Return the smallest splice that turns `old` into `new`."""
    start = _common(old, new)
    tail = _common(old[start:][::-1], new[start:][::-1])
    return Splice(start, old[start : len(old) - tail], new[start : len(new) - tail])


def _common(left: bytes, right: bytes) -> int:
    """Return the length of the common beginning, by halving (files may have megabytes)."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

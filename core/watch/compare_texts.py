"""How two groups of texts differ for good: what varies within a group is noise, what is stable in both and differs is found."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_CONTEXT: Final = 16
_MOST_TOKENS: Final = 3_000
_MOST_WORK: Final = 20_000_000
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two groups differ: characters before and after, where in the first text, and the text around it."""

    position: int
    before: str
    after: str
    around: str


def changes(first: Sequence[str], second: Sequence[str]) -> list[Change]:
    """Return where every text of the first group differs from every text of the second in the same way."""
    if set(first) & set(second):
        return []
    one, other = first[0], second[0]
    noisy_one, noisy_other = _noise(first), _noise(second)
    out = []
    for found in _differences(one, other):
        if not (_touches(noisy_one, found[0]) or _touches(noisy_other, found[1])):
            left, right = _narrow(one, found[0], other, found[1])
            around = one[max(0, left[0] - _CONTEXT) : left[1] + _CONTEXT]
            out.append(Change(left[0], one[slice(*left)], other[slice(*right)], around))
    return out


def _narrow(one: str, left: Span, other: str, right: Span) -> tuple[Span, Span]:
    """Leave out what both stretches begin and end with, unless a word or number would be cut."""
    before, after = one[slice(*left)], other[slice(*right)]
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail] + after[head : len(after) - tail]
    if not middle or any(ch.isascii() and ch.isalnum() for ch in middle):
        return left, right
    return (left[0] + head, left[1] - tail), (right[0] + head, right[1] - tail)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many characters or pieces two texts begin with in common."""
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))


def _noise(texts: Sequence[str]) -> list[Span]:
    """Return the stretches of the first text that are not the same in all texts of its group."""
    return [left for other in set(texts[1:]) - {texts[0]} for left, _ in _differences(texts[0], other)]


def _touches(noisy: list[Span], span: Span) -> bool:
    return any(start <= span[1] and span[0] <= end for start, end in noisy)


def _differences(one: str, other: str) -> Iterator[tuple[Span, Span]]:
    """Yield the stretches that differ, as whole words; long texts are compared line by line first."""
    lines_one, lines_other = _spans(re.compile(r"[^\n]*\n|[^\n]+"), one), _spans(re.compile(r"[^\n]*\n|[^\n]+"), other)
    for left, right in _blocks(one, lines_one, other, lines_other):
        tokens_one = [(start + left[0], end + left[0]) for start, end in _spans(_TOKEN, one[slice(*left)])]
        tokens_other = [(start + right[0], end + right[0]) for start, end in _spans(_TOKEN, other[slice(*right)])]
        if len(tokens_one) > _MOST_TOKENS or len(tokens_other) > _MOST_TOKENS:
            yield left, right
        else:
            yield from _blocks(one, tokens_one or [left], other, tokens_other or [right])


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [found.span() for found in pattern.finditer(text)]


def _blocks(one: str, left: list[Span], other: str, right: list[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield the stretches that differ between two lists of pieces."""
    mine, its = [one[slice(*span)] for span in left], [other[slice(*span)] for span in right]
    head = _alike(mine, its)
    tail = _alike(mine[head:][::-1], its[head:][::-1])
    mine, its = mine[head : len(mine) - tail], its[head : len(its) - tail]
    if not (mine or its):
        return
    often = Counter(its)
    if sum(often[word] for word in mine) * min(len(mine), len(its)) > _MOST_WORK:  # it would take minutes: one stretch, as it is
        yield _cover(left, head, head + len(mine), len(one)), _cover(right, head, head + len(its), len(other))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, mine, its, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _cover(left, head + i1, head + i2, len(one)), _cover(right, head + j1, head + j2, len(other))


def _cover(spans: list[Span], first: int, last: int, length: int) -> Span:
    """Return the stretch of text from one piece up to another; an empty one where nothing was."""
    start = spans[first][0] if first < len(spans) else (spans[-1][1] if spans else length)
    return (start, spans[last - 1][1]) if last > first else (start, start)

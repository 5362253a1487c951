"""Patterns made of ordinary characters: line ends, blanks at the ends of lines, and dates or numbers in a form of their own."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

from core.watch.markers_model import Confidence, MarkerKind, Spot, code_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.markers_text import Whole

_DATE: Final = re.compile(r"20\d\d([-/.])\d\d\1\d\d(?!\d)")
_BEFORE_NO_DATE: Final = "0123456789/"
_MIXED_DIGITS: Final = re.compile(r"[0-9](?![0-9])\d|(?![0-9])\d[0-9]")
_LINES_OF_A_CODE: Final = 8
_OTHERS: Final = 3
_SHORTEST_DATES: Final = 4 * len("2026-11-20")
_MOST_SEPARATE: Final = 2


def shapes(whole: Whole) -> Iterator[Spot]:
    """Judge the shape of a string."""
    text = whole.text
    if "\n" in text:
        if "\r" in text:
            yield from _line_ends(text)
        if " \n" in text or "\t\n" in text or " \r\n" in text or "\t\r\n" in text:
            yield from _trailing(text)
    if len(text) >= _SHORTEST_DATES and "20" in text:
        yield from _dates(text)


def _line_ends(text: str) -> Iterator[Spot]:
    """A few line ends that differ from all others; wholly mixed files are ordinary."""
    both = text.count("\r\n")
    alone = text.count("\n") - both
    if both and alone and min(both, alone) <= _MOST_SEPARATE < _OTHERS <= max(both, alone):
        odd = re.search(r"\r\n" if both < alone else r"(?<!\r)\n", text)
        if odd:
            found = [code_point(ch) for ch in odd.group()]
            sentence = f"{min(both, alone)} of {both + alone} lines end in another way than the rest."
            usual = "\n" if both < alone else "\r\n"
            yield Spot(MarkerKind.LINE_END, odd.start(), len(odd.group()), tuple(found), usual, Confidence.POSSIBLE, sentence)


def _trailing(text: str) -> Iterator[Spot]:
    """Blanks at line ends that vary from line to line could be read as digits; two blanks are Markdown's line break."""
    runs = []
    at = filled = 0
    for line in text.split("\n")[:-1]:
        content = line.removesuffix("\r")
        bare = content.rstrip(" \t")
        filled += bool(bare)
        if bare and len(bare) < len(content):
            runs.append((at + len(bare), content[len(bare) :]))
        at += len(line) + 1
    kinds = Counter(run for _, run in runs)
    odd = sum(count for run, count in kinds.items() if run != "  ")
    if odd < _LINES_OF_A_CODE or len(kinds) <= 1:
        return
    is_mixed = len(kinds) > _OTHERS or (any("\t" in run for run in kinds) and any(" " in run for run in kinds))
    is_everywhere = 2 * len(runs) >= filled  # a careless file has them on some of its lines
    first = next(run for run in runs if run[1] != "  ")
    sentence = f"{len(runs)} lines end in blanks of {len(kinds)} different forms, which could be read as digits."
    points = tuple(code_point(ch) for ch in dict.fromkeys("".join(kinds)))
    confidence = Confidence.LIKELY if is_mixed and is_everywhere else Confidence.POSSIBLE
    yield Spot(MarkerKind.TRAILING_SPACE, first[0], len(first[1]), points, "", confidence, sentence)


def _dates(text: str) -> Iterator[Spot]:
    """One date whose separator differs from that of all other dates of the string."""
    found = [item for item in _DATE.finditer(text) if not item.start() or text[item.start() - 1] not in _BEFORE_NO_DATE]
    if len(found) <= _OTHERS:
        return
    marks = Counter(item[1] for item in found)
    usual, others = marks.most_common(1)[0][0], [item for item in found if item[1] != marks.most_common(1)[0][0]]
    if len(others) == 1 and len(found) > _OTHERS:
        odd = others[0]
        point = code_point(odd[1], usual)
        sentence = f"One of {len(found)} dates has {point.label} between its parts, all others have U+{ord(usual):04X}."
        yield Spot(MarkerKind.DATE_FORM, odd.start(1), 1, (point,), usual, Confidence.POSSIBLE, sentence)


def is_digit(ch: str) -> bool:
    """Whether a character beyond ASCII is a decimal digit of another script."""
    return unicodedata.category(ch) == "Nd"


def digits(whole: Whole) -> Iterator[Spot]:
    """A digit of another script right beside an ASCII digit."""
    for found in _MIXED_DIGITS.finditer(whole.text):
        at = found.start() if not found.group()[0].isascii() else found.start() + 1
        ch = whole.text[at]
        usual = str(unicodedata.digit(ch))
        sentence = f"A number mixes ASCII digits with {code_point(ch).label} ({code_point(ch).name})."
        yield Spot(MarkerKind.NUMBER_FORM, at, 1, (code_point(ch, usual),), usual, Confidence.LIKELY, sentence)

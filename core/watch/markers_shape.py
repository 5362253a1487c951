"""Patterns made of ordinary characters: line ends, blanks at the ends of lines, and dates or numbers in a form of their own."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import accumulate, compress
from operator import is_not
from typing import TYPE_CHECKING, Final

from core.watch import confusables
from core.watch.markers_model import Confidence, MarkerKind, Spot, code_point
from core.watch.markers_text import each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.markers_text import Whole

_DATE: Final = re.compile(r"20\d\d([-/.])\d\d\1\d\d(?!\d)")
_BEFORE_NO_DATE: Final = "0123456789/"
_NUMBER: Final = re.compile(r"\d+")
_ENDS: Final = {"\r\n": re.compile(r"\r\n"), "\n": re.compile(r"(?<!\r)\n"), "\r": re.compile(r"\r(?!\n)")}
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
        yield from _trailing(text)
    if len(text) >= _SHORTEST_DATES:
        yield from _dates(text)


def _line_ends(text: str) -> Iterator[Spot]:
    """A few line ends that differ from all others; wholly mixed files are ordinary."""
    both = text.count("\r\n")
    ends = {"\r\n": both, "\n": text.count("\n") - both, "\r": text.count("\r") - both}
    used = sorted((count, end) for end, count in ends.items() if count)
    if len(used) < 2 or not sum(count for count, _ in used[:-1]) <= _MOST_SEPARATE < _OTHERS <= used[-1][0]:
        return
    few, usual = sum(count for count, _ in used[:-1]), used[-1][1]
    found = _ENDS[used[0][1]].search(text)
    if found and not (used[0][1] == "\r" and text[found.end() :].strip() == ""):
        sentence = f"{few} of {few + used[-1][0]} lines end in another way than the rest."
        points = tuple(code_point(ch) for ch in found.group())
        yield Spot(MarkerKind.LINE_END, found.start(), len(found.group()), points, usual, Confidence.POSSIBLE, sentence)


def _trailing(text: str) -> Iterator[Spot]:
    """Blanks at line ends that vary from line to line could be read as digits; two blanks are Markdown's line break."""
    lines = text.split("\n")[:-1]
    ending = list(compress(range(len(lines)), map(is_not, lines, map(str.rstrip, lines))))
    if len(ending) < _LINES_OF_A_CODE:
        return
    ends = list(accumulate(map(len, lines)))
    found = ((ends[index] - len(lines[index]) + index, _run_at_end(lines[index])) for index in ending)
    runs = [(at + run[0], run[1]) for at, run in found if run]
    kinds = Counter(run for _, run in runs)
    odd = sum(count for run, count in kinds.items() if run != "  ")
    if odd < _LINES_OF_A_CODE:
        return
    filled = sum(map(bool, map(str.strip, lines)))
    if len(kinds) == 1 and not filled <= 4 * odd <= 3 * filled:
        return  # a careless file has them on a few lines, flowed text on nearly all
    is_mixed = len(kinds) > _OTHERS or (any("\t" in run for run in kinds) and any(" " in run for run in kinds))
    first = next(run for run in runs if run[1] != "  ")
    forms = "blanks" if len(kinds) == 1 else f"blanks of {len(kinds)} different forms"
    sentence = f"{len(runs)} of {filled} lines end in {forms}, which could be read as digits."
    points = tuple(code_point(ch) for ch in dict.fromkeys("".join(kinds)))
    confidence = Confidence.LIKELY if is_mixed and 2 * len(runs) >= filled else Confidence.POSSIBLE
    yield Spot(MarkerKind.TRAILING_SPACE, first[0], len(first[1]), points, "", confidence, sentence)


def _run_at_end(line: str) -> tuple[int, str] | None:
    """Return the blanks at the end of a line with their place; none for a line of blanks only."""
    content = line.removesuffix("\r")
    bare = content.rstrip(" \t")
    return (len(bare), content[len(bare) :]) if bare and len(bare) < len(content) else None


def _dates(text: str) -> Iterator[Spot]:
    """One date whose separator differs from that of all other dates of the string."""
    places = [at for at in each(text, "2") if text[at + 1 : at + 2] == "0" and (not at or text[at - 1] not in _BEFORE_NO_DATE)]
    found = [item for at in places if (item := _DATE.match(text, at))]
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
    """A digit of another script right beside an ASCII digit, or a whole number of a script that nothing else is written in."""
    text = whole.text
    scripts = {confusables.script(ch) for ch in whole.present}
    for found in _NUMBER.finditer(text):
        run = found.group()
        if run.isascii():
            continue
        ch = next(one for one in run if not one.isascii())
        at = found.start() + run.index(ch)
        usual = "".join(str(unicodedata.digit(one)) for one in run)
        point = code_point(ch, str(unicodedata.digit(ch)))
        if any(one.isascii() for one in run):
            sentence = f"A number mixes ASCII digits with {point.label} ({point.name})."
            yield Spot(MarkerKind.NUMBER_FORM, at, 1, (point,), point.ordinary, Confidence.LIKELY, sentence)
        elif _script_of(ch) not in scripts and not is_form(ch):
            sentence = f"A number is written with {point.label} ({point.name}), but nothing else here is written in that script."
            yield Spot(MarkerKind.NUMBER_FORM, at, len(run), (point,), usual, Confidence.LIKELY, sentence)


def _script_of(digit: str) -> str:
    """Return the script of a digit by its name; the digits of Arabic serve Persian and Urdu, too."""
    words = unicodedata.name(digit, "").split()
    return next((word for word in words if word not in {"EXTENDED", "DIGIT"}), "").partition("-")[0]


def is_form(ch: str) -> bool:
    """Whether a digit is a full-width or mathematical form of an ASCII digit, which is judged with the letters of that form."""
    return ch >= "\uff10"

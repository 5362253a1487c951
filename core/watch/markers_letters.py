"""Letters of another script, or another alphabet's look-alikes, inside words and host names that are otherwise ASCII."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from core.watch import confusables
from core.watch.markers_model import Confidence, MarkerKind, Spot, code_point
from core.watch.markers_text import each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.markers_text import Whole

_SHORTEST_WHOLE: Final = 3
_SHORTEST_REST: Final = 12
_LONGEST_HOST: Final = 253
_RARE_LATIN: Final = frozenset(
    "\u0251\u0261\u0299\u029f\u0262\u0274\u1d00\u1d04\u1d07\u1d0f\u1d18\u1d1c\u1d20\u1d21\u1d22"
)  # letters of no spelling
_HOST: Final = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_GREEK_SCIENCE: Final = frozenset("\u03b1\u03b3\u03b9\u03ba\u03c1\u03c3\u03c5\u03c9\u03c4\u03b7\u03bc\u03c0")
_WIDE: Final = range(0xFF01, 0xFF5F)
_OTHER_FORM: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|[\U0001d400-\U0001d7ff]+")
_EAST_ASIA: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})


@cache
def _look_alikes() -> frozenset[str]:
    """Return the letters of the table that look like an ASCII letter."""
    return frozenset(ch for ch, plain in confusables.table().items() if plain.isalpha() and unicodedata.category(ch)[0] == "L")


def is_look_alike(ch: str) -> bool:
    """Whether this letter looks like an ASCII letter."""
    return ch in _look_alikes()


def letters(whole: Whole) -> Iterator[Spot]:
    """Judge the words of a string, in the order in which they stand."""
    text = whole.text
    strange = whole.present & _look_alikes()
    own = {confusables.script(ch) for ch in whole.present - strange} - {"LATIN"}
    alone = frozenset(ch for ch in strange if confusables.script(ch) not in own)
    done = 0
    for at in whole.places(strange) if alone or not whole.is_dense(strange) else _touching(text, strange):
        sides = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if at < done or not (text[at] in alone or any(map(_is_ascii_letter, sides))):
            continue
        start, done = _word(text, at)
        if spot := _judge_word(whole, start, done):
            yield spot


def _touching(text: str, strange: frozenset[str]) -> Iterator[int]:
    """Yield the look-alikes beside an ASCII letter: all that matters in a text of their own script."""
    one = f"[{re.escape(''.join(sorted(strange)))}]"
    return (found.start() for found in re.finditer(f"(?<=[A-Za-z]){one}|{one}(?=[A-Za-z])", text))


def _word(text: str, at: int) -> tuple[int, int]:
    start = end = at
    while start > 0 and (text[start - 1].isalpha() or unicodedata.category(text[start - 1]) == "Mn"):
        start -= 1
    while end < len(text) and (text[end].isalpha() or unicodedata.category(text[end]) == "Mn"):
        end += 1
    return start, end


def _judge_word(whole: Whole, start: int, end: int) -> Spot | None:
    word = whole.text[start:end]
    strange = [ch for ch in word if not ch.isascii() and confusables.ordinary(ch)]
    others = [ch for ch in word if not ch.isascii() and not confusables.ordinary(ch)]
    plain = sum(ch.isascii() for ch in word)
    scripts = {confusables.script(ch) for ch in strange}
    if plain and not others:
        return _mixed(whole.text[max(0, start - 1) : start], start, word, strange)
    if not plain and not others and len(word) >= _SHORTEST_WHOLE and scripts <= {"CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE"}:
        same = [ch for ch in whole.present if confusables.script(ch) in scripts]
        if sum(map(whole.count, same)) == len(word) and whole.ascii_length >= _SHORTEST_REST:
            return _spot(start, word, strange, Confidence.LIKELY)
    return None


def _mixed(before: str, start: int, word: str, strange: list[str]) -> Spot | None:
    """Judge a word of ASCII letters with look-alikes in it."""
    plain = len(word) - len(strange)
    scripts = {confusables.script(ch) for ch in strange}
    if plain < 2 or (scripts == {"GREEK"} and all(ch in _GREEK_SCIENCE for ch in strange)):
        return None  # units and formulas: one Greek letter beside a Latin one
    if "LATIN" in scripts:  # phonetic writing and languages with further Latin letters
        if len(strange) > 1 or plain < 3 or strange[0] in "\u0131\u0130\u01c0\u0269" or before in {"/", "["}:
            return None
        return _spot(start, word, strange, Confidence.POSSIBLE)
    return _spot(start, word, strange, Confidence.CERTAIN if plain >= 3 else Confidence.LIKELY)


def _spot(start: int, word: str, strange: list[str], confidence: Confidence) -> Spot:
    ordinary = "".join(confusables.ordinary(ch) or ch for ch in word)
    first = next(index for index, ch in enumerate(word) if ch == strange[0])
    points = tuple(code_point(ch, confusables.ordinary(ch)) for ch in dict.fromkeys(strange))
    sentence = f"A word holds {points[0].label} ({points[0].name}), which looks like the ASCII letter {points[0].ordinary}."
    return Spot(MarkerKind.LOOK_ALIKE, start + first, len(word) - first, points, ordinary, confidence, sentence)


def is_other_form(ch: str) -> bool:
    """Whether this is a full-width or a mathematical form of an ASCII letter or digit."""
    return _OTHER_FORM.match(ch) is not None


def compatible(whole: Whole) -> Iterator[Spot]:
    """Yield full-width letters far from East Asian text, and mathematical letters inside plain words."""
    text = whole.text
    is_asian = any(confusables.script(ch) in _EAST_ASIA for ch in whole.present)
    for found in _OTHER_FORM.finditer(text):
        run = found.group()
        is_wide = ord(run[0]) in _WIDE
        if is_wide and is_asian:
            continue
        touches = _is_ascii_letter(text[found.start() - 1 : found.start()]) or _is_ascii_letter(text[found.end() : found.end() + 1])
        if not is_wide and not touches:
            continue
        confidence = Confidence.LIKELY if touches or len(run) == 1 else Confidence.POSSIBLE
        points = tuple(code_point(ch, confusables.ordinary(ch)) for ch in dict.fromkeys(run[:8]))
        plain = unicodedata.normalize("NFKC", run)
        sentence = f"{points[0].label} ({points[0].name}) stands where ASCII text has {points[0].ordinary}."
        yield Spot(MarkerKind.LOOK_ALIKE, found.start(), len(run), points, plain, confidence, sentence)


def _is_ascii_letter(ch: str) -> bool:
    return ch.isascii() and ch.isalpha()


def domains(whole: Whole) -> Iterator[Spot]:
    """Judge host names: letters of two scripts in one label, or a label that looks like ASCII letters throughout."""
    text, done = whole.text, 0
    for at in _beginnings(whole):
        if at < done:
            continue
        start, end = _host(text, at)
        done = end
        host = text[start:end].strip(".-")
        if end - start <= _LONGEST_HOST and "." in host and _HOST.fullmatch(host):
            yield from _judge_host(host, text.index(host, start))


def _beginnings(whole: Whole) -> list[int]:
    """Return where a host name worth judging may be: at look-alikes, or at dots where those are fewer, and at `xn--`."""
    text = whole.text
    strange = [ch for ch in whole.present if confusables.ordinary(ch).isalnum()]
    out = []
    if strange:
        is_dense = sum(map(whole.count, strange)) > whole.count(".")
        out = [at for at in whole.places(".") if _is_inside(text, at)] if is_dense else list(whole.places(strange))
    coded = [at - 1 for mark in ("n--", "N--") for at in each(text, mark) if at and text[at - 1] in "xX"]
    return sorted([*out, *coded]) if coded else out


def _is_inside(text: str, at: int) -> bool:
    """Whether a dot stands between two characters of a host name."""
    sides = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return all(side.isalnum() or side == "-" for side in sides)


def _host(text: str, at: int) -> tuple[int, int]:
    """Return where the host name around a character begins and ends; one that is too long is cut a little later."""
    start = end = at
    while start > 0 and at - start <= _LONGEST_HOST and (text[start - 1].isalnum() or text[start - 1] in "-."):
        start -= 1
    while end < len(text) and end - at <= _LONGEST_HOST and (text[end].isalnum() or text[end] in "-."):
        end += 1
    return start, end


def _judge_host(host: str, start: int) -> Iterator[Spot]:
    labels = [(_decoded(label), label) for label in host.split(".")]
    for shown, label in labels:
        if spot := _judge_label(shown, labels[-1][0], start, host, label):
            yield spot
            return


def _judge_label(shown: str, ending: str, start: int, host: str, label: str) -> Spot | None:
    strange = [ch for ch in shown if not ch.isascii() and confusables.ordinary(ch).isalnum()]
    others = [ch for ch in shown if not ch.isascii() and not confusables.ordinary(ch).isalnum()]
    if not strange or others or not ending.isascii() or (len(shown) < _SHORTEST_WHOLE):
        return None
    if shown is label and confusables.script(strange[0]) == "LATIN" and strange[0] not in _RARE_LATIN:
        return None
    points = tuple(code_point(ch, confusables.ordinary(ch)) for ch in dict.fromkeys(strange))
    ordinary = host.replace(label, "".join(confusables.ordinary(ch) or ch for ch in shown))
    sentence = f"A host name holds {points[0].label} ({points[0].name}), which looks like the ASCII letter {points[0].ordinary}."
    is_mixed = any(ch.isascii() and ch.isalpha() for ch in shown)
    return Spot(MarkerKind.DOMAIN, start, len(host), points, ordinary, Confidence.CERTAIN if is_mixed else Confidence.LIKELY, sentence)


def _decoded(label: str) -> str:
    """Undo the ASCII form of an international host name."""
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label

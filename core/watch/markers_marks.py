"""Punctuation and spaces that look like ASCII ones, judged by their neighbours: typography is ordinary, look-alikes are not."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from core.watch import confusables
from core.watch.markers_model import Confidence, MarkerKind, Spot, code_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.markers_text import Whole

_SPACES: Final = "\x0b\x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CANDIDATE: Final = re.compile(
    f"[{_SPACES}\xb4\xb7\u02b0-\u02ff\u055a\u05f3\u05f4\u07f4\u07f5\u2010-\u206f\u2044\u2212\u2215\u29f8\u2236\u3003\ua4f8-\ua4f9\ua789\ua78c\ufe50-\ufe6b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]"
)
_ENDING: Final = re.compile(r"(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_ASCII_CONTRACTION: Final = re.compile(r"[A-Za-z]'(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_TYPOGRAPHY: Final = frozenset("\u2013\u2014\u2018\u201c\u201d\u2026")
_DATE_BEFORE: Final = re.compile(r"(?:^|\D)(?:19|20)\d\d(?:\D\d\d?)?$")
_APOSTROPHES: Final = frozenset(
    "\xb4\u02b9\u02bb\u02bc\u02bd\u02be\u02c8\u02ca\u02cb\u02f4\u055a\u05f3\u07f4\u07f5\u2018\u2019\u201b\u2032\u2035\ua78c\uff07"
)
_COMMON_APOSTROPHES: Final = frozenset("\u2018\u2019")
_QUOTES: Final = frozenset("\u02ba\u02dd\u02ee\u05f4\u201f\uff02\u3003")
_HYPHENS: Final = frozenset("\u02d7\u2010\u2011\u2012\u2013\u2043\u2212\ufe58\ufe63\uff0d")
_RARE_HYPHENS: Final = frozenset("\u02d7\u2043\ufe58\ufe63\uff0d")
_ORDINARY_MARKS: Final = frozenset(
    "\xb7\u2013\u2014\u2015\u2020\u2021\u2022\u2026\u2030\u203a\u2039\u201a\u201e\u201c\u201d\u2044\u203b\u203c\u2049"
)
_SLASHES: Final = frozenset("\u2044\u2215\u29f8\uff0f")
_HOST_BEFORE: Final = re.compile(r"://[\w.-]+\Z")
_RARE_SPACES: Final = frozenset("\x0b\x85\u1680\u2000\u2001\u2004\u2005\u2006\u2008\u205f")
_FEW: Final = 5


def is_mark(ch: str) -> bool:
    """Whether this looks like ASCII punctuation or a blank, and is not the common typography of some language."""
    return _CANDIDATE.match(ch) is not None and (ch not in _ORDINARY_MARKS or ch in _SLASHES)


def marks(whole: Whole) -> Iterator[Spot]:
    """Judge the punctuation and spaces of a string, in the order in which they stand."""
    text = whole.text
    for at in whole.places(filter(is_mark, whole.present)):
        ch = text[at]
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if ch in _APOSTROPHES:
            spot = _apostrophe(whole, at, before, after)
        elif ch in _HYPHENS:
            spot = _hyphen(whole, at, before, after)
        elif ch in _QUOTES:
            spot = _quote(whole, at, before, after)
        elif unicodedata.category(ch) == "Zs" or ch in _RARE_SPACES:
            spot = _space(whole, at, before, after)
        else:
            spot = _other(whole, at, before, after)
        if spot:
            yield spot


def _spot(kind: MarkerKind, text: str, at: int, ordinary: str, confidence: Confidence) -> Spot:
    point = code_point(text[at], ordinary)
    shown = f"U+{ord(ordinary):04X}"
    sentence = f"{point.label} ({point.name}) stands where ordinary text of this kind has {shown}."
    return Spot(kind, at, 1, (point,), ordinary, confidence, sentence)


def _is_plain(ch: str) -> bool:
    return ch.isascii() and ch.isalnum()


def _apostrophe(whole: Whole, at: int, before: str, after: str) -> Spot | None:
    """Judge an apostrophe inside an English contraction; elsewhere other languages have good use for it."""
    if not (before.isascii() and before.isalpha() and after.isascii() and after.isalpha()):
        return None
    text = whole.text
    ch = text[at]
    rest = _ENDING.match(text, at + 1)
    if not rest:
        return None
    if ch in _COMMON_APOSTROPHES:
        is_only = whole.count(ch) == 1 and not (whole.present - {ch}) & _TYPOGRAPHY
        is_odd = is_only and whole.count("'") >= _FEW and len(_ASCII_CONTRACTION.findall(text)) >= _FEW
        return _spot(MarkerKind.APOSTROPHE, text, at, "'", Confidence.POSSIBLE) if is_odd else None
    if confusables.script(ch) in {"LATIN", "MODIFIER"} and rest.group() != text[at + 1 : at + 1 + len(rest.group())]:
        return None
    sure = ch not in "\xb4\u2032\u2035"
    return _spot(MarkerKind.APOSTROPHE, text, at, "'", Confidence.CERTAIN if sure else Confidence.LIKELY)


def _hyphen(whole: Whole, at: int, before: str, after: str) -> Spot | None:
    text = whole.text
    ch = text[at]
    if not (_is_plain(before) and _is_plain(after)):
        return None
    if (
        before.isdigit()
        and after.isdigit()
        and _DATE_BEFORE.search(text[max(0, at - 8) : at])
        and re.match(r"\d\d?(?!\d)", text[at + 1 : at + 4])
    ):
        return _spot(MarkerKind.HYPHEN, text, at, "-", Confidence.LIKELY if ch not in "\u2010\u2011\u2013" else Confidence.POSSIBLE)
    if ch in _RARE_HYPHENS and not whole.is_east_asian():
        return _spot(MarkerKind.HYPHEN, text, at, "-", Confidence.LIKELY)
    return None


def _quote(whole: Whole, at: int, before: str, after: str) -> Spot | None:
    """Judge a double quote at the edge of an ASCII word (inches and other scripts' marks stand elsewhere)."""
    opens = (not before or before in " \n\t(") and after.isascii() and after.isalpha()
    closes = before.isascii() and before.isalpha() and (not after or after in " \n\t.,;:!?)")
    if not (opens or closes) or whole.is_east_asian():
        return None
    return _spot(MarkerKind.QUOTE, whole.text, at, '"', Confidence.LIKELY)


def _space(whole: Whole, at: int, before: str, after: str) -> Spot | None:
    text = whole.text
    ch = text[at]
    if not (_is_plain(before) or before in ".,:;") or not _is_plain(after):
        return None
    if ch == "\u3000":
        return None if whole.is_east_asian() else _spot(MarkerKind.SPACE, text, at, " ", Confidence.LIKELY)
    if ch in _RARE_SPACES:
        return _spot(MarkerKind.SPACE, text, at, " ", Confidence.LIKELY)
    if before.isdigit() or after.isdigit() or text[at + 1 : at + 3].upper() in {"AM", "PM"}:
        return None
    return _spot(MarkerKind.SPACE, text, at, " ", Confidence.POSSIBLE) if whole.count(ch) == 1 and whole.count(" ") >= _FEW else None


def _other(whole: Whole, at: int, before: str, after: str) -> Spot | None:
    """Judge any other mark that looks like an ASCII mark, right between ASCII letters or digits."""
    text = whole.text
    ch = text[at]
    ordinary = confusables.ordinary(ch)
    if ch in _SLASHES and (_HOST_BEFORE.search(text[max(0, at - 260) : at])):
        return _spot(MarkerKind.DOMAIN, text, at, "/", Confidence.CERTAIN)
    if ch in _ORDINARY_MARKS or not ordinary or not (_is_plain(before) and _is_plain(after)):
        return None
    if ch >= "\uff01" and whole.is_east_asian(besides=ch):
        return None
    if unicodedata.category(ch) == "Sm" and not (before.isalpha() and after.isalpha()):
        return None
    return _spot(MarkerKind.PUNCTUATION, text, at, ordinary, Confidence.LIKELY)

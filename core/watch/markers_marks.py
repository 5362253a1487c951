"""Punctuation and spaces that look like ASCII ones, judged by their neighbours: typography is ordinary, look-alikes are not."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from core.watch import confusables
from core.watch.markers_model import Confidence, MarkerKind, Spot, code_point

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES: Final = "\x0b\x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CANDIDATE: Final = re.compile(
    f"[{_SPACES}\xb4\xb7\u02b0-\u02ff\u055a\u05f3\u05f4\u07f4\u07f5\u2010-\u206f\u2212\u2215\u2236\u3003\ua4f8-\ua4f9\ua789\ua78c\ufe50-\ufe6b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]"
)
_ENDING: Final = re.compile(r"(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_ASCII_CONTRACTION: Final = re.compile(r"[A-Za-z]'(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_TYPOGRAPHY: Final = re.compile("[\u2013\u2014\u2018\u201c\u201d\u2026]")
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
_RARE_SPACES: Final = frozenset("\x0b\x85\u1680\u2000\u2001\u2004\u2005\u2006\u2008\u205f")
_FEW: Final = 5
_EAST_ASIA: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff01]")


def marks(text: str, present: frozenset[str]) -> Iterator[Spot]:
    """Judge the punctuation and spaces of a string; `present` are its characters beyond ASCII."""
    candidates = "".join(ch for ch in present if _CANDIDATE.match(ch) and ch not in _ORDINARY_MARKS)
    if not candidates:
        return
    for found in re.finditer(f"[{re.escape(candidates)}]", text):
        at, ch = found.start(), found.group()
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if ch in _APOSTROPHES:
            spot = _apostrophe(text, at, before, after)
        elif ch in _HYPHENS:
            spot = _hyphen(text, at, before, after)
        elif ch in _QUOTES:
            spot = _quote(text, at, before, after)
        elif unicodedata.category(ch) == "Zs" or ch in _RARE_SPACES:
            spot = _space(text, at, before, after)
        else:
            spot = _other(text, at, before, after)
        if spot:
            yield spot


def _spot(kind: MarkerKind, text: str, at: int, ordinary: str, confidence: Confidence) -> Spot:
    point = code_point(text[at], ordinary)
    shown = f"U+{ord(ordinary):04X}"
    sentence = f"{point.label} ({point.name}) stands where ordinary text of this kind has {shown}."
    return Spot(kind, at, 1, (point,), ordinary, confidence, sentence)


def _is_plain(ch: str) -> bool:
    return ch.isascii() and ch.isalnum()


def _apostrophe(text: str, at: int, before: str, after: str) -> Spot | None:
    """Judge an apostrophe inside an English contraction; elsewhere other languages have good use for it."""
    if not (before.isascii() and before.isalpha() and after.isascii() and after.isalpha()):
        return None
    ch = text[at]
    rest = _ENDING.match(text, at + 1)
    if not rest:
        return None
    if ch in _COMMON_APOSTROPHES:
        is_odd = text.count(ch) == 1 and len(_ASCII_CONTRACTION.findall(text)) >= _FEW and not _TYPOGRAPHY.search(text.replace(ch, ""))
        return _spot(MarkerKind.APOSTROPHE, text, at, "'", Confidence.POSSIBLE) if is_odd else None
    if confusables.script(ch) in {"LATIN", "MODIFIER"} and rest.group() != text[at + 1 : at + 1 + len(rest.group())]:
        return None
    sure = ch not in "\xb4\u2032\u2035"
    return _spot(MarkerKind.APOSTROPHE, text, at, "'", Confidence.CERTAIN if sure else Confidence.LIKELY)


def _hyphen(text: str, at: int, before: str, after: str) -> Spot | None:
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
    if ch in _RARE_HYPHENS and not _EAST_ASIA.search(text):
        return _spot(MarkerKind.HYPHEN, text, at, "-", Confidence.LIKELY)
    return None


def _quote(text: str, at: int, before: str, after: str) -> Spot | None:
    """Judge a double quote at the edge of an ASCII word (inches and other scripts' marks stand elsewhere)."""
    opens = (not before or before in " \n\t(") and after.isascii() and after.isalpha()
    closes = before.isascii() and before.isalpha() and (not after or after in " \n\t.,;:!?)")
    if not (opens or closes) or _EAST_ASIA.search(text):
        return None
    return _spot(MarkerKind.QUOTE, text, at, '"', Confidence.LIKELY)


def _space(text: str, at: int, before: str, after: str) -> Spot | None:
    ch = text[at]
    if not (_is_plain(before) or before in ".,:;") or not _is_plain(after):
        return None
    if ch == "\u3000":
        return None if _EAST_ASIA.search(text) else _spot(MarkerKind.SPACE, text, at, " ", Confidence.LIKELY)
    if ch in _RARE_SPACES:
        return _spot(MarkerKind.SPACE, text, at, " ", Confidence.LIKELY)
    if before.isdigit() or after.isdigit() or text[at + 1 : at + 3].upper() in {"AM", "PM"}:
        return None
    return _spot(MarkerKind.SPACE, text, at, " ", Confidence.POSSIBLE) if text.count(ch) == 1 and text.count(" ") >= _FEW else None


def _other(text: str, at: int, before: str, after: str) -> Spot | None:
    """Judge any other mark that looks like an ASCII mark, right between ASCII letters or digits."""
    ch = text[at]
    ordinary = confusables.ordinary(ch)
    if ch in _ORDINARY_MARKS or not ordinary or not (_is_plain(before) and _is_plain(after)):
        return None
    if ch >= "\uff01" and _EAST_ASIA.search(text.replace(ch, "")):
        return None
    if unicodedata.category(ch) == "Sm" and not (before.isalpha() and after.isalpha()):
        return None
    return _spot(MarkerKind.PUNCTUATION, text, at, ordinary, Confidence.LIKELY)

"""Characters that nobody sees: zero-width, direction, tags, variation selectors, private use, controls; judged by their neighbours."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from core.watch import confusables
from core.watch.markers_model import Confidence, MarkerKind, Spot, code_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.markers_text import Whole

_ZERO: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d"
    "\u2060-\u2064\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a"
)
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TAGS: Final = "\U000e0000-\U000e007f"
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_CONTROLS: Final = "\x80-\x84\x86-\x9f\u2028\u2029"
_ANY: Final = re.compile(f"[{_ZERO}]+|[{_BIDI}]|[{_SELECTORS}]+|[{_TAGS}]+|[{_PRIVATE}]+|[{_CONTROLS}]")
_ASCII_CONTROL: Final = re.compile(r"[\x01-\x06\x0e-\x1a\x1c-\x1f\x7f]")
_NO_JOINING: Final = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", ""})
_BREAKS_ANYWHERE: Final = frozenset({"THAI", "KHMER", "LAO", "MYANMAR", "TIBETAN", "CJK", "HIRAGANA", "KATAKANA", "JAVANESE", "TAI"})
_WITH_SELECTOR: Final = frozenset("0123456789#*\u203c\u2049\u2139\u3030\u303d")
_FLAG: Final = "\U0001f3f4"
_JOINED: Final = frozenset("-/\u2013\u2014\u2026")
_DIGITS_OF_A_CODE: Final = 8
_MOST_DECODED: Final = 4_000


def controls(whole: Whole) -> Iterator[Spot]:
    """Name the first control character of a string."""
    if whole.has_controls and (found := _ASCII_CONTROL.search(whole.text)):
        sentence = f"The string holds the control character {code_point(found.group()).label}."
        yield _spot(MarkerKind.CONTROL, found, Confidence.POSSIBLE, sentence)


def is_unseen(ch: str) -> bool:
    """Whether nobody sees this character beyond ASCII."""
    return _ANY.match(ch) is not None


def invisible(whole: Whole) -> Iterator[Spot]:
    """Judge the unseen characters of a string, in the order in which they stand."""
    text, done = whole.text, 0
    is_rtl = None
    for at in whole.places(filter(is_unseen, whole.present)):
        found = _ANY.match(text, at) if at >= done else None
        if not found:
            continue
        done = found.end()
        ch = found.group()[0]
        if "\ufe00" <= ch <= "\ufe0f" or ch >= "\U000e0100" or "\u180b" <= ch <= "\u180d" or ch == "\u180f":
            spot = _selector(text, found) if ch < "\U000f0000" else _private(text, found)
        elif ch >= "\U000e0000":
            spot = _tag(text, found)
        elif "\ue000" <= ch <= "\uf8ff":
            spot = _private(text, found)
        elif re.match(f"[{_BIDI}]", ch):
            is_rtl = any(map(confusables.is_right_to_left, whole.present)) if is_rtl is None else is_rtl
            spot = _direction(found, is_rtl=is_rtl)
        elif re.match(f"[{_CONTROLS}]", ch):
            spot = _spot(MarkerKind.CONTROL, found, Confidence.POSSIBLE, f"The string holds {_named(ch)}.")
        else:
            spot = _zero_width(text, found)
        if spot:
            yield spot


def _spot(kind: MarkerKind, found: re.Match[str], confidence: Confidence, sentence: str, decoded: str = "") -> Spot:
    run = found.group()
    points = tuple(code_point(ch) for ch in dict.fromkeys(run[:64]))
    return Spot(kind, found.start(), len(run), points, "", confidence, sentence, decoded=decoded)


def _named(ch: str) -> str:
    point = code_point(ch)
    return f"{point.label} ({point.name})"


def _selector(text: str, found: re.Match[str]) -> Spot | None:
    """A selector belongs to a sign, an ideograph or a mathematical sign, and there is one of it."""
    run, before = found.group(), text[found.start() - 1 : found.start()] if found.start() else ""
    fits = bool(before) and (
        unicodedata.category(before) in {"So", "Sm", "Sk"}
        or before in _WITH_SELECTOR
        or confusables.script(before) in {"CJK", "MYANMAR", "MONGOLIAN", "PHAGS-PA", "MANICHAEAN"}
    )
    if fits and len(run) == 1:
        return None
    sentence = f"{_named(run[0])} chooses the look of a sign, but stands behind {'none that has one' if len(run) == 1 else 'another one'}."
    return _spot(MarkerKind.VARIATION_SELECTOR, found, Confidence.CERTAIN, sentence, _selected_bytes(run))


def _selected_bytes(run: str) -> str:
    """Read a run of selectors as bytes (16 + 240 of them make 256), where that gives text."""
    codes = [ord(ch) - 0xFE00 if ord(ch) <= 0xFE0F else ord(ch) - 0xE0100 + 16 for ch in run[:_MOST_DECODED] if ord(ch) >= 0xFE00]
    text = bytes(code for code in codes if code < 256).decode("utf-8", "replace")
    return text if len(text) > 1 and text.isprintable() else ""


def _tag(text: str, found: re.Match[str]) -> Spot | None:
    """Tags follow a black flag (the flags of England, Scotland, Wales) and nothing else."""
    run = found.group()
    if text[found.start() - 1 : found.start()] == _FLAG and run.endswith("\U000e007f") and len(run) <= 8:
        return None
    decoded = "".join(chr(ord(ch) - 0xE0000) for ch in run[:_MOST_DECODED] if 0x20 <= ord(ch) - 0xE0000 < 0x7F)
    sentence = f"{len(run)} tag characters, which no screen shows and which stand for ASCII text, follow one another here."
    return _spot(MarkerKind.TAG, found, Confidence.CERTAIN, sentence, decoded)


def _private(text: str, found: re.Match[str]) -> Spot:
    """Signs of special fonts are private use; inside a word they are not expected."""
    around = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    inside = found.start() > 0 and all(ch.isascii() and ch.isalpha() for ch in around)
    sentence = f"{_named(found.group()[0])} has a meaning only by private agreement (often a sign of a special font)."
    return _spot(MarkerKind.PRIVATE_USE, found, Confidence.LIKELY if inside else Confidence.POSSIBLE, sentence)


def _direction(found: re.Match[str], *, is_rtl: bool) -> Spot | None:
    ch = found.group()
    if ch in "\u202d\u202e":
        sentence = f"{_named(ch)} makes text appear in another order than it is stored."
        return _spot(MarkerKind.BIDI, found, Confidence.LIKELY if is_rtl else Confidence.CERTAIN, sentence)
    if is_rtl:
        return None
    sentence = f"{_named(ch)} sets the direction of writing, but nothing here is written from right to left."
    return _spot(MarkerKind.BIDI, found, Confidence.POSSIBLE if ch in "\u2068\u2069" else Confidence.LIKELY, sentence)


def _zero_width(text: str, found: re.Match[str]) -> Spot | None:
    run = found.group()
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    if len(run) == 1 and _has_use(run, before, after):
        return None
    is_code = len(run) >= _DIGITS_OF_A_CODE or (len(run) > 1 and len(set(run)) > 1)
    sentence = f"{_named(run[0])} cannot be seen and has no use between these characters."
    if len(run) > 1:
        sentence = f"{len(run)} characters that cannot be seen follow one another, the first {_named(run[0])}."
    is_sure = is_code or (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())
    return _spot(MarkerKind.ZERO_WIDTH, found, Confidence.CERTAIN if is_sure else Confidence.LIKELY, sentence)


def _has_use(ch: str, before: str, after: str) -> bool:
    """Whether a zero-width character does its ordinary work between these neighbours."""
    if ch == "\ufeff":
        return not before
    scripts = {confusables.script(side) if side else "" for side in (before, after)}
    if ch in "\u200c\u200d":
        is_emoji = bool(before and after) and _is_sign(before) and _is_sign(after)
        return (is_emoji and ch == "\u200d") or any(name not in _NO_JOINING for name in scripts)
    if ch == "\u200b":
        return any(name in _BREAKS_ANYWHERE for name in scripts)
    if ch == "\u2800":
        return "\u2801" <= before <= "\u28ff" or "\u2801" <= after <= "\u28ff"
    if ch in "\u115f\u1160\u3164\uffa0":
        return "HANGUL" in scripts
    if ch == "\u2060":
        return before in _JOINED or after in _JOINED
    return ch in "\u180e\u17b4\u17b5" and bool(scripts & {"MONGOLIAN", "KHMER"})


def _is_sign(ch: str) -> bool:
    return unicodedata.category(ch) in {"So", "Sk", "Sm"} or ch in "\ufe0f\U000e007f"

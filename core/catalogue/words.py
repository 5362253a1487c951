"""Text rules for everything a catalogue shows: sentence case, full sentences, nothing invisible, no markup."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKUP: Final = re.compile(r"</?[A-Za-z!][^>]*>|&[a-z]+;|&#\d+;")
_NEVER: Final = re.compile(r"\b(leak(s|ed|ing)?|spy(ing)?|spies|backdoor|anonymous|anonymised|safe|safely|protected)\b", re.IGNORECASE)
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAME: Final = re.compile(r"[A-Z][a-z]+")


def text_fault(text: str, rule: str) -> str:
    """Return what is wrong with a text under a rule (`plain`, `title`, `sentence`, `technical`), or an empty text.

    A technical sentence may begin with the name of a variable or call, which keeps its small letter.
    """
    if fault := _characters(text):
        return fault
    if rule == "title":
        return _title(text)
    if rule in {"sentence", "technical"}:
        return _sentence(text, rule)
    return ""


def _characters(text: str) -> str:
    for ch in text:
        if ch != " " and (unicodedata.category(ch) in _INVISIBLE or ch.isspace()):
            return f"holds the invisible character U+{ord(ch):04X}"
    if text != text.strip() or "  " in text:
        return "has blanks at an end or two in a row"
    return ""


def _wording(text: str) -> str:
    if _MARKUP.search(text):
        return "holds markup"
    if found := _NEVER.search(text):
        return f"uses the word {found.group(0)!r}, which Telltale does not use"
    return ""


def _title(text: str) -> str:
    if text.endswith((".", "!", ":")):
        return "is a title and ends without a mark"
    if not (text[0].isupper() or text[0].isdigit()):
        return "does not begin with a capital letter"
    long_words = [word for word in re.findall(r"[A-Za-z]+", text)[1:] if len(word) > 3]
    if len(long_words) > 1 and all(_NAME.fullmatch(word) for word in long_words):
        return "is not in sentence case"
    return _wording(text)


def _sentence(text: str, rule: str) -> str:
    if not text.endswith("."):
        return "does not end with a full stop"
    first_word = text.split(" ", 1)[0]
    if rule == "sentence" and not any(ch.isupper() or ch.isdigit() for ch in first_word):
        return "does not begin with a capital letter"
    return _wording(text)


def unescaped(source: str, text: str) -> bool:
    """Whether a text holds a non-ASCII character that its source spells out instead of escaping it."""
    return any(not ch.isascii() and ch in source for ch in text)

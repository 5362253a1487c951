"""How much a value tells, and therefore whether and where it is looked for: the low-information rule.

The weight of a value, in bits, is the sum over its words. A word of ordinary text counts as rare as it is there
(`ordinary-words.toml`, counted once over manuals, licences, read-mes and source files), any other word 3.5 for a letter and
3.3 for a digit, a generic name (`low-information.toml`: user, main, server) 3, a mark between words 1.

1. Never looked for: what is made of generic names only; dates, versions, sizes, offsets, numbers below 8 digits, powers of
   two; common hosts and addresses; folders of the system; descriptions without a number in them; signals under `never`.
2. One word of ordinary text counts only as the name of a person, account or computer (signals under `named`), and only
   beside a label that says so (`user: mark`, `"hostname": "falcon"`, `/home/mark/`). A language with its region likewise.
3. With 9 bits or more a value counts where it stands alone, in its own case or small letters: as a whole string, a folder
   of a path, the name in an e-mail address, or beside a label.
4. With 22 bits or more it counts everywhere, but one plain word must be longer than 10 letters (7 for such names). Home
   folders, e-mail, IP and hardware addresses and time zones always do, unless they are among the generic ones.
"""

from __future__ import annotations

import re
from enum import IntEnum
from ipaddress import ip_address
from typing import Final

from core.redact import MaskKind
from core.watch.facts_words import WORD, bits, is_generic, is_ordinary, low_information

_STRONG: Final = 22.0
_WEAK: Final = 9.0
_OWN_FOLDER: Final = 7.0
_SHORT_NAME: Final = 7
_SHORT_WORD: Final = 10
_DATE_OR_VERSION: Final = re.compile(
    r"v?\d+(?:\.\d+)*|\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T ][\d:.+Z UTC-]*)?|[+-]\d\d:?\d\d|\d+(?:\.\d+)? ?[KMGT]i?B", re.IGNORECASE
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,4})?(?:\.[Uu][Tt][Ff]-?8)?(?:@\w+)?")
_HOME: Final = re.compile(r"(?:(?:/var)?/home/|/Users/|[A-Za-z]:\\Users\\|/root\b)", re.IGNORECASE)
_OF_SYSTEM: Final = re.compile(
    r"/(?:Applications|Library|System|bin|boot|dev|etc|lib\d*|nix|opt|proc|run(?!/media/)|s?bin|snap|sys|usr|var)(?:/|$)"
    r"|[A-Za-z]:\\(?:Windows|Program Files|ProgramData)\b",
    re.IGNORECASE,
)
_OWN_PATHS: Final = frozenset({"home-path", "work-dir"})


class Strength(IntEnum):
    """Where a value is worth looking for."""

    NEVER = 0
    LABELLED = 1
    ALONE = 2
    ANYWHERE = 3


def is_common_host(host: str) -> bool:
    """Whether very many people have to do with this host."""
    return host.lower() in low_information()["hosts"]


def strength(value: str, kind: MaskKind, signal: str = "") -> Strength:
    """Say where a value of a kind is worth looking for."""
    text = value.strip()
    if len(text) < 3 or text.lower() in low_information()["addresses"] or is_common_host(text):
        return Strength.NEVER
    words = WORD.findall(text)
    if not words or all(map(is_generic, words)):
        return Strength.NEVER
    if _is_address(text):
        return Strength.ANYWHERE
    if _is_plain_number(text):
        return Strength.NEVER
    match kind:
        case MaskKind.ZONE:
            return Strength.ANYWHERE if "/" in text and words[0].lower() != "etc" else Strength.NEVER
        case MaskKind.PATH:
            return _of_path(text, signal)
        case MaskKind.EMAIL:
            return Strength.ANYWHERE if bits(text) >= _WEAK else Strength.NEVER
        case MaskKind.OPEN:
            return _of_description(text)
        case _:
            return _of_name(text, signal, is_one_word=len(words) == 1)


def _of_name(text: str, signal: str, *, is_one_word: bool) -> Strength:
    """Judge what somebody or something is called."""
    is_named = signal in low_information()["named"]
    if is_ordinary(text):
        return Strength.LABELLED if is_named else Strength.NEVER
    weight = bits(text)
    is_short_word = is_one_word and text.isalpha() and text.isascii() and len(text) <= (_SHORT_NAME if is_named else _SHORT_WORD)
    if weight >= _STRONG and not is_short_word:
        return Strength.ANYWHERE
    return Strength.ALONE if weight >= _WEAK else Strength.NEVER


def _of_path(text: str, signal: str) -> Strength:
    """Judge a folder: one of the user's own is telling, those of the system are on every computer."""
    if home := _HOME.match(text):
        own = [word for word in WORD.findall(text[home.end() :]) if not is_generic(word)]
        return Strength.ANYWHERE if bits(" ".join(own)) >= _OWN_FOLDER else Strength.NEVER
    if _OF_SYSTEM.match(text) and signal not in _OWN_PATHS:
        return Strength.NEVER
    return Strength.ANYWHERE if bits(text) >= _STRONG else Strength.NEVER


def _of_description(text: str) -> Strength:
    """Judge a value that is shown open: a language with its region, or a description (of a model, a version) with a number in it."""
    if _LANGUAGE.fullmatch(text):
        return _of_language(text)
    is_telling = any(ch.isdigit() for ch in text) and bits(text) >= _STRONG
    return Strength.ANYWHERE if is_telling and re.search(r"[A-Z]|[a-z]\d|\d[a-z]", text) else Strength.NEVER


def _of_language(text: str) -> Strength:
    """Take a language with its region as telling (`de_CH.UTF-8`; `de_CH` only beside a label), but not American English."""
    plain, dot, _ = text.partition("@")[0].replace("-", "_").partition(".")
    if "_" not in plain or plain.lower() == "en_us":
        return Strength.NEVER
    return Strength.ANYWHERE if dot else Strength.LABELLED


def _is_plain_number(text: str) -> bool:
    """Whether this is a date, a version, a size, an offset, a short number or a power of two."""
    if text.isdecimal() and text.isascii():
        return len(text) < 8 or (len(text) < 30 and int(text).bit_count() == 1)
    return _DATE_OR_VERSION.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    """Whether the text is an IP or hardware address that is not loopback, empty, link-wide or a broadcast."""
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", text):
        return True
    try:
        address = ip_address(text.partition("%")[0].partition("/")[0])
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)

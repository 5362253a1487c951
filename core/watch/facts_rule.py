"""How much a value tells, and therefore whether and where it is looked for: the low-information rule.

The weight of a value is the sum over its words: a word of `low-information.toml` counts 3 bits, a digit 3.3, a letter 3.5,
a mark between words 1. With at least 20 bits (and not one short plain word) it is looked for everywhere. With at least 9 it
counts only in its own case or small letters, and only where it stands alone: as a whole string, a folder of a path, the name
in an e-mail address, or after a label such as `user=`. Below that, and for dates, plain versions, short numbers and common
hosts, it is never looked for.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from core import paths
from core.catalogue.problem import Report
from core.catalogue.resources import list_files, parse
from core.redact import MaskKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRONG: Final = 20.0
_WEAK: Final = 9.0
_SHORT_WORD: Final = 7
_WORD: Final = re.compile(r"[^\W_]+")
_DATE_OR_VERSION: Final = re.compile(
    r"v?\d+(?:\.\d+)*|\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T ][\d:.+Z UTC-]*)?|[+-]\d\d:?\d\d|\d+(?:\.\d+)? ?[KMGT]i?B", re.IGNORECASE
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[_-][A-Za-z]{2,4})?(?:\.[Uu][Tt][Ff]-?8)?(?:@\w+)?")
_TELLING: Final = re.compile(r"[A-Z]|[a-z]\d|\d[a-z]")  # a value without these is Telltale's own description ("2 entries")
_HOME: Final = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\Users\\|/root\b|/var/home/)", re.IGNORECASE)


class Strength(IntEnum):
    """Where a value is worth looking for."""

    NEVER = 0
    ALONE = 1
    ANYWHERE = 2


@cache
def low_information() -> dict[str, Mapping[str, int]]:
    """Read the lists `never`, `owners`, `words`, `hosts` and `addresses`; empty lists if the file is not usable."""
    files = list_files(paths.resource_root() / "catalogue")
    document = next((parse(file, Report(file.name)) for file in files if file.stem == "low-information"), {})
    names = ("never", "owners", "words", "hosts", "addresses")
    return {name: {entry: number for number, entry in enumerate(document.get(name, ()))} for name in names}


def is_common_host(host: str) -> bool:
    """Whether very many people have to do with this host."""
    return host.lower() in low_information()["hosts"]


def bits(value: str) -> float:
    """Estimate how much a value tells."""
    common = low_information()["words"]
    weight = 0.0
    end = 0
    for found in _WORD.finditer(value.lower()):
        word = found.group()
        weight += 1.0 if end and found.start() > end else 0.0
        end = found.end()
        weight += 3.0 if word in common else sum(3.3 if ch.isdigit() else 3.5 if ch.isascii() else 7.0 for ch in word)
    return weight


def strength(value: str, kind: MaskKind) -> Strength:
    """Say where a value of a kind is worth looking for."""
    text = value.strip()
    lists = low_information()
    if len(text) < 3 or text.lower() in lists["addresses"] or is_common_host(text):
        return Strength.NEVER
    words = [word.lower() for word in _WORD.findall(text)]
    if not words or all(word in lists["words"] for word in words):
        return Strength.NEVER
    if _is_address(text):
        return Strength.ANYWHERE
    if _DATE_OR_VERSION.fullmatch(text) and not (text.isdigit() and len(text) >= 8):
        return Strength.NEVER
    if kind is MaskKind.ZONE:
        return Strength.ANYWHERE if "/" in text and words[0] != "etc" else Strength.NEVER
    if kind is MaskKind.OPEN and " " in text and not _TELLING.search(text):
        return Strength.NEVER
    if kind is MaskKind.OPEN and _LANGUAGE.fullmatch(text):
        return _of_language(text)
    return _by_weight(text, kind, words)


def _by_weight(text: str, kind: MaskKind, words: list[str]) -> Strength:
    weight = bits(text)
    if weight >= _WEAK and (kind is MaskKind.EMAIL or (kind is MaskKind.PATH and _HOME.match(text))):
        return Strength.ANYWHERE
    is_short_word = len(words) == 1 and text.isalpha() and text.isascii() and len(text) <= _SHORT_WORD
    if weight >= _STRONG and not is_short_word:
        return Strength.ANYWHERE
    return Strength.ALONE if weight >= _WEAK and kind is not MaskKind.OPEN else Strength.NEVER


def _of_language(text: str) -> Strength:
    """Take a language with its region as telling (`de_CH.UTF-8`; `de_CH` where it stands alone), but not American English."""
    plain, dot, _ = text.partition("@")[0].replace("-", "_").partition(".")
    if "_" not in plain or plain.lower() == "en_us":
        return Strength.NEVER
    return Strength.ANYWHERE if dot else Strength.ALONE


def _is_address(text: str) -> bool:
    """Whether the text is an IP or hardware address that is not loopback, empty, link-wide or a broadcast."""
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", text):
        return True
    try:
        address = ip_address(text.partition("%")[0].partition("/")[0])
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)

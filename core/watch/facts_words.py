"""How rare words are in ordinary text, and the lists of what says too little: the data under the low-information rule."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.problem import Report
from core.catalogue.resources import list_files, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"[^\W_]+(?:[._+-][^\W_]+)*")
WORD: Final = re.compile(r"[^\W_]+")
_RUN: Final = re.compile(r"(.)\1{2,}")
_GENERIC_BITS: Final = 3.0
_LETTER: Final = 3.5
_OTHER_LETTER: Final = 7.0
_DIGIT: Final = 3.3
_MARK: Final = 1.0


@cache
def low_information() -> dict[str, Mapping[str, int]]:
    """Read the lists `never`, `named`, `owners`, `words`, `hosts` and `addresses`; empty lists if the file is not usable."""
    document = _document("low-information")
    names = ("never", "named", "owners", "words", "hosts", "addresses")
    return {name: {entry: number for number, entry in enumerate(document.get(name, ()))} for name in names}


@cache
def _rarity() -> dict[str, int]:
    """Return how rare the words of ordinary text are, in bits; empty if the file is not usable."""
    return {word: int(key[1:]) for key, words in _document("ordinary-words").items() for word in words.split()}


def _document(stem: str) -> dict[str, Any]:
    files = list_files(paths.resource_root() / "catalogue")
    return next((parse(file, Report(file.name)) for file in files if file.stem == stem), {})


def is_generic(word: str) -> bool:
    """Whether a word names nobody and nothing in particular: `user`, `main`, `server`."""
    return word.lower() in low_information()["words"]


def is_ordinary(text: str) -> bool:
    """Whether a text is one word, or one name of joined words, that ordinary text has: `backup`, `resolv.conf`, `man-db`."""
    low = text.lower()
    return low in _rarity() or is_generic(low)


def bits(value: str) -> float:
    """Estimate how much a value tells: the sum over its words of how rare they are in ordinary text, and 1 for a mark between."""
    weight = 0.0
    end = 0
    low = value.lower()
    for found in _NAME.finditer(low):
        weight += _MARK if end and found.start() > end else 0.0
        end = found.end()
        weight += _of_name(found.group())
    return weight


def _of_name(name: str) -> float:
    """Weigh words joined by marks; never more than the joined name is rare itself."""
    words = WORD.findall(name)
    by_words = sum(map(_of_word, words)) + _MARK * (len(words) - 1)
    known = _rarity().get(name) if len(words) > 1 else None
    return by_words if known is None else min(by_words, float(known))


def _of_word(word: str) -> float:
    if is_generic(word):
        return _GENERIC_BITS
    spelled = sum(_DIGIT if ch.isdigit() else _LETTER if ch.isascii() else _OTHER_LETTER for ch in _RUN.sub(r"\1\1", word))
    known = _rarity().get(word)
    return spelled if known is None else min(spelled, float(known))

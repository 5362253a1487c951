"""Which characters look like which ASCII character, and to which script a letter belongs.

The table is `resources/catalogue/confusables.toml` (Unicode TR39); full-width and mathematical forms come from Python's own
Unicode data. No library was found that is alive, has wheels and gives one ASCII character per look-alike without naming
ordinary ASCII letters too (confusable-homoglyphs: last release January 2024; PyICU: needs ICU on the system).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from core import paths
from core.catalogue.problem import Report
from core.catalogue.resources import list_files, parse

_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


@cache
def table() -> dict[str, str]:
    """Return the ASCII character that each look-alike resembles; empty if the data file cannot be used."""
    files = list_files(paths.resource_root() / "catalogue")
    document = next((parse(file, Report(file.name)) for file in files if file.stem == "confusables"), {})
    out: dict[str, str] = {}
    for ordinary, codes in document.get("looks_like", {}).items():
        for part in codes.split():
            first, _, last = part.partition("-")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                out[chr(code)] = ordinary
    return out


@cache
def ordinary(ch: str) -> str:
    """Return the ASCII character that a character looks like, or an empty text."""
    if ch.isascii():
        return ""
    found = table().get(ch)
    if found:
        return found
    plain = unicodedata.normalize("NFKC", ch)
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() and plain != " " else ""


@cache
def script(ch: str) -> str:
    """Return the script of a letter by the first word of its Unicode name (LATIN, CYRILLIC, ...), empty for everything else."""
    if not unicodedata.category(ch).startswith(("L", "M")):
        return ""
    return unicodedata.name(ch, "").partition(" ")[0]


@cache
def is_right_to_left(ch: str) -> bool:
    """Whether a character is written from right to left."""
    return unicodedata.bidirectional(ch) in _RIGHT_TO_LEFT and unicodedata.category(ch) != "Cf"


def name(ch: str) -> str:
    """Return a character's Unicode name, or what can be said of one without a name."""
    found = unicodedata.name(ch, "")
    if found:
        return found
    code = ord(ch)
    if unicodedata.category(ch) == "Co":
        return "PRIVATE USE CHARACTER"
    return f"CONTROL CHARACTER {code:02X}" if unicodedata.category(ch) == "Cc" else "CHARACTER WITHOUT A NAME"

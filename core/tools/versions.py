"""Versions as tools write them, their order, and whether a range of versions holds one.

Order follows semantic versioning, read so that Python's and the packagers' spellings fit in: `1.2.0-beta.2`, `1.2rc1` and
`1.2.0.dev3` come before `1.2.0`, `1.2.post1` after it; build and packaging parts (`+5.gabc`, `-1ubuntu2`, `-linux-x64`) count for
nothing. A range is written as in the catalogue: `=1.2.3`, `>=1.2 <=1.4`, alternatives joined by ` || `, or `*`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

Token = tuple[int, int, str]
_LONGEST: Final = 120
_SHAPE: Final = re.compile(r"v?(\d+(?:\.\d+)*)([-._~]?.*)", re.ASCII | re.DOTALL)
_PIECES: Final = re.compile(r"[0-9]+|[a-z]+")
_SPELLED: Final = {"a": "alpha", "b": "beta", "c": "rc", "pre": "rc", "preview": "rc"}
_BUILD: Final = frozenset(
    "linux darwin macos osx win windows freebsd x amd arm aarch musl gnu glibc universal ubuntu deb el fc alpine g git build".split()
)
_LATER: Final = frozenset({"post", "rev", "r", "patch", "hotfix", "sp"})
_DEV, _END, _NUMBER, _WORD = range(4)
_TESTS: Final[dict[str, Callable[[Version, Version], bool]]] = {
    "=": lambda one, other: one == other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version that can be compared: its numbers without trailing zeros, before (-1), at (0) or after (1) them, and the rest."""

    numbers: tuple[int, ...]
    side: int = 0
    rest: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """One comparison of a range."""

    sign: str
    version: Version
    text: str

    def holds(self, version: Version) -> bool:
        """Whether a version is on the right side."""
        return _TESTS[self.sign](version, self.version)


@lru_cache(maxsize=4096)
def parse_version(text: str) -> Version | None:
    """Return a version, or None for a text that is none (a commit, a word, nothing)."""
    words = text[: _LONGEST + 1].split()
    found = _SHAPE.fullmatch(words[0]) if words and len(words[0]) <= _LONGEST else None
    if found is None:
        return None
    numbers = [int(piece) for piece in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    side, rest = _rest(found[2].lower())
    return Version(tuple(numbers), side, rest)


def _rest(text: str) -> tuple[int, tuple[Token, ...]]:
    plain = text.partition("+")[0]
    pieces = _PIECES.findall(plain)
    if not pieces or pieces[0] in _BUILD or (pieces[0].isdigit() and plain[0] in "-~_"):
        return 0, ()
    side = 1 if pieces[0] in _LATER else -1
    return side, (*(_token(piece) for piece in pieces), (_END, 0, ""))


def _token(piece: str) -> Token:
    if piece.isdigit():
        return (_NUMBER, int(piece), "")
    return (_DEV, 0, "") if piece == "dev" else (_WORD, 0, _SPELLED.get(piece, piece))


@lru_cache(maxsize=1024)
def parse_range(text: str) -> tuple[tuple[Bound, ...], ...]:
    """Return a range as alternatives of bounds (`*` is one alternative without bounds); raise ValueError for anything else."""
    return tuple(() if part.strip() == "*" else tuple(map(_bound, part.split())) for part in _alternatives(text))


def _alternatives(text: str) -> list[str]:
    parts = text.split("||")
    if not all(part.strip() for part in parts):
        raise ValueError("a range of versions names none")
    return parts


def _bound(text: str) -> Bound:
    found = re.fullmatch(r"(=|<=|<|>=|>)(.+)", text)
    version = parse_version(found[2]) if found else None
    if found is None or version is None:
        raise ValueError("a range of versions needs =, <, <=, > or >= before a version")
    return Bound(found[1], version, found[2])


def applies(version: str, versions: str) -> bool | None:
    """Whether a range holds a version; None where nobody can tell, because the version is unknown or the range unreadable."""
    try:
        alternatives = parse_range(versions)
    except ValueError:
        return None
    if () in alternatives:
        return True
    parsed = parse_version(version)
    if parsed is None:
        return None
    return any(all(bound.holds(parsed) for bound in bounds) for bounds in alternatives)


def same_version(one: str, other: str) -> bool:
    """Whether two texts name the same version."""
    first, second = parse_version(one), parse_version(other)
    return one == other if first is None or second is None else first == second


def range_words(versions: str) -> str:
    """Say a range in words: `2.1.91 to 2.1.197`, `1.0.32 and later`, `every version`."""
    try:
        alternatives = parse_range(versions)
    except ValueError:
        return versions
    said = [_words(bounds) for bounds in alternatives]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def _words(bounds: tuple[Bound, ...]) -> str:
    if not bounds:
        return "every version"
    signs = tuple(bound.sign for bound in bounds)
    texts = tuple(bound.text for bound in bounds)
    if signs == (">=", "<="):
        return f"{texts[0]} to {texts[1]}"
    words = {"=": "{}", "<=": "up to {}", "<": "before {}", ">=": "{} and later", ">": "after {}"}
    return ", ".join(words[sign].format(text) for sign, text in zip(signs, texts, strict=True))

"""Turns the values of one signal into hints: country codes, name words, domains, kinds of work.

Every function is pure and general: it knows forms (a zone name, a language tag, an address), never a certain place,
nationality, maker or product. A value that fits no form gives no hint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.catalogue.rules import zones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from core.catalogue.rules import Rules

    Extract = Callable[[tuple[str, ...], "Rules"], Iterable[str]]

ANYTHING: Final = "there"
_TAG: Final = re.compile(r"(?:^|[\s(])[a-z]{2,3}[-_](?:[A-Z][a-z]{3}[-_])?([A-Z]{2})(?![A-Za-z0-9])")
_CODE: Final = re.compile(r"[A-Z]{2}")
_LAYOUT: Final = re.compile(r"([a-z]{2})(?:[^a-z].*)?")
_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z-]*[a-z]")
_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)
_WORDS: Final = re.compile(r"[^\W\d_]{3,}")
# Endings that are reserved for names inside one network or one machine (RFC 2606, 6761, 6762, 8375 and common use).
_INSIDE: Final = frozenset({"local", "localhost", "localdomain", "lan", "home", "internal", "arpa", "invalid", "intranet", "private"})


@dataclass(frozen=True, slots=True)
class Hints:
    """What one signal suggests for one question."""

    signal: str
    hints: frozenset[str]
    weight: float
    anchor: bool
    may_differ: bool


def territories() -> frozenset[str]:
    """Return the codes of all countries and territories that have a time zone."""
    return frozenset(zone.territory for zone in zones().values())


def _zone_territory(values: tuple[str, ...], _rules: Rules) -> Iterator[str]:
    for value in values:
        if value in zones():
            yield zones()[value].territory


def _offset_territory(values: tuple[str, ...], _rules: Rules) -> Iterator[str]:
    """Name everywhere the given offsets fit; offset zero is what neutral programs write, so it says nothing."""
    wanted = {value for value in values if value not in {"+0000", "-0000"}}
    for zone in zones().values():
        if wanted & set(zone.offsets):
            yield zone.territory


def _tag_territory(values: tuple[str, ...], _rules: Rules) -> Iterator[str]:
    known = territories()
    for value in values:
        codes = [value] if _CODE.fullmatch(value) else _TAG.findall(value)
        yield from (code for code in codes if code in known)


def _layout_territory(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    known = territories()
    for value in values:
        layout = _LAYOUT.fullmatch(value)
        if layout and layout[1].upper() in known and not _TAG.match(value):
            yield layout[1].upper()
    yield from _tag_territory(values, rules)


def _domain_territory(values: tuple[str, ...], _rules: Rules) -> Iterator[str]:
    known = territories()
    for host in _hosts(values):
        ending = host.rpartition(".")[2].upper()
        if ending in known:
            yield ending


def _hosts(values: tuple[str, ...]) -> Iterator[str]:
    """Find the server in an address, a link, a share or a plain name; a person's part before the at sign is no server."""
    for value in values:
        bare = _SCHEME.sub("", value.strip().lower()).lstrip("\\/*.").rpartition("@")[2]
        name = re.split(r"[/\\:\s,;>]", bare, maxsplit=1)[0].rstrip(".")
        if _HOST.fullmatch(name) and name.rpartition(".")[2] not in _INSIDE:
            yield name


def registered(host: str) -> str:
    """Return the part of a server's name that an organisation owns, going by the usual lengths of endings."""
    labels = host.split(".")
    two_part_ending = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if two_part_ending else labels[-2:])


def _domain(values: tuple[str, ...], _rules: Rules) -> Iterator[str]:
    return (registered(host) for host in _hosts(values))


def _address_domain(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    return _domain(tuple(value for value in values if "@" in value), rules)


def _words(texts: Iterable[str], rules: Rules) -> Iterator[str]:
    for text in texts:
        yield from (word for word in _WORDS.findall(text.lower()) if word not in rules.ignored_words)


def _name_words(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    """Split names into words; of an address only the part before the at sign counts."""
    named = (value.partition("<")[0] if "<" in value else value for value in values)
    return _words((text.partition("@")[0] for text in named if "://" not in text), rules)


def _address_words(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    return _words((value.partition("@")[0] for value in values if "@" in value), rules)


def _last_folder(value: str) -> str:
    return re.split(r"[/\\]", value.rstrip("/\\"))[-1]


def _last_folder_words(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    return _words((_last_folder(value) for value in values if "/" in value or "\\" in value), rules)


def _repository_words(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    paths = (re.split(r"[:/]", _SCHEME.sub("", value), maxsplit=1)[-1] for value in values)
    return _words((path.removesuffix(".git").replace("git", " ") for path in paths), rules)


def _domain_words(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    return _words((host.rpartition(".")[0] for host in _hosts(values)), rules)


def _tool_kind(values: tuple[str, ...], rules: Rules) -> Iterator[str]:
    names = {value.split()[0] for value in values if value.strip()}
    return (kind for kind, programs in rules.kinds.items() if len(names & programs) >= 2)


def _anything(values: tuple[str, ...], _rules: Rules) -> Iterator[str]:
    return iter((ANYTHING,) if values else ())


EXTRACTORS: Final[Mapping[str, Extract]] = {
    "zone-territory": _zone_territory,
    "offset-territory": _offset_territory,
    "tag-territory": _tag_territory,
    "layout-territory": _layout_territory,
    "domain-territory": _domain_territory,
    "domain": _domain,
    "address-domain": _address_domain,
    "domain-words": _domain_words,
    "name-words": _name_words,
    "address-words": _address_words,
    "last-folder-words": _last_folder_words,
    "repository-words": _repository_words,
    "tool-kind": _tool_kind,
    "anything": _anything,
}


def hints_of(reads: str, values: tuple[str, ...], rules: Rules) -> frozenset[str]:
    """Return the hints that a signal's values give when read in one of the built-in ways."""
    return frozenset(EXTRACTORS[reads](values, rules))

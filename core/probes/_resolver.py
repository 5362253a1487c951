"""Readers for name resolution: resolv.conf, what `scutil --dns` prints, hosts files; none of them ever raises."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from core.probes._address import is_ip, is_loopback

_STANDARD: Final = frozenset({"localhost", "localhost4", "localhost6", "broadcasthost", "kubernetes.docker.internal"})


class HostsLine(NamedTuple):
    """One line of a hosts file."""

    address: str
    names: tuple[str, ...]


def resolv_servers(text: str) -> list[str]:
    """Return the name servers of a resolv.conf, in order."""
    return [words[1] for words in _resolv_lines(text) if words[0] == "nameserver" and is_ip(words[1])]


def resolv_domains(text: str) -> list[str]:
    """Return the search domains of a resolv.conf; of several `search` and `domain` lines the last one counts."""
    found: list[str] = []
    for words in _resolv_lines(text):
        if words[0] in {"search", "domain"}:
            found = [word.rstrip(".") for word in words[1:] if word.strip(".")]
    return found


def _resolv_lines(text: str) -> list[list[str]]:
    lines = (re.split(r"[#;]", line, maxsplit=1)[0].split() for line in text.splitlines())
    return [words for words in lines if len(words) > 1]


def networkd_values(text: str, key: str) -> list[str]:
    """Return a list from systemd-networkd's or systemd-resolved's own files (`DNS=a b`, `DOMAINS=c`)."""
    found: list[str] = []
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip().upper() == key:
            found += value.split("#")[0].split()
    return [word.lstrip("~").rstrip(".") for word in found if word.strip("~.")]


def scutil_values(text: str, key: str) -> list[str]:
    """Return the values of `nameserver[0] : 10.0.0.1` or `search domain[0] : corp.example` lines of `scutil --dns`."""
    found: list[str] = []
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().partition("[")[0].strip() == key:
            found.append(value.strip().rstrip("."))
    return list(dict.fromkeys(item for item in found if item))


def scutil_dictionary(text: str) -> dict[str, list[str]]:
    """Read what `scutil --proxy` prints: `Key : value` lines, and `Key : <array> { 0 : a }` blocks."""
    found: dict[str, list[str]] = {}
    array = ""
    for line in text.splitlines():
        name, colon, value = (part.strip() for part in line.partition(":"))
        if name == "}":
            array = ""
        elif not colon:
            continue
        elif value.startswith("<array>"):
            array = name
        elif value.startswith("<dictionary>"):
            array = ""
        else:
            found.setdefault(array or name, []).append(value)
    return found


def hosts_lines(text: str) -> list[HostsLine]:
    """Return the lines of a hosts file that say more than the name of this machine itself."""
    rows: list[HostsLine] = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1 and is_ip(words[0]):
            names = tuple(name for name in words[1:] if not _is_standard(name))
            if names:
                rows.append(HostsLine(words[0], names))
    return rows


def _is_standard(name: str) -> bool:
    bare = name.lower().removesuffix(".localdomain").removesuffix(".localdomain4").removesuffix(".localdomain6")
    return bare in _STANDARD or bare.startswith("ip6-")


def is_stub(address: str) -> bool:
    """Return whether a name server is this machine's own forwarder, behind which the real ones are."""
    return is_loopback(address)

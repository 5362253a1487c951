"""Parsers of small text formats; every one accepts any text, gives what it understands and never raises."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

_ASSIGNMENT: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$")
_SECTION: Final = re.compile(r"^\s*\[([^\]]*)\]")


class Setting(NamedTuple):
    """One line of an INI-like file."""

    section: str
    key: str
    value: str


class Person(NamedTuple):
    """A name and an e-mail address from a repository's history."""

    name: str
    email: str


def assignments(text: str) -> dict[str, str]:
    """Read shell-like `NAME="value"` lines (os-release, machine-info); the last one of a name wins."""
    out: dict[str, str] = {}
    for line in text.splitlines():
        match = _ASSIGNMENT.match(line)
        if match:
            out[match[1]] = _unquote(match[2].strip())
    return out


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        quote, value = value[0], value[1:-1]
        return re.sub(r"\\([\"$`\\])", r"\1", value) if quote == '"' else value
    return value


def ini(text: str) -> tuple[Setting, ...]:
    """Read INI-like lines (`[section]`, `key = value`); comments and anything else are skipped."""
    section, out = "", []
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        heading = _SECTION.match(stripped)
        if heading:
            section = heading[1].strip()
            continue
        key, equals, value = stripped.partition("=")
        if equals:
            out.append(Setting(section, key.strip(), value.strip()))
    return tuple(out)


def ini_value(text: str, key: str, section: str | None = None) -> str:
    """Return the last value of a key (in any section if none is given); an empty text if there is none."""
    found = [item.value for item in ini(text) if item.key.lower() == key.lower() and section in (None, item.section)]
    return found[-1] if found else ""


def colon_value(text: str, key: str) -> str:
    """Return the first value of `key : value` lines, as in /proc/cpuinfo, /proc/meminfo and dsconfigad."""
    wanted = key.lower()
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() == wanted:
            return value.strip()
    return ""


def hosts_names(text: str, address: str) -> tuple[str, ...]:
    """Return the names that /etc/hosts gives to an address, in order."""
    out: list[str] = []
    for line in text.splitlines():
        fields = line.partition("#")[0].split()
        if fields and fields[0] == address:
            out += fields[1:]
    return tuple(out)


def hosts_address(text: str, name: str) -> str:
    """Return the first IPv4 address that /etc/hosts gives to a name; an empty text if there is none."""
    for line in text.splitlines():
        fields = line.partition("#")[0].split()
        if len(fields) > 1 and name in fields[1:] and packed_ipv4(fields[0]) is not None:
            return fields[0]
    return ""


def packed_ipv4(text: str) -> bytes | None:
    """Return a dotted IPv4 address as four bytes, None if it is none."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) <= 3 and int(part) < 256 for part in parts):
        return None
    return bytes(int(part) for part in parts)


def domain_of(name: str) -> str:
    """Return the lower-case domain of a full machine name; an empty text where the name says none."""
    domain = name.strip().rstrip(".").partition(".")[2].lower()
    return "" if domain in {"", "localdomain", "local", "lan", "home", "internal", "(none)"} else domain


def people(text: str) -> tuple[Person, ...]:
    """Read `Name <mail>` from every line of a reflog or mailmap; a line may hold several."""
    out: dict[Person, None] = {}
    for line in text.splitlines():
        body = re.sub(r"^[0-9a-f]{40,64} [0-9a-f]{40,64} ", "", line.partition("\t")[0][:LONGEST_LINE])
        for name, email in re.findall(r"([^<>]*)<([^<>]*)>", body):
            if email.strip() and not name.strip().startswith("#"):
                out[Person(name.strip(), email.strip())] = None
    return tuple(out)


LONGEST_LINE: Final = 2000


def json_object(text: str) -> dict[str, object]:
    """Read a JSON object; an empty one for anything else."""
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def children(value: object) -> list[object]:
    """Return the members of a list, none for anything else."""
    return value if isinstance(value, list) else []


def member(value: object, *keys: str) -> object:
    """Walk into nested objects; None where a step is missing or not an object."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text_member(value: object, *keys: str) -> str:
    """Walk into nested objects to a text; an empty text for anything else."""
    last = member(value, *keys)
    return last if isinstance(last, str) else ""


def day(timestamp: float) -> str:
    """Return the UTC day of a Unix time; an empty text for times that cannot be."""
    return moment(timestamp)[:10]


def moment(timestamp: float) -> str:
    """Return a Unix time as UTC text, to the second; an empty text for times that cannot be."""
    try:
        return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if timestamp > 0 else ""
    except (ValueError, OverflowError, OSError):
        return ""


def csv_rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Read quoted comma-separated lines as `whoami /fo csv` prints them; fields hold no quotes."""
    return tuple(fields for line in text.splitlines() if (fields := tuple(re.findall(r'"([^"]*)"', line))))

"""Rules of time zone names: what TZ, links and files mean, and how the tzlocal library decides between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError, UnreadableError

if TYPE_CHECKING:
    from core.host.base import Host

ZONEINFO: Final = "/usr/share/zoneinfo"
_UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})
_CLOCK_LINE: Final = re.compile(r'\s*(?:TIME)?ZONE\s*=\s*"([^"]*)"')
_ZONE_NAME: Final = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,3}")


def same_name(name: str) -> str:
    """Return one spelling for the many names of UTC; every other zone keeps its name."""
    return "UTC" if name in _UTC_NAMES else name


def zone_in_path(path: str) -> str:
    """Return the zone name that a path into a zoneinfo folder means; an empty text for other paths."""
    name = path.partition("zoneinfo/")[2]
    for prefix in ("posix/", "right/", "uclibc/"):
        name = name.removeprefix(prefix)
    return name


def zone_of_variable(value: str) -> str:
    """Return the zone that TZ names: a colon is dropped and a file's path gives its zone."""
    value = value.strip().removeprefix(":")
    return same_name((zone_in_path(value) or value) if value.startswith("/") else value)


def zone_of_file(text: str) -> str:
    """Return the zone that /etc/timezone names; comments and host definitions are dropped."""
    found = ""
    for line in text.strip("/ \t\r\n").splitlines():
        found = line.split(" ", 1)[0].split("#", 1)[0] or found
    return found if len(found) < 100 else ""


def zone_of_link(host: Host, path: str = "/etc/localtime") -> str:
    """Follow a link, at most eight steps, until its target names a zone; raise a `HostError` where there is no link."""
    for _ in range(8):
        target = host.link(path)
        if name := zone_in_path(target):
            return name
        path = target if target.startswith("/") else f"{path.rpartition('/')[0]}/{target}"
    raise UnreadableError("The link leads nowhere.")


def zone_by_contents(host: Host) -> str:
    """Find the zone whose file equals a copied /etc/localtime, as Node.js, Bun and Java do."""
    wanted = host.read("/etc/localtime")
    for name in _known_zones(host):
        path = f"{ZONEINFO}/{name}"
        try:
            if host.facts(path).size in {0, len(wanted)} and host.read(path) == wanted:
                return name
        except HostError:
            continue
    raise NotThereError("Its content equals no zone of this system.")


def _known_zones(host: Host) -> list[str]:
    for table in ("zone1970.tab", "zone.tab"):
        try:
            text = host.read_text(f"{ZONEINFO}/{table}")
        except HostError:
            continue
        rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
        return ["Etc/UTC", *(row[2].strip() for row in rows if len(row) > 2)]
    return ["Etc/UTC"]


def is_known(host: Host, name: str) -> bool:
    """Return whether the system's zone folder has a zone of this name."""
    return bool(_ZONE_NAME.fullmatch(name)) and host.exists(f"{ZONEINFO}/{name}")


def tzlocal_view(host: Host) -> str:
    """Return the zone that the tzlocal library (5.4) answers: TZ if it names a zone, else its files, which must agree."""
    variable = (host.env("TZ") or "").removeprefix(":")
    name = zone_in_path(variable) if variable.startswith("/") and host.exists(variable) else variable
    if is_known(host, name):
        return name
    found = _tzlocal_files(host)
    kept = found if len(_distinct(host, found)) < 2 else {place: zone for place, zone in found.items() if place != "/etc/timezone"}
    if len(_distinct(host, kept)) > 1:
        raise UnreadableError("tzlocal gives no answer, because its files contradict each other.")
    if not kept:
        raise NotThereError("tzlocal finds no zone name in the files it knows.")
    return next(iter(kept.values()))


def _tzlocal_files(host: Host) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, rule in (
        ("/etc/timezone", zone_of_file),
        ("/var/db/zoneinfo", zone_of_file),
        ("/etc/sysconfig/clock", _zone_of_clock),
        ("/etc/conf.d/clock", _zone_of_clock),
    ):
        try:
            name = rule(host.read_text(place)).replace(" ", "_")
        except HostError:
            continue
        if name:
            found[place] = name
    try:
        linked = zone_of_link(host)
    except HostError:
        return found
    return {**found, "/etc/localtime": linked} if is_known(host, linked) else found


def _zone_of_clock(text: str) -> str:
    matches = [match[1] for line in text.splitlines() if (match := _CLOCK_LINE.match(line))]
    return matches[-1] if matches else ""


def _distinct(host: Host, found: dict[str, str]) -> set[str]:
    return {same_name(_real_name(host, name)) for name in found.values()}


def _real_name(host: Host, name: str) -> str:
    """Follow a zone that is a link to another zone (`Asia/Calcutta` to `Asia/Kolkata`)."""
    if not _ZONE_NAME.fullmatch(name):
        return name
    try:
        target = host.link(f"{ZONEINFO}/{name}")
    except HostError:
        return name
    if target.startswith("/"):
        return zone_in_path(target) or name
    parts = name.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)

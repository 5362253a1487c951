"""Package managers of whole systems: Homebrew, dpkg, rpm, flatpak and snap, read from what they keep on disk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotSupportedError, NotThereError
from core.model import System
from core.tools.finders.search import looks_like_version
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_BREW: Final = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")
_DPKG: Final = "/var/lib/dpkg"
_DPKG_LIMIT: Final = 64 << 20
_LIST_LIMIT: Final = 8 << 20
_RPM: Final = ("/var/lib/rpm", "/usr/lib/sysimage/rpm")
_RPM_FORMAT: Final = "%{NAME}\\t%{VERSION}-%{RELEASE}\\n"
_FLATPAK: Final = ("/var/lib/flatpak/app", "{data}/flatpak/app")
_SNAP: Final = ("/snap", "/var/lib/snapd/snap")
_RELEASE: Final = re.compile(rb"<release\b[^>]{0,400}?\bversion=[\"']([^\"']{1,40})[\"']")
_SNAP_LINE: Final = re.compile(r"^(name|version):[ \t]*['\"]?([^'\"\n#]{1,60})", re.MULTILINE)


# -- Homebrew


def homebrew(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named formulae and casks with the versions kept; for a formula, the one that is linked."""
    for prefix in dict.fromkeys((search.env_folder("HOMEBREW_PREFIX"), *_BREW)):
        for shelf, key in (("Cellar", "formulae"), ("Caskroom", "casks")):
            listed = frozenset(search.names(f"{prefix}/{shelf}")) if prefix else frozenset()
            for rule in rules:
                for stated in rule.wants(key):
                    name = stated.rpartition("/")[2]  # a tap's name comes before its last slash
                    if name in listed:
                        yield from _keg(search, rule, prefix, shelf, name)


def _keg(search: Search, rule: Rule, prefix: str, shelf: str, name: str) -> Iterator[Found]:
    folder = f"{prefix}/{shelf}/{name}"
    versions = [item for item in search.names(folder) if not item.startswith(".") and item[:1].isalnum()]
    linked = search.path.basename(search.real(f"{prefix}/opt/{name}")) if shelf == "Cellar" else ""
    for version in [linked] if linked in versions else versions[-5:]:
        place = f"{folder}/{version}"
        apps = [f"{place}/{item}" for item in search.names(place) if item.endswith(".app")]
        yield search.found(rule, Channel.BREW, place, version.partition(",")[0], covers=(place, *apps))


# -- dpkg and rpm


def system_package(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named packages of dpkg and rpm that are completely installed."""
    yield from _dpkg(search, rules)
    yield from _rpm(search, rules)


def _dpkg(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    for rule in rules:
        for name in rule.wants("apt"):
            lists = [path for path in (f"{_DPKG}/info/{name}.list", *_of_machines(search, name)) if search.is_there(path)]
            if lists:
                yield from _dpkg_package(search, rule, name, lists[0])


def _of_machines(search: Search, name: str) -> tuple[str, ...]:
    return tuple(f"{_DPKG}/info/{name}:{kind}.list" for kind in ("amd64", "arm64", "armhf", "i386") if search.system is System.LINUX)


def _dpkg_package(search: Search, rule: Rule, name: str, listing: str) -> Iterator[Found]:
    """Read the status only because the package's own file list is there; a removed package may leave that behind."""
    status = search.memory.get("dpkg")
    if status is None:
        status = search.memory["dpkg"] = b"\n" + search.data(f"{_DPKG}/status", finder="system-package", limit=_DPKG_LIMIT)
    start = status.find(b"\nPackage: " + name.encode() + b"\n")
    end = status.find(b"\n\n", start)
    fields = dict(line.split(": ", 1) for line in status[start:end].decode("utf-8", "replace").splitlines() if ": " in line)
    if start < 0 or not fields.get("Status", "").endswith(" installed"):
        return
    files = search.text(listing, rule.tool, "system-package", _LIST_LIMIT).splitlines()
    programs = [path for path in files if search.path.dirname(path) in {"/usr/bin", "/bin", "/usr/local/bin"}][:20]
    products = [search.path.dirname(path) for path in files if path.endswith("/product.json")]
    desktops = [path for path in files if path.endswith(".desktop")]
    path = programs[0] if programs else listing
    covers = (*programs, *products[:5], *desktops[:10]) or (listing,)
    yield search.found(rule, Channel.APT, path, fields.get("Version"), dated_by=listing, covers=covers, executables=programs)


def _rpm(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    wanted = sorted({name for rule in rules for name in rule.wants("rpm")})
    if not wanted or not any(search.names(place) for place in _RPM):
        return
    try:
        answer = search.host.run(["rpm", "-q", "--queryformat", _RPM_FORMAT, *wanted])
    except (NotThereError, NotSupportedError):
        return
    except HostError as error:
        search.note(str(error), finder="system-package")
        return
    versions = dict(line.split("\t", 1) for line in answer.out.splitlines() if line.count("\t") == 1)
    for rule in rules:
        for name in rule.wants("rpm"):
            if name in versions:
                program = next((path for path in (f"/usr/bin/{name}", f"/opt/{name}") if search.is_there(path)), f"/usr/bin/{name}")
                yield search.found(rule, Channel.RPM, program, versions[name])


# -- flatpak and snap


def flatpak(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named applications that have an active version."""
    for template in _FLATPAK:
        base = search.expand(template)
        listed = frozenset(search.names(base))
        for rule in rules:
            for name in rule.wants("ids"):
                active = f"{base}/{name}/current/active"
                if name in listed and search.is_there(active):
                    version = _metainfo_version(search, rule, active, name)
                    desktop = f"{search.path.dirname(base)}/exports/share/applications/{name}.desktop"
                    yield search.found(
                        rule, Channel.FLATPAK, f"{base}/{name}", version, dated_by=search.real(active), covers=(f"{base}/{name}", desktop)
                    )


def _metainfo_version(search: Search, rule: Rule, active: str, name: str) -> str:
    """Return the newest release in the application's own description; it is listed first."""
    for folder, ending in (("metainfo", "metainfo.xml"), ("appdata", "appdata.xml")):
        data = search.data(f"{active}/files/share/{folder}/{name}.{ending}", rule.tool, "flatpak")
        match = _RELEASE.search(data)
        if match:
            return match[1].decode("ascii", "replace")
    return ""


def snap(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named snaps by the description each carries inside."""
    for base in _SNAP:
        listed = frozenset(search.names(base))
        for rule in rules:
            for name in rule.wants("names"):
                current = f"{base}/{name}/current"
                if name in listed and search.is_there(current):
                    fields = dict(_SNAP_LINE.findall(search.text(f"{current}/meta/snap.yaml", rule.tool, "snap")))
                    if fields.get("name", "").strip() == name:
                        covers = (f"{base}/{name}", f"/var/lib/snapd/desktop/applications/{name}_{name}.desktop")
                        yield search.found(
                            rule,
                            Channel.SNAP,
                            f"{base}/{name}",
                            fields.get("version", "").strip(),
                            dated_by=search.real(current),
                            covers=covers,
                        )


def version_in(path: str) -> str:
    """Return the last step of a path that is a version number."""
    steps = path.replace("\\", "/").split("/")
    return next((step for step in reversed(steps) if looks_like_version(step)), "")

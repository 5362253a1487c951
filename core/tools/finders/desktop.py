"""Menu entries of Linux desktops and the bridges that browsers' extensions start; both name the program they lead to."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.tools.finders import commands
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_ENTRIES: Final = (
    (Channel.UNKNOWN, "/usr/share/applications"),
    (Channel.UNKNOWN, "/usr/local/share/applications"),
    (Channel.UNKNOWN, "{data}/applications"),
    (Channel.FLATPAK, "/var/lib/flatpak/exports/share/applications"),
    (Channel.FLATPAK, "{data}/flatpak/exports/share/applications"),
    (Channel.SNAP, "/var/lib/snapd/desktop/applications"),
)
_WRAPPERS: Final = frozenset({"env", "sh", "bash", "flatpak", "snap"})
_BRIDGES: Final = {
    System.LINUX: (
        "{config}/*/NativeMessagingHosts",
        "{config}/*/*/NativeMessagingHosts",
        "~/.mozilla/native-messaging-hosts",
        "/etc/opt/*/native-messaging-hosts",
        "/etc/chromium/native-messaging-hosts",
        "/usr/lib/mozilla/native-messaging-hosts",
    ),
    System.MACOS: (
        "~/Library/Application Support/*/NativeMessagingHosts",
        "~/Library/Application Support/*/*/NativeMessagingHosts",
        "/Library/*/*/NativeMessagingHosts",
    ),
    System.WINDOWS: (),
}
_BRIDGE_KEYS: Final = tuple(
    f"{top}\\Software\\{browser}\\NativeMessagingHosts"
    for top in ("HKCU", "HKLM")
    for browser in ("Google\\Chrome", "Chromium", "Microsoft\\Edge", "BraveSoftware\\Brave-Browser", "Mozilla")
)


def desktop_entry(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the menu entries with exactly the wanted id; the program each starts has to be there."""
    for channel, template in _ENTRIES:
        folder = search.expand(template)
        listed = frozenset(search.names(folder)) if folder else frozenset()
        for rule in rules:
            for name in rule.wants("ids"):
                entry = name if name.endswith(".desktop") else f"{name}.desktop"
                if entry in listed:
                    yield _entry(search, rule, channel, search.join(folder, entry))


def _entry(search: Search, rule: Rule, channel: Channel, path: str) -> Found:
    fields = _fields(search.text(path, rule.tool, "desktop-entry"))
    program = _program(search, fields.get("Exec", "")) or _program(search, fields.get("TryExec", ""))
    note = "" if program or channel is not Channel.UNKNOWN else "a leftover: the program its menu entry starts was not found"
    programs = commands.targets(search, program) if program else ()
    covers = (path, *programs)
    return search.found(
        rule, channel, program or path, fields.get("X-AppImage-Version", ""), note=note, dated_by=path, covers=covers, executables=programs
    )


def _fields(text: str) -> dict[str, str]:
    """Return the keys of the `[Desktop Entry]` group."""
    fields: dict[str, str] = {}
    is_own = False
    for line in text.splitlines():
        if line.startswith("["):
            is_own = line.strip() == "[Desktop Entry]"
        elif is_own and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            fields.setdefault(key.strip(), value.strip())
    return fields


def _program(search: Search, command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    for word in words:
        name = search.path.basename(word)
        if name in _WRAPPERS or word.startswith("-") or "=" in word:
            continue
        if search.path.isabs(word):
            return word if search.is_there(word) else ""
        found = commands.on_path(search, word) if "/" not in word else ()
        return found[0] if found else ""
    return ""


def native_messaging(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the bridges with exactly the wanted name, by the manifest browsers read."""
    for manifest in _manifests(search, rules):
        content = search.json(manifest, finder="native-messaging")
        name = content.get("name") if isinstance(content, dict) else None
        for rule in rules:
            if isinstance(content, dict) and isinstance(name, str) and name in rule.wants("hosts"):
                program = content.get("path")
                is_there = isinstance(program, str) and search.path.isabs(program) and search.is_there(program)
                note = "a bridge for browsers" + ("" if is_there else "; the program it names was not found")
                covers = (manifest, str(program)) if is_there else (manifest,)
                yield search.found(rule, Channel.UNKNOWN, manifest, note=note, covers=covers)


def _manifests(search: Search, rules: Sequence[Rule]) -> Iterator[str]:
    wanted = {f"{name}.json" for rule in rules for name in rule.wants("hosts")}
    for template in _BRIDGES[search.system]:
        for folder in search.glob(template):
            yield from (search.join(folder, name) for name in search.names(folder) if name in wanted)
    if search.system is System.WINDOWS:
        for key in _BRIDGE_KEYS:
            for name in sorted(wanted):
                path = _registered(search, f"{key}\\{name.removesuffix('.json')}")
                if path:
                    yield path


def _registered(search: Search, key: str) -> str:
    try:
        value = search.host.registry(key, "")
    except HostError:
        return ""
    return value if isinstance(value, str) and search.path.isabs(value) else ""

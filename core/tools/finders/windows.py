"""Programs of Windows: the list of what can be uninstalled, exact places, and packages of the Store."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotSupportedError, NotThereError
from core.tools.finders import commands
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_UNINSTALL: Final = (
    "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
    "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
)
_PACKAGES: Final = "HKCU\\Software\\Classes\\Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\Repository\\Packages"
_LONGEST_NAME: Final = 200


def uninstall(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the entries of the lists of programs whose key or shown name is one of those wanted."""
    for list_key in _UNINSTALL:
        for name in _keys(search, list_key):
            search.check()
            key = f"{list_key}\\{name}"
            shown = _value(search, key, "DisplayName")[:_LONGEST_NAME]
            for rule in rules:
                if name in rule.wants("keys") or any(re.search(pattern, shown) for pattern in rule.wants("names") if shown):
                    yield _entry(search, rule, key)


def _entry(search: Search, rule: Rule, key: str) -> Found:
    stated = _value(search, key, "InstallLocation") or _value(search, key, "DisplayIcon").rpartition(",")[0]
    folder = stated.strip('"').rstrip("\\")
    note = "" if folder and search.is_there(folder) else "listed by Windows; its folder was not found"
    path = folder if search.path.isabs(folder) else key
    covers = (folder,) if folder and search.path.isabs(folder) else (key,)
    return search.found(rule, Channel.INSTALLER, path, _value(search, key, "DisplayVersion"), note=note, covers=covers)


def _keys(search: Search, key: str) -> tuple[str, ...]:
    try:
        return search.host.registry_keys(key)
    except (NotThereError, NotSupportedError):
        return ()
    except HostError as error:
        search.note(str(error))
        return ()


def _value(search: Search, key: str, name: str) -> str:
    try:
        value = search.host.registry(key, name)
    except HostError:
        return ""
    return value if isinstance(value, str) else ""


def windows_path(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield what lies at the exact places of vendors' installers."""
    yield from commands.native_install(search, rules)


def msix(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the packages of the Store whose own name (before the version) is one of those wanted."""
    registered = [(name, "") for name in _keys(search, _PACKAGES)]
    folder = search.expand("%LOCALAPPDATA%\\Packages")
    data = [(name, search.join(folder, name)) for name in search.names(folder)] if folder else []
    for rule in rules:
        wanted = {name.lower() for name in rule.wants("names")}
        for names in (registered, data):
            hits = [(full, place) for full, place in names if full.partition("_")[0].lower() in wanted]
            for full, place in hits:
                yield _package(search, rule, full, place, folder)
            if hits:
                break  # the folder of the same package's data says nothing new


def _package(search: Search, rule: Rule, full: str, place: str, folder: str) -> Found:
    parts = full.split("_")
    version = parts[1] if not place and len(parts) > 1 else ""
    data = place or search.join(folder, f"{parts[0]}_{parts[-1]}")
    return search.found(rule, Channel.STORE, data if search.is_there(data) else full, version, covers=(data, full))

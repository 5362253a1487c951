"""Which AI tools are installed here: every rule of the catalogue asked through a host, copies of one tool kept apart.

Nothing is started and nothing is connected to. A copy that several finders see (a package, its command on PATH, its menu entry)
is one installation, told by the finder that knows most of it; another copy stays another row, and `starts_first` says which one a
command would start.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.tools.finders import commands, desktop, editors, extensions, jetbrains, macos, managers, npm, ports, python, windows
from core.tools.finders.search import CancelledError, Found, Problem, Rule, Search
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from core.host.base import Host
    from core.tools.model import Installation, Tool

    FinderFunction = Callable[[Search, Sequence[Rule]], Iterator[Found]]

__all__ = ["KINDS", "Detection", "Problem", "detect"]

# In the order of how much each knows of a copy: the first to see one tells its channel, place and version.
KINDS: Final[Mapping[str, FinderFunction]] = {
    "npm-package": npm.find,
    "python-package": python.find,
    "homebrew": managers.homebrew,
    "system-package": managers.system_package,
    "flatpak": managers.flatpak,
    "snap": managers.snap,
    "windows-uninstall": windows.uninstall,
    "msix": windows.msix,
    "macos-bundle": macos.find,
    "vscode-family": editors.find,
    "vscode-extension": extensions.installed,
    "vscode-builtin": extensions.built_in,
    "jetbrains-plugin": jetbrains.find,
    "native-install": commands.native_install,
    "windows-path": windows.windows_path,
    "path-command": commands.path_command,
    "desktop-entry": desktop.desktop_entry,
    "native-messaging": desktop.native_messaging,
    "local-port": ports.find,
}
_ALWAYS: Final = frozenset({"vscode-family"})  # also without a rule: an unknown member of the family is a finding


@dataclass(frozen=True, slots=True)
class Detection:
    """What one detection found, what could not be looked at, and which files start which installation."""

    installations: tuple[Installation, ...] = ()
    problems: tuple[Problem, ...] = ()
    executables: tuple[tuple[str, Installation], ...] = ()
    covers: tuple[tuple[str, Installation], ...] = ()
    is_complete: bool = True
    took_ms: float = 0.0

    def owner_of(self, path: str) -> Installation | None:
        """Return the installation a file (links resolved) belongs to, the closest one where places lie in each other."""
        flat = path.replace("\\", "/")
        fitting = [(len(place), item) for place, item in self.covers if flat == place or flat.startswith(place.rstrip("/") + "/")]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def detect(
    host: Host,
    tools: Iterable[Tool],
    *,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Detection:
    """Look for every tool; `progress` gets finished and all kinds of finder. Cancelled, it returns what was found so far."""
    begun = time.perf_counter()
    known = tuple(tools)
    search = Search(host, is_cancelled)
    search.memory["process-rules"] = {tool.id: tool.process.get("exe", ()) for tool in known}
    found: list[Found] = []
    is_complete = True
    try:
        for done, kind in enumerate(KINDS):
            progress(done, len(KINDS))
            found += _ask(search, kind, _rules(known, kind, search))
        progress(len(KINDS), len(KINDS))
        merged = _mark_first(search, known, _merge(search, found))
    except CancelledError:
        is_complete = False
        merged = _merge(search, found)
    took = (time.perf_counter() - begun) * 1000
    return _detection(merged, known, tuple(search.problems), is_complete=is_complete, took_ms=took)


def _rules(tools: Sequence[Tool], kind: str, search: Search) -> list[Rule]:
    return [
        Rule(tool.id, finder)
        for tool in tools
        for finder in tool.finders
        if finder.kind == kind and (not finder.systems or search.system in finder.systems)
    ]


def _ask(search: Search, kind: str, rules: Sequence[Rule]) -> list[Found]:
    """Ask one kind of finder; what goes wrong in it costs the rest of this kind only."""
    found: list[Found] = []
    if not rules and kind not in _ALWAYS:
        return found
    search.check()
    try:
        found.extend(KINDS[kind](search, rules))
    except HostError as error:
        search.note(str(error), finder=kind)
    return found


def _merge(search: Search, found: Iterable[Found]) -> list[Found]:
    """Join what several finders saw of the same copy."""
    merged: list[Found] = []
    for item in found:
        index = next((at for at, other in enumerate(merged) if _is_same(search, item, other)), -1)
        if index < 0:
            merged.append(item)
        else:
            merged[index] = _joined(merged[index], item)
    return merged


def _is_same(search: Search, one: Found, other: Found) -> bool:
    if one.installation.tool != other.installation.tool:
        return False
    return any(search.is_within(a, b) or search.is_within(b, a) for a in one.covers for b in other.covers)


def _joined(first: Found, second: Found) -> Found:
    one, other = first.installation, second.installation
    whole = replace(
        one,
        version=one.version or other.version,
        channel=one.channel if one.channel is not Channel.UNKNOWN else other.channel,
        changed_at=one.changed_at or other.changed_at,
        note=one.note or other.note,
    )
    return Found(
        whole, tuple(dict.fromkeys((*first.covers, *second.covers))), tuple(dict.fromkeys((*first.executables, *second.executables)))
    )


def _mark_first(search: Search, tools: Sequence[Tool], found: Sequence[Found]) -> list[Found]:
    """Mark, per tool, the copy that the first of its commands on PATH leads to."""
    first: set[int] = set()
    for tool in tools:
        mine = [at for at, item in enumerate(found) if item.installation.tool == tool.id]
        for command in tool.commands if mine else ():
            paths = commands.on_path(search, command)
            hit = next((at for at in mine if paths and _leads_to(search, paths[0], found[at])), None)
            if hit is not None:
                first.add(hit)
                break
    return [replace(item, installation=replace(item.installation, starts_first=at in first)) for at, item in enumerate(found)]


def _leads_to(search: Search, path: str, item: Found) -> bool:
    return any(search.is_within(target, place) for target in (path, *commands.targets(search, path)) for place in item.covers)


def _detection(
    found: Sequence[Found], tools: Sequence[Tool], problems: tuple[Problem, ...], *, is_complete: bool, took_ms: float
) -> Detection:
    order = {tool.id: at for at, tool in enumerate(tools)}
    ordered = sorted(found, key=lambda item: (order.get(item.installation.tool, len(order)), not item.installation.starts_first))
    return Detection(
        installations=tuple(item.installation for item in ordered),
        problems=problems,
        executables=tuple((path, item.installation) for item in ordered for path in item.executables),
        covers=tuple((path.replace("\\", "/"), item.installation) for item in ordered for path in item.covers),
        is_complete=is_complete,
        took_ms=took_ms,
    )

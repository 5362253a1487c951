"""Applications of macOS, by the bundle id in their `Info.plist`: names lie, ids are what the system itself goes by."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any, Final
from xml.parsers.expat import ExpatError

from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_FOLDERS: Final = (
    "/Applications",
    "~/Applications",
    "/System/Applications",
    "/Applications/Setapp",
    "~/Applications/JetBrains Toolbox",
)
_BROKEN: Final = (
    plistlib.InvalidFileException,
    ExpatError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    RecursionError,
    AttributeError,
)


def find(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the applications whose bundle id is exactly one of those named."""
    wanted: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in rule.wants("ids"):
            wanted.setdefault(name, []).append(rule)
    for template in _FOLDERS:
        folder = search.expand(template)
        for name in search.names(folder) if folder else ():
            if name.endswith(".app"):
                yield from _bundle(search, wanted, search.join(folder, name))


def _bundle(search: Search, wanted: dict[str, list[Rule]], path: str) -> Iterator[Found]:
    manifest = search.join(path, "Contents/Info.plist")
    content = _load(search, manifest)
    name = content.get("CFBundleIdentifier")
    for rule in wanted.get(name, ()) if isinstance(name, str) else ():
        program = content.get("CFBundleExecutable")
        programs = (search.join(path, "Contents/MacOS", program),) if isinstance(program, str) and "/" not in program else ()
        version = content.get("CFBundleShortVersionString")
        yield search.found(rule, Channel.BUNDLE, path, version, dated_by=manifest, executables=programs)


def _load(search: Search, manifest: str) -> dict[str, Any]:
    data = search.data(manifest, finder="macos-bundle")
    if not data:
        return {}
    try:
        content = plistlib.loads(data)
    except _BROKEN:
        search.note(f"{search.called(manifest)} is no readable property list.", finder="macos-bundle")
        return {}
    return content if isinstance(content, dict) else {}

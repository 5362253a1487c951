"""Extensions of editors built on VS Code: `extensions.json` says what is installed, a folder alone is a leftover."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from core.model import System
from core.tools.finders import editors
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.tools.finders.search import Found, Rule, Search

_INDEX_LIMIT: Final = 16 << 20
_MOST_FOLDERS: Final = 200
_FOLDER: Final = re.compile(r"^(?P<id>[^.]+\..+?)-(?P<version>\d+\.\d+\.\d+[^-]*)(-[a-z0-9-]+)?$", re.ASCII)
_USER: Final = {
    System.LINUX: "{config}/*/User/profiles/*/extensions.json",
    System.MACOS: "~/Library/Application Support/*/User/profiles/*/extensions.json",
    System.WINDOWS: "%APPDATA%\\*\\User\\profiles\\*\\extensions.json",
}
LEFTOVER: Final = "a leftover: only the folder is there, the editor does not list it"


def installed(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named extensions of every editor, known or not, and the folders left behind by removed ones."""
    by_id = _by_id(rules)
    listed: set[str] = set()
    for index in _indexes(search):
        content = search.json(index, finder="vscode-extension", limit=_INDEX_LIMIT)
        if content is not None and not isinstance(content, list):
            search.note(f"{search.called(index)} is no list of extensions, so none of it was counted.", finder="vscode-extension")
        for entry in content if isinstance(content, list) else ():
            for rule, name in by_id.get(_text(entry, "identifier", "id").lower(), ()):
                folder = _folder_of(search, index, entry)
                listed.add(search.real(folder))
                note = "" if search.is_there(folder) else f"{name} is listed, but its folder is missing"
                yield search.found(rule, Channel.EXTENSION, folder, _text(entry, "version"), note=note)
    yield from _leftovers(search, by_id, listed)


def _by_id(rules: Sequence[Rule]) -> Mapping[str, list[tuple[Rule, str]]]:
    found: dict[str, list[tuple[Rule, str]]] = {}
    for rule in rules:
        for name in rule.wants("ids"):
            found.setdefault(name.lower(), []).append((rule, name))
    return found


def _text(entry: Any, *keys: str) -> str:
    for key in keys:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry if isinstance(entry, str) else ""


def _folders(search: Search) -> tuple[str, ...]:
    """Return every folder of extensions: of each dot folder in the home folder, of portable editors, of code-server."""
    known: tuple[str, ...] | None = search.memory.get("extension-folders")
    if known is None:
        found = [search.env_folder("VSCODE_EXTENSIONS"), search.expand("{data}/code-server/extensions")]
        found += [search.join(product.folder, "..", "..", "data", "extensions") for product in editors.products(search)]
        for name in search.names(search.home) if search.home else ():
            if name.startswith(".") and name not in {".cache", ".local", ".config"}:
                found.append(search.join(search.home, name, "extensions"))
        known = tuple(dict.fromkeys(search.path.normpath(folder) for folder in found if folder and search.is_there(folder)))
        search.memory["extension-folders"] = known = known[:_MOST_FOLDERS]
    return known


def _indexes(search: Search) -> Iterator[str]:
    for folder in _folders(search):
        index = search.join(folder, "extensions.json")
        if search.is_there(index):
            yield index
    yield from search.glob(_USER[search.system])
    yield from search.glob("{data}/code-server/User/profiles/*/extensions.json")


def _folder_of(search: Search, index: str, entry: Any) -> str:
    """Return where the entry says the extension is; a relative place counts from the index's folder."""
    relative = _text(entry, "relativeLocation")
    beside = search.join(search.path.dirname(index), relative) if relative and not search.path.isabs(relative) else ""
    if beside and search.is_there(beside):
        return beside
    stated = _text(entry, "location", "fsPath") or _text(entry, "location", "path")
    if search.system is System.WINDOWS:
        stated = stated.lstrip("/")
    return stated if search.path.isabs(stated) else beside or search.path.dirname(index)


def _leftovers(search: Search, by_id: Mapping[str, list[tuple[Rule, str]]], listed: set[str]) -> Iterator[Found]:
    for folder in _folders(search):
        for name in search.names(folder):
            match = _FOLDER.match(name)
            path = search.join(folder, name)
            if match and search.real(path) not in listed:
                for rule, _ in by_id.get(match["id"].lower(), ()):
                    yield search.found(rule, Channel.EXTENSION, path, match["version"], note=LEFTOVER)


def built_in(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named extensions that ship inside an editor, by publisher and name of their own `package.json`."""
    by_id = _by_id(rules)
    for product in editors.products(search):
        folder = search.join(product.folder, "extensions")
        for name in search.names(folder):
            if any(_could_be(name, wanted) for wanted in by_id):
                yield from _built_in(search, by_id, search.join(folder, name), product)


def _could_be(folder: str, wanted: str) -> bool:
    """Whether a folder's name is worth a look: built-in ones are named freely, after publisher, product or both."""
    low = folder.lower()
    return len(low) > 3 and (low in wanted or wanted.partition(".")[2] in low)


def _built_in(search: Search, by_id: Mapping[str, list[tuple[Rule, str]]], folder: str, product: editors.Product) -> Iterator[Found]:
    content = search.json(search.join(folder, "package.json"), finder="vscode-builtin", limit=_INDEX_LIMIT)
    publisher, name = _text(content, "publisher"), _text(content, "name")
    for rule, _ in by_id.get(f"{publisher}.{name}".lower(), ()):
        shown = product.says("nameShort")
        note = f"ships inside {shown}" if shown.isascii() and shown.isprintable() and len(shown) <= 60 else "ships inside an editor"
        yield search.found(rule, Channel.BUILT_IN, folder, _text(content, "version"), note=note, dated_by=product.manifest)

"""One key in one settings file: pick the editor, make the edit, prove that nothing else changed."""

from __future__ import annotations

import copy
from functools import cache
from typing import Final

from core.toggles.edit_base import MISSING, Editor, Found, Key, UneditableError, Value
from core.toggles.edit_json import JsonEditor
from core.toggles.edit_lines import ENV, GITCONFIG, INI, NPMRC, LineEditor
from core.toggles.edit_list import add_item, drop_item
from core.toggles.edit_set import LineSetEditor
from core.toggles.edit_whole import WholeEditor

BOM: Final = b"\xef\xbb\xbf"
LIMIT: Final = 5 << 20
_READY: Final[dict[str, Editor]] = {
    "json": JsonEditor(),
    "jsonc": JsonEditor(),
    "ini": LineEditor(INI),
    "gitconfig": LineEditor(GITCONFIG),
    "env": LineEditor(ENV),
    "npmrc": LineEditor(NPMRC),
    "lines": LineSetEditor(),
    "whole": WholeEditor(),
}

KINDS: Final = ("toml", "yaml", *_READY)


@cache
def editor_of(kind: str) -> Editor:
    """Return the editor of a format; those for TOML and YAML bring libraries along, so they are loaded when first needed."""
    if kind == "toml":
        from core.toggles.edit_toml import TomlEditor

        return TomlEditor()
    if kind == "yaml":
        from core.toggles.edit_yaml import YamlEditor

        return YamlEditor()
    if kind not in _READY:
        raise UneditableError("This version of Telltale cannot read settings of that form, so nothing was changed; update Telltale.")
    return _READY[kind]


def _decode(data: bytes) -> tuple[bytes, str]:
    if len(data) > LIMIT:
        raise UneditableError("The settings file is larger than 5 MB, so nothing was changed; change it by hand.")
    mark = BOM if data.startswith(BOM) else b""
    try:
        return mark, data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise UneditableError("The settings file is not UTF-8 text, so nothing was changed; change it by hand.") from error


def get(kind: str, data: bytes, key: Key) -> Found:
    """Return the value at `key` in a file's bytes, or `MISSING`; raise `UneditableError` if the file cannot be read."""
    return editor_of(kind).get(_decode(data)[1], key)


def tree(kind: str, data: bytes) -> Value:
    """Return everything a file's bytes hold; raise `UneditableError` if the file cannot be read."""
    return editor_of(kind).tree(_decode(data)[1])


def put(kind: str, data: bytes, key: Key, value: Value) -> bytes:
    """Return the bytes with `key` set to `value`, proved to differ in that key only."""
    mark, text = _decode(data)
    editor = editor_of(kind)
    if isinstance(editor.get(text, key), dict) and not isinstance(value, dict):
        raise UneditableError(f"The setting {'.'.join(key)} is a whole group in this file, so nothing was changed; change it by hand.")
    new = editor.put(text, key, value)
    if isinstance(editor, LineEditor):
        _prove_lines(editor, text, new, key)
    else:
        _prove(editor, text, new, key, value)
    return mark + new.encode("utf-8")


def drop(kind: str, data: bytes, key: Key) -> bytes:
    """Return the bytes without `key`, proved to differ in that key only."""
    mark, text = _decode(data)
    editor = editor_of(kind)
    new = editor.drop(text, key)
    if isinstance(editor, LineEditor):
        _prove_lines(editor, text, new, key)
    else:
        _prove(editor, text, new, key, MISSING)
    return mark + new.encode("utf-8")


def append(kind: str, data: bytes, key: Key, item: str) -> bytes:
    """Return the bytes with `item` added to the list at `key` (made if missing); the same bytes if it is there already."""
    found = get(kind, data, key)
    if found is MISSING:
        return put(kind, data, key, [item])
    if not isinstance(found, list):
        raise UneditableError(f"The setting {'.'.join(key)} is not a list, so nothing was changed.")
    if item in found:
        return data
    if found and isinstance(editor_of(kind), JsonEditor):
        return _relisted(kind, data, key, add_item(_decode(data)[1], key, item), [*found, item])
    return put(kind, data, key, [*found, item])


def without_item(kind: str, data: bytes, key: Key, item: str) -> bytes:
    """Return the bytes with `item` taken out of the list at `key`."""
    found = get(kind, data, key)
    if not isinstance(found, list) or item not in found:
        return data
    left = [*found]
    left.remove(item)
    if isinstance(editor_of(kind), JsonEditor):
        return _relisted(kind, data, key, drop_item(_decode(data)[1], key, found.index(item)), left)
    return put(kind, data, key, left)


def _relisted(kind: str, data: bytes, key: Key, new: str, wanted: list[Value]) -> bytes:
    mark, text = _decode(data)
    _prove(editor_of(kind), text, new, key, wanted)
    return mark + new.encode("utf-8")


def _prove(editor: Editor, old: str, new: str, key: Key, value: Found) -> None:
    """Parse both texts and compare everything but `key`; a missing parent counts as an empty one."""
    others = "Changing this one setting would change others in the file, so nothing was changed; change it by hand."
    before = copy.deepcopy(editor.tree(old))
    try:
        after = copy.deepcopy(editor.tree(new))
    except UneditableError as error:  # the file could be read before, so what was made of it is at fault
        raise UneditableError(others) from error
    if editor.get(new, key) != value or _without(before, key) != _without(after, key):
        raise UneditableError(others)


def _without(tree: Value, key: Key) -> Value:
    """Return the tree without `key` and without parents that are empty because of it."""
    if not isinstance(tree, dict) or key[0] not in tree:
        return tree
    rest = {name: child for name, child in tree.items() if name != key[0]}
    if len(key) == 1:
        return rest
    inner = _without(tree[key[0]], key[1:])
    return rest if inner == {} else {**rest, key[0]: inner}


def _prove_lines(editor: LineEditor, old: str, new: str, key: Key) -> None:
    name = "\x1f".join(editor.folded(key))
    before, after = editor.tree(old), editor.tree(new)
    if isinstance(before, dict) and isinstance(after, dict):
        before.pop(name, None)
        after.pop(name, None)
    if before != after:
        raise UneditableError("Changing this one setting would change others in the file, so nothing was changed; change it by hand.")

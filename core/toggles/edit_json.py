"""Edit one key in JSON or JSON with comments; comments, order, indentation and line ends stay."""

from __future__ import annotations

import json
import re
from typing import Final

from core.toggles.edit_base import Found, Key, UneditableError, Value, line_end, value_at
from core.toggles.json_tree import JsonReader, Node

LINE_COMMENT: Final = re.compile(r"[ \t]*(?://[^\n]*?(?=\r?\n|$)|/\*[^\n]*?\*/)")
_INDENT: Final = re.compile(r"\n([ \t]+)\S")


class JsonEditor:
    """JSON and JSON with comments (an `Editor`); an empty text counts as an empty object."""

    def tree(self, text: str) -> Value:
        """Return the parsed text."""
        return JsonReader(text).root().value if text.strip() else {}

    def get(self, text: str, key: Key) -> Found:
        """Return the value at `key`, or `MISSING`."""
        return value_at(self.tree(text), key)

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the text with `key` set; parents are made where they are missing."""
        if not text.strip():
            return _fresh(text, key, value)
        node, rest = descend(JsonReader(text).root(), key)
        if not rest:
            return text[: node.start] + _dump(value, text, node.start) + text[node.end :]
        if node.members is None:
            raise UneditableError(f"The setting {'.'.join(key)} needs a group where the file has a single value, so nothing was changed.")
        for name in reversed(rest[1:]):
            value = {name: value}
        return _insert(text, node, rest[0], value)

    def drop(self, text: str, key: Key) -> str:
        """Return the text without `key`; the text itself if the key is not there."""
        if not text.strip():
            return text
        parent, rest = descend(JsonReader(text).root(), key[:-1])
        if rest or parent.members is None:
            return text
        for index, member in enumerate(parent.members):
            if member.name == key[-1]:
                return _remove(text, parent, index)
        return text


def descend(node: Node, key: Key) -> tuple[Node, Key]:
    """Follow `key` as far as it exists; return the node reached and the names left over."""
    for depth, name in enumerate(key):
        found = next((member for member in node.members or () if member.name == name), None)
        if found is None:
            return node, key[depth:]
        node = found.node
    return node, ()


def _fresh(text: str, key: Key, value: Value) -> str:
    for name in reversed(key):
        value = {name: value}
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", line_end(text)) + line_end(text)


def _unit(text: str) -> str:
    """Return the file's indentation step: the first indented line's white space, two blanks if there is none."""
    found = _INDENT.search(text)
    return found.group(1) if found else "  "


def own_indent(text: str, at: int) -> str:
    """Return the white space at the beginning of the line that holds `at`."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _dump(value: Value, text: str, at: int) -> str:
    if not isinstance(value, list | dict) or "\n" not in text:
        return json.dumps(value, ensure_ascii=False)
    shown = json.dumps(value, indent=_unit(text), ensure_ascii=False)
    return shown.replace("\n", line_end(text) + own_indent(text, at))


def _member_text(name: str, value: Value, text: str, indent: str) -> str:
    if isinstance(value, list | dict) and "\n" in text:
        shown = json.dumps(value, indent=_unit(text), ensure_ascii=False).replace("\n", line_end(text) + indent)
    else:
        shown = json.dumps(value, ensure_ascii=False)
    return f"{json.dumps(name, ensure_ascii=False)}: {shown}"


def _insert(text: str, node: Node, name: str, value: Value) -> str:
    if not node.members:
        return _insert_first(text, node, name, value)
    last = node.members[-1]
    line_start = text.rfind("\n", 0, node.members[0].start) + 1
    if line_start <= node.start:
        joint = last.node.end if last.comma < 0 else last.comma + 1
        added = (", " if last.comma < 0 else " ") + _member_text(name, value, "", "") + ("" if last.comma < 0 else ",")
        return text[:joint] + added + text[joint:]
    indent = own_indent(text, last.start)
    comma_at = last.node.end if last.comma < 0 else last.comma + 1
    comment = LINE_COMMENT.match(text, comma_at)
    line_at = comment.end() if comment else comma_at
    added = line_end(text) + indent + _member_text(name, value, text, indent) + ("" if last.comma < 0 else ",")
    comma = "," if last.comma < 0 else ""
    return text[: last.node.end] + comma + text[last.node.end : line_at] + added + text[line_at:]


def _insert_first(text: str, node: Node, name: str, value: Value) -> str:
    inside = text[node.start + 1 : node.end - 1]
    if "\n" not in text:
        blank = " " if inside.endswith(" ") else ""
        return f"{text[: node.start + 1]}{inside.rstrip()}{_member_text(name, value, text, '')}{blank}{text[node.end - 1 :]}"
    outer = own_indent(text, node.start)
    indent = outer + _unit(text)
    kept = inside.rstrip()
    added = line_end(text) + indent + _member_text(name, value, text, indent) + line_end(text) + outer
    return text[: node.start + 1] + kept + added + text[node.end - 1 :]


def _remove(text: str, parent: Node, index: int) -> str:
    members = parent.members or []
    member = members[index]
    end = member.node.end if member.comma < 0 else member.comma + 1
    start = blank_start(text, member.start)
    if index == len(members) - 1 and member.comma < 0 and index > 0:
        comma = members[index - 1].comma
        return text[:comma] + text[comma + 1 : start] + text[end:]
    if len(members) == 1 and not text[parent.start + 1 : start].strip() and not text[end : parent.end - 1].strip():
        return text[: parent.start + 1] + text[parent.end - 1 :]
    return text[:start] + text[end:]


def blank_start(text: str, at: int) -> int:
    """Return where the white space before a key or item at `at` begins (the line end before it included)."""
    while at > 0 and text[at - 1] in " \t":
        at -= 1
    if at > 0 and text[at - 1] == "\n":
        at -= 2 if text[at - 2 : at] == "\r\n" else 1
    return at

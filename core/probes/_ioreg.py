"""What `ioreg -l` prints on macOS: a tree of nodes, each with `"Key" = value` lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_NODE: Final = re.compile(r"^[\s|]*\+-o (.{0,200}?)  <class ([A-Za-z0-9_]+)")
_PROPERTY: Final = re.compile(r'^[\s|]*"([^"]{1,120})" = (.*)$')
_INNER_TEXT: Final = re.compile(r'"([^"]{1,120})"="([^"]{0,400})"')


@dataclass(slots=True)
class Node:
    """One entry of the device tree: its name, class and properties as text."""

    name: str
    kind: str
    properties: dict[str, str] = field(default_factory=dict)


def parse(text: str, most: int = 2000) -> tuple[Node, ...]:
    """Read the tree's nodes in order; lines in another form are skipped."""
    nodes = [Node("", "")]
    for line in text.splitlines():
        opening = _NODE.match(line)
        if opening:
            if len(nodes) > most:
                break
            nodes.append(Node(opening[1], opening[2]))
            continue
        found = _PROPERTY.match(line)
        if found:
            nodes[-1].properties.setdefault(found[1], _plain(found[2].strip()))
    return tuple(node for node in nodes if node.kind or node.properties)


def _plain(value: str) -> str:
    """Take the quotes off a text, and text or nothing but hexadecimal out of `<"...">` and `<00ff>` data."""
    if value.startswith("<") and value.endswith(">"):
        value = value[1:-1]
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def first(nodes: tuple[Node, ...], *keys: str) -> str:
    """Return the first non-empty property with one of the names."""
    for node in nodes:
        for key in keys:
            if node.properties.get(key):
                return node.properties[key]
    return ""


def every(nodes: tuple[Node, ...], *keys: str) -> tuple[str, ...]:
    """Return the distinct non-empty properties with one of the names, in order."""
    return tuple(dict.fromkeys(node.properties[key] for node in nodes for key in keys if node.properties.get(key)))


def inner_texts(value: str, key: str) -> tuple[str, ...]:
    """Return the texts of a key inside a printed dictionary such as `{"ProductName"="Studio"}`."""
    return tuple(text for name, text in _INNER_TEXT.findall(value) if name == key and text)

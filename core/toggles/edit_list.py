"""Add or take out one item of a JSON list in the text itself, so that comments between the items stay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.toggles.edit_base import UneditableError, line_end
from core.toggles.edit_json import LINE_COMMENT, blank_start, descend, own_indent
from core.toggles.json_tree import SKIP, JsonReader

if TYPE_CHECKING:
    from core.toggles.edit_base import Key
    from core.toggles.json_tree import Node


def add_item(text: str, key: Key, item: str) -> str:
    """Return the text with `item` behind the last item of the list at `key`, which is there and not empty."""
    node, items = _items(text, key)
    last = items[-1]
    before = items[-2].end if len(items) > 1 else node.start
    comma = _comma_after(text, last.end)
    ending = "," if comma >= 0 else ""
    written = json.dumps(item, ensure_ascii=False)
    place = last.end if comma < 0 else comma + 1
    if "\n" not in text[before : last.start]:
        return text[: last.end] + ("" if ending else ",") + text[last.end : place] + f" {written}{ending}" + text[place:]
    comment = LINE_COMMENT.match(text, place)
    behind = comment.end() if comment else place
    added = line_end(text) + own_indent(text, last.start) + written + ending
    return text[: last.end] + ("" if ending else ",") + text[last.end : behind] + added + text[behind:]


def drop_item(text: str, key: Key, index: int) -> str:
    """Return the text without one item of the list at `key`."""
    _, items = _items(text, key)
    item = items[index]
    comma = _comma_after(text, item.end)
    start, end = blank_start(text, item.start), item.end if comma < 0 else comma + 1
    if comma < 0 and index > 0:
        before = _comma_after(text, items[index - 1].end)
        return text[:before] + text[before + 1 : start] + text[end:]
    return text[:start] + text[end:]


def _items(text: str, key: Key) -> tuple[Node, list[Node]]:
    node, rest = descend(JsonReader(text).root(), key)
    if rest or not node.items:
        raise UneditableError(f"The setting {'.'.join(key)} is not a list with items, so nothing was changed.")
    return node, node.items


def _comma_after(text: str, at: int) -> int:
    """Return where the comma behind a value stands, -1 if there is none."""
    found = SKIP.match(text, at)
    place = found.end() if found else at
    return place if text[place : place + 1] == "," else -1

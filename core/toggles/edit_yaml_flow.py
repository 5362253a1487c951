"""Lists and one-line groups in YAML: single entries added or taken out by position, nothing else in the text moves.

A library that writes YAML anew keeps comments but not the bytes (spacing, line ends, indentation), so the text is cut here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from core.toggles.edit_base import UneditableError, Value, line_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BY_HAND = "This list is written in a way Telltale does not edit, so nothing was changed; change it by hand."


def in_one_line(value: Value) -> str:
    """Return a value as it may stand in any one-line group: JSON, which is YAML as well."""
    return json.dumps(value, ensure_ascii=False)


def add_pair(text: str, group: yaml.MappingNode, name: str, value: Value) -> str:
    """Return the text with a pair at the end of a one-line group."""
    pair = f"{in_one_line(name)}: {in_one_line(value)}"
    return _add(text, group, [value for _, value in group.value], pair)


def drop_pair(text: str, group: yaml.MappingNode, place: int) -> str:
    """Return the text without one pair of a one-line group."""
    return _drop(text, [(name, value) for name, value in group.value], place)


def change_list(text: str, node: yaml.SequenceNode, old: Sequence[Value], new: Sequence[Value], scalar: Callable[[Value], str]) -> str:
    """Return the text with one entry more at the end of a list, or one entry less; any other change is refused."""
    if [*new[:-1]] == [*old] and new:
        return _add_item(text, node, new[-1], scalar)
    places = [place for place in range(len(old)) if [*old[:place], *old[place + 1 :]] == [*new]]
    if not places:
        raise UneditableError(BY_HAND)
    if node.flow_style:
        return _drop(text, [(item, item) for item in node.value], places[-1])
    return _drop_line(text, node, places[-1])


def _add_item(text: str, node: yaml.SequenceNode, item: Value, scalar: Callable[[Value], str]) -> str:
    if node.flow_style:
        return _add(text, node, node.value, in_one_line(item))
    last = node.value[-1]
    _check_single(last)
    end = text.find("\n", last.end_mark.index)
    at = len(text) if end < 0 else end + 1
    ending = line_end(text)
    joint = "" if text[:at].endswith("\n") else ending
    return f"{text[:at]}{joint}{' ' * node.start_mark.column}- {scalar(item)}{ending}{text[at:]}"


def _drop_line(text: str, node: yaml.SequenceNode, place: int) -> str:
    item = node.value[place]
    _check_single(item)
    if len(node.value) == 1:
        raise UneditableError(BY_HAND)
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    if text[start : item.start_mark.index].strip() != "-":
        raise UneditableError(BY_HAND)
    end = text.find("\n", item.end_mark.index)
    return text[:start] + ("" if end < 0 else text[end + 1 :])


def _check_single(node: yaml.Node) -> None:
    """Refuse an entry that is not a single value on a single line: where it ends is not sure."""
    if not isinstance(node, yaml.ScalarNode) or node.style in {"|", ">"} or node.start_mark.line != node.end_mark.line:
        raise UneditableError(BY_HAND)


def _add(text: str, group: yaml.CollectionNode, values: Sequence[yaml.Node], entry: str) -> str:
    """Put an entry behind the last one, or between the brackets of an empty group."""
    if values:
        at = values[-1].end_mark.index
        return f"{text[:at]}, {entry}{text[at:]}"
    at = group.start_mark.index + 1
    return text[:at] + entry + text[at:]


def _drop(text: str, spans: Sequence[tuple[yaml.Node, yaml.Node]], place: int) -> str:
    """Take an entry out together with the comma that joins it to its neighbour."""
    first, last = spans[place]
    if place + 1 < len(spans):
        return text[: first.start_mark.index] + text[spans[place + 1][0].start_mark.index :]
    start = spans[place - 1][1].end_mark.index if place else first.start_mark.index
    return text[:start] + text[last.end_mark.index :]

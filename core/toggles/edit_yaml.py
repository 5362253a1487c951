"""Edit one key in YAML: PyYAML says where each value stands, the text is changed only there."""

from __future__ import annotations

import json
import re
from typing import Final

import yaml

from core.toggles.edit_base import Found, Key, UneditableError, Value, line_end, value_at
from core.toggles.edit_yaml_flow import add_pair, change_list, drop_pair, in_one_line

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"})


class YamlEditor:
    """YAML mappings (an `Editor`); anchors, tags and several documents in one file are refused."""

    def _node(self, text: str) -> yaml.MappingNode | None:
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            if "a single document" in str(error):
                raise UneditableError(
                    "The settings file holds several YAML documents, so nothing was changed; change it by hand."
                ) from error
            raise UneditableError("The settings file is not readable as YAML, so nothing was changed; mend the file first.") from error
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            raise UneditableError("The settings file is not a list of named settings, so nothing was changed.")
        return node

    def tree(self, text: str) -> Value:
        """Return the parsed text."""
        self._node(text)
        plain: Value = yaml.safe_load(text) or {}
        return plain

    def get(self, text: str, key: Key) -> Found:
        """Return the value at `key`, or `MISSING`."""
        return value_at(self.tree(text), key)

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the text with `key` set; missing parents are added as block mappings."""
        node = self._node(text)
        if node is None:
            return text + _ended(text) + _block(key, value, "", line_end(text))
        parent, rest = _descend(node, key)
        if rest:
            return _insert(text, parent, rest, value)
        old = _value_node(parent, key[-1])
        if isinstance(old, yaml.SequenceNode) and isinstance(value, list):
            now = self.get(text, key)
            return change_list(text, old, now if isinstance(now, list) else [], value, _scalar)
        if not isinstance(old, yaml.ScalarNode) or old.style in {"|", ">"}:
            raise UneditableError(f"The setting {'.'.join(key)} holds more than one value, so nothing was changed; change it by hand.")
        joint = " " if old.start_mark.index == old.end_mark.index else ""
        new = in_one_line(value) if parent.flow_style else _scalar(value)
        return text[: old.start_mark.index] + joint + new + text[old.end_mark.index :]

    def drop(self, text: str, key: Key) -> str:
        """Return the text without the lines of `key`."""
        node = self._node(text)
        if node is None:
            return text
        parent, rest = _descend(node, key)
        if rest:
            return text
        if parent.flow_style:
            names = [name.value for name, _ in parent.value]
            return drop_pair(text, parent, names.index(key[-1]))
        name, value = next(pair for pair in parent.value if pair[0].value == key[-1])
        start = text.rfind("\n", 0, name.start_mark.index) + 1
        end = text.find("\n", max(value.end_mark.index - 1, name.end_mark.index))
        return text[:start] + ("" if end < 0 else text[end + 1 :])


def _value_node(parent: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in parent.value if isinstance(key, yaml.ScalarNode) and key.value == name), None)


def _descend(node: yaml.MappingNode, key: Key) -> tuple[yaml.MappingNode, Key]:
    """Return the mapping that holds the last name of `key`, or the deepest one there is with the names left over."""
    for depth, name in enumerate(key):
        value = _value_node(node, name)
        if value is None:
            return node, key[depth:]
        if depth == len(key) - 1:
            return node, ()
        if not isinstance(value, yaml.MappingNode):
            raise UneditableError(f"The setting {'.'.join(key)} needs a group where the file has a single value, so nothing was changed.")
        node = value
    return node, ()


def _insert(text: str, parent: yaml.MappingNode, rest: Key, value: Value) -> str:
    if parent.flow_style or not parent.value:
        for name in reversed(rest[1:]):
            value = {name: value}
        return add_pair(text, parent, rest[0], value)
    first = parent.value[0][0]
    indent = " " * first.start_mark.column
    last = parent.value[-1][1]
    end = text.find("\n", max(last.end_mark.index - 1, parent.value[-1][0].end_mark.index))
    at = len(text) if end < 0 else end + 1
    return text[:at] + _ended(text[:at]) + _block(rest, value, indent, line_end(text)) + text[at:]


def _ended(text: str) -> str:
    return "" if not text or text.endswith("\n") else line_end(text)


def _block(key: Key, value: Value, indent: str, ending: str) -> str:
    lines = [f"{indent}{'  ' * depth}{_scalar(name)}:" for depth, name in enumerate(key)]
    return ending.join(lines) + f" {_scalar(value)}{ending}"


def _scalar(value: Value) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)

"""A reader for JSON with comments and trailing commas that remembers where everything stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.toggles.edit_base import UneditableError

if TYPE_CHECKING:
    from core.toggles.edit_base import Value

SKIP: Final = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_ATOM: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_DEPTH: Final = 100


@dataclass(slots=True)
class Node:
    """A value at `start:end` of the text; `members` or `items` hold what stands inside an object or array."""

    start: int
    end: int
    value: Value
    members: list[Member] | None = None
    items: list[Node] | None = None


@dataclass(slots=True)
class Member:
    """A key at `start` with its value; `comma` is the place of the comma behind it, or -1."""

    name: str
    start: int
    node: Node
    comma: int = -1


@dataclass(slots=True)
class JsonReader:
    """Reads one text; `root` is the only thing to call."""

    text: str
    at: int = 0

    def root(self) -> Node:
        """Return the tree of the whole text; raise `UneditableError` where it is not JSON (comments allowed)."""
        self._skip()
        node = self._value(0)
        self._skip()
        if self.at != len(self.text):
            raise self._wrong("something stands behind the last brace")
        return node

    def _wrong(self, what: str) -> UneditableError:
        line = self.text.count("\n", 0, self.at) + 1
        return UneditableError(
            f"The settings file is not readable as JSON (line {line}: {what}), so nothing was changed; mend the file first."
        )

    def _skip(self) -> None:
        found = SKIP.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _value(self, depth: int) -> Node:
        if depth > _DEPTH:
            raise self._wrong("it is nested too deeply")
        start = self.at
        match self.text[start : start + 1]:
            case "{":
                return self._object(start, depth)
            case "[":
                return self._array(start, depth)
            case '"':
                text = self._string()
                return Node(start, self.at, text)
        atom = _ATOM.match(self.text, start)
        if atom is None:
            raise self._wrong("a value was expected")
        self.at = atom.end()
        value: Value = json.loads(atom.group())
        return Node(start, self.at, value)

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self._wrong("a string was expected")
        self.at = found.end()
        try:
            return str(json.loads(found.group()))
        except ValueError as error:
            raise self._wrong("a string has a broken escape") from error

    def _comma(self, closing: str) -> int:
        self._skip()
        here = self.text[self.at : self.at + 1]
        if here == ",":
            self.at += 1
            self._skip()
            return self.at
        if here != closing:
            raise self._wrong(f"a comma or {closing} was expected")
        return -1

    def _object(self, start: int, depth: int) -> Node:
        self.at += 1
        members: list[Member] = []
        self._skip()
        while self.text[self.at : self.at + 1] != "}":
            key_start = self.at
            name = self._string()
            self._skip()
            if self.text[self.at : self.at + 1] != ":":
                raise self._wrong("a colon was expected")
            self.at += 1
            self._skip()
            member = Member(name, key_start, self._value(depth + 1))
            self._skip()
            member.comma = self.at if self.text[self.at : self.at + 1] == "," else -1
            self._comma("}")
            members.append(member)
        self.at += 1
        names = [member.name for member in members]
        if len(set(names)) != len(names):
            raise self._wrong("a key stands twice in one object")
        return Node(start, self.at, {member.name: member.node.value for member in members}, members=members)

    def _array(self, start: int, depth: int) -> Node:
        self.at += 1
        items: list[Node] = []
        self._skip()
        while self.text[self.at : self.at + 1] != "]":
            items.append(self._value(depth + 1))
            self._comma("]")
        self.at += 1
        return Node(start, self.at, [item.value for item in items], items=items)

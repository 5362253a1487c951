"""What every editor of a settings format offers: read, set and remove one key in a text, leaving all else as it stands."""

from __future__ import annotations

from typing import Final, Protocol

from core.errors import TelltaleError

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
Key = tuple[str, ...]


class _Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
Found = Value | _Missing


class UneditableError(TelltaleError):
    """The text cannot be edited one key at a time; the message says why, and nothing was changed."""


class Editor(Protocol):
    """One settings format; texts come without a byte order mark and keep their line ends."""

    def get(self, text: str, key: Key) -> Found:
        """Return the value at `key`, or `MISSING`."""
        ...

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the text with `key` set to `value`; parents are made where they are missing."""
        ...

    def drop(self, text: str, key: Key) -> str:
        """Return the text without `key`; parents stay."""
        ...

    def tree(self, text: str) -> Value:
        """Return everything the text holds, to check that an edit touched one key only."""
        ...


def value_at(tree: Value, key: Key) -> Found:
    """Return what stands at `key` in the parsed text of a file, or `MISSING`."""
    found = tree
    for name in key:
        if not isinstance(found, dict) or name not in found:
            return MISSING
        found = found[name]
    return found


def line_end(text: str) -> str:
    """Return the line end the text uses (the first one found), a line feed if there is none."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"

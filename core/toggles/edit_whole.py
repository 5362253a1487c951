"""A file that is Telltale's own from the first byte to the last, such as a wrapped menu entry: its one key is its whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.toggles.edit_base import MISSING, Found, UneditableError

if TYPE_CHECKING:
    from core.toggles.edit_base import Key, Value

WHOLE: Final = ("file",)


class WholeEditor:
    """The text of a file as one value (an `Editor`); an empty file holds none."""

    def tree(self, text: str) -> Value:
        """Return the text under its one key."""
        return {WHOLE[0]: text} if text else {}

    def get(self, text: str, key: Key) -> Found:
        """Return the text, or `MISSING` if there is none."""
        return text if text and key == WHOLE else MISSING

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the new text."""
        del text
        if not isinstance(value, str) or key != WHOLE:
            raise UneditableError("This file is replaced as a whole or not at all, so nothing was changed.")
        return value

    def drop(self, text: str, key: Key) -> str:
        """Return an empty text."""
        return "" if key == WHOLE else text

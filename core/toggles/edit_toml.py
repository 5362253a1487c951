"""Edit one key in TOML through tomlkit, which keeps comments, order and spacing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.toggles.edit_base import Found, Key, UneditableError, Value, line_end, value_at

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class TomlEditor:
    """TOML (an `Editor`)."""

    def _parse(self, text: str) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(text)
        except (TOMLKitError, RecursionError) as error:
            raise UneditableError("The settings file is not readable as TOML, so nothing was changed; mend the file first.") from error

    def tree(self, text: str) -> Value:
        """Return the parsed text."""
        plain: Value = self._parse(text).unwrap()
        return plain

    def get(self, text: str, key: Key) -> Found:
        """Return the value at `key`, or `MISSING`."""
        return value_at(self.tree(text), key)

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the text with `key` set; missing tables are added."""
        document = self._parse(text)
        table: MutableMapping[str, Any] = document
        for name in key[:-1]:
            if name not in table:
                table[name] = tomlkit.table()
            table = table[name]
            if not hasattr(table, "items"):
                raise UneditableError(
                    f"The setting {'.'.join(key)} needs a table where the file has a single value, so nothing was changed."
                )
        table[key[-1]] = value
        return _dump(document, text)

    def drop(self, text: str, key: Key) -> str:
        """Return the text without `key`."""
        document = self._parse(text)
        table: MutableMapping[str, Any] = document
        for name in key[:-1]:
            if name not in table or not hasattr(table[name], "items"):
                return text
            table = table[name]
        if key[-1] not in table:
            return text
        del table[key[-1]]
        return _dump(document, text)


def _dump(document: tomlkit.TOMLDocument, before: str) -> str:
    """Write the document with the line ends of the text before (tomlkit writes line feeds for what is new)."""
    text = tomlkit.dumps(document)
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if line_end(before) == "\r\n" else text

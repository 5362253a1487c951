"""Files that are a set of lines, such as `.cursorignore`: the key is the line itself, the value how often it stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.toggles.edit_base import MISSING, Found, UneditableError, line_end

if TYPE_CHECKING:
    from core.toggles.edit_base import Key, Value


class LineSetEditor:
    """Lines of an ignore file (an `Editor`); blank lines and comments are not keys."""

    def tree(self, text: str) -> Value:
        """Return how often each line stands in the text."""
        counts: dict[str, Value] = {}
        for line in text.splitlines():
            bare = line.strip()
            if bare and not bare.startswith("#"):
                counts[bare] = int(str(counts.get(bare, 0))) + 1
        return counts

    def get(self, text: str, key: Key) -> Found:
        """Return how often the line `key` stands there, or `MISSING`."""
        tree = self.tree(text)
        return tree.get(_line(key), MISSING) if isinstance(tree, dict) else MISSING

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the text with the line at its end; a line that is there already stays alone."""
        line = _line(key)
        if value != 1:
            raise UneditableError("A line of an ignore file stands there once or not at all, so nothing was changed.")
        if self.get(text, key) is not MISSING:
            return text
        ending = line_end(text)
        joint = "" if not text or text.endswith("\n") else ending
        return f"{text}{joint}{line}{ending}"

    def drop(self, text: str, key: Key) -> str:
        """Return the text without the last such line."""
        lines = text.splitlines(keepends=True)
        hits = [number for number, line in enumerate(lines) if line.strip() == _line(key)]
        if hits:
            del lines[hits[-1]]
        return "".join(lines)


def _line(key: Key) -> str:
    line = key[0]
    if len(key) != 1 or line != line.strip() or not line or line.startswith("#") or len(line.splitlines()) != 1:
        raise UneditableError("An entry of an ignore file is one line that is not a comment, so nothing was changed.")
    return line

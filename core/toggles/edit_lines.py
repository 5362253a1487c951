"""Edit one key in line-based settings: INI and gitconfig with sections, .env and npmrc without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from core.toggles.edit_base import MISSING, Found, Key, UneditableError, Value, line_end

_SECTION: Final = re.compile(r"^\s*\[\s*([^\]\"]+?)\s*(?:\"((?:[^\"\\]|\\.)*)\")?\s*\]\s*(?:[#;].*)?$")
_PLAIN: Final = re.compile(r"[\w.:/@%+,=-]*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one line-based format writes things: whether names stand in sections, what begins a comment on its own and behind a value."""

    sections: bool
    joint: str
    comments: str
    prefix: str = ""
    quote: str = "never"
    remarks: str = ""
    indent: str = ""
    fold_case: bool = False


INI: Final = Dialect(sections=True, joint=" = ", comments="#;")
GITCONFIG: Final = Dialect(sections=True, joint=" = ", comments="#;", quote="git", remarks="#;", indent="\t", fold_case=True)
ENV: Final = Dialect(sections=False, joint="=", comments="#", prefix="export ", quote="shell", remarks="#")
NPMRC: Final = Dialect(sections=False, joint="=", comments="#;", remarks="#;")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that sets a key: its number in the list of lines, its key, its value as the program reads it."""

    number: int
    key: Key
    value: str


class LineEditor:
    """One line-based format (an `Editor`); values are strings."""

    def __init__(self, dialect: Dialect) -> None:
        """Edit texts of this dialect."""
        self.dialect = dialect

    def tree(self, text: str) -> Value:
        """Return all settings as `section.name` -> list of values in order (a key may stand several times)."""
        found: dict[str, Value] = {}
        for line in self._lines(text):
            values = found.setdefault("\x1f".join(line.key), [])
            if isinstance(values, list):
                values.append(line.value)
        return found

    def get(self, text: str, key: Key) -> Found:
        """Return the last value of `key`, which is the one programs use, or `MISSING`."""
        wanted = self.folded(key)
        found: Found = MISSING
        for line in self._lines(text):
            if line.key == wanted:
                found = line.value
        return found

    def put(self, text: str, key: Key, value: Value) -> str:
        """Return the text with `key` set on its last line, or a new line at the end of its section."""
        written = self._write(value)
        lines = text.splitlines(keepends=True)
        hits = [line for line in self._lines(text) if line.key == self.folded(key)]
        if hits:
            lines[hits[-1].number] = self._changed(lines[hits[-1].number], written)
            return "".join(lines)
        return self._added(text, lines, key, written)

    def drop(self, text: str, key: Key) -> str:
        """Return the text without the last line that sets `key`, and without a section header that this leaves empty at the end."""
        hits = [line for line in self._lines(text) if line.key == self.folded(key)]
        if not hits:
            return text
        lines = text.splitlines(keepends=True)
        del lines[hits[-1].number]
        return "".join(lines)

    def folded(self, key: Key) -> Key:
        """Return the key as this format compares it (git ignores case in sections and names, not in subsections)."""
        if not self.dialect.sections:
            return key
        return (key[0].lower(), *key[1:-1], key[-1].lower()) if self.dialect.fold_case else key

    def _lines(self, text: str) -> list[_Line]:
        section: Key = ()
        found: list[_Line] = []
        for number, line in enumerate(text.splitlines()):
            bare = line.strip()
            if not bare or bare[0] in self.dialect.comments:
                continue
            if bare.endswith("\\"):
                raise UneditableError("The settings file continues a value over several lines, so nothing was changed; change it by hand.")
            if self.dialect.sections and bare.startswith("["):
                section = self._section(bare)
                continue
            name, joint, rest = bare.partition("=")
            name = name.strip().removeprefix(self.dialect.prefix).strip()
            value = self._read(rest.lstrip()[: self._end(rest.lstrip())]) if joint else "true"
            found.append(_Line(number, self.folded((*section, name)), value))
        return found

    def _section(self, bare: str) -> Key:
        found = _SECTION.match(bare)
        if found is None:
            raise UneditableError("The settings file has a section line Telltale cannot read, so nothing was changed; change it by hand.")
        return (found.group(1),) if found.group(2) is None else (found.group(1), re.sub(r"\\(.)", r"\1", found.group(2)))

    def _read(self, written: str) -> str:
        if self.dialect.quote == "never":
            return written
        if len(written) >= 2 and written[0] == written[-1] and written[0] in "\"'":
            inner = written[1:-1]
            return inner if written[0] == "'" else re.sub(r"\\(.)", r"\1", inner)
        return written

    def _end(self, rest: str) -> int:
        """Return where a value ends in what stands behind the equals sign: before blanks and a remark, its quotes closed."""
        mark, is_escaped = "", False
        for place, character in enumerate(rest):
            if is_escaped or (mark == '"' and character == "\\"):
                is_escaped = not is_escaped
            elif mark:
                mark = "" if character == mark else mark
            elif self._opens(character, place):
                mark = character
            elif character in self.dialect.remarks and (self.dialect.quote == "git" or (place and rest[place - 1].isspace())):
                return len(rest[:place].rstrip())
        if mark:
            raise UneditableError("The settings file has a value over several lines, so nothing was changed; change it by hand.")
        return len(rest.rstrip())

    def _opens(self, character: str, place: int) -> bool:
        """Return whether a character opens quotes: for git anywhere, for shells' files at the beginning of a value."""
        if self.dialect.quote == "git":
            return character == '"'
        return self.dialect.quote == "shell" and place == 0 and character in "\"'"

    def _write(self, value: Value) -> str:
        if isinstance(value, list | dict):
            raise UneditableError("This kind of settings file holds single values only, so nothing was changed.")
        text = {True: "true", False: "false", None: ""}.get(value, str(value)) if isinstance(value, bool | None) else str(value)
        if any(ord(ch) < 32 for ch in text):
            raise UneditableError("The value holds a line end or a control character, so nothing was changed.")
        if self.dialect.quote == "never" or _PLAIN.fullmatch(text):
            return text
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def _changed(self, line: str, written: str) -> str:
        body = line.rstrip("\r\n")
        ending = line[len(body) :]
        name, joint, rest = body.partition("=")
        if not joint:
            return f"{body.rstrip()}{self.dialect.joint}{written}{ending}"
        value = rest.lstrip()
        blank = rest[: len(rest) - len(value)]
        return f"{name}={blank}{written}{value[self._end(value) :]}{ending}"

    def _added(self, text: str, lines: list[str], key: Key, written: str) -> str:
        ending = line_end(text)
        new = f"{self.dialect.indent}{key[-1]}{self.dialect.joint}{written}{ending}"
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += ending
        if not self.dialect.sections or len(key) == 1:
            at = self._first_section(lines) if self.dialect.sections else len(lines)
            return "".join([*lines[:at], new, *lines[at:]])
        at = self._section_end(lines, key[:-1])
        if at < 0:
            return "".join([*lines, self._header(key[:-1]) + ending, new])
        return "".join([*lines[:at], new, *lines[at:]])

    def _first_section(self, lines: list[str]) -> int:
        return next((number for number, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))

    def _section_end(self, lines: list[str], section: Key) -> int:
        """Return the line number behind the last filled line of a section, -1 if the section is not there."""
        wanted = self.folded((*section, ""))[:-1]
        inside, end = False, -1
        for number, line in enumerate(lines):
            bare = line.strip()
            if bare.startswith("["):
                inside = self.folded((*self._section(bare), ""))[:-1] == wanted
                end = number + 1 if inside else end
            elif inside and bare:
                end = number + 1
        return end

    def _header(self, section: Key) -> str:
        if len(section) == 1:
            return f"[{section[0]}]"
        inner = ".".join(section[1:]).replace("\\", "\\\\").replace('"', '\\"')
        return f'[{section[0]} "{inner}"]'

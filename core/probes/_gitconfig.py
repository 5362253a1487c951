"""Git's configuration files: syntax and conditions, read the way git reads them (git-config(1)), without starting git."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final, NamedTuple

_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\"}
_LONGEST_PATTERN: Final = 300


class Entry(NamedTuple):
    """One setting: its key in canonical form (`remote.origin.url`), value, and the file it stands in."""

    key: str
    value: str
    part: str


class Parsed(NamedTuple):
    """The settings of one file; `is_broken` where git itself would refuse the file."""

    pairs: tuple[tuple[str, str], ...]
    is_broken: bool


def parse(text: str) -> Parsed:
    """Read a configuration file; lines that git would refuse are skipped and noted."""
    scanner = _Scanner(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    return scanner.run()


def canonical(key: str) -> str:
    """Return a key with section and name in lower case and the part between as it is."""
    section, first_dot, rest = key.partition(".")
    middle, last_dot, name = rest.rpartition(".")
    return f"{section.lower()}{first_dot}{middle}{last_dot}{name.lower()}"


class _Scanner:
    """Walks over the text once; never goes back, so even hostile text costs linear time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.section = ""
        self.pairs: list[tuple[str, str]] = []
        self.is_broken = False

    def run(self) -> Parsed:
        while self.at < len(self.text):
            ch = self.text[self.at]
            if ch.isspace():
                self.at += 1
            elif ch in "#;":
                self._skip_line()
            elif ch == "[":
                self._heading()
            else:
                self._setting()
        return Parsed(tuple(self.pairs), self.is_broken)

    def _skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end + 1

    def _refuse(self) -> None:
        self.is_broken = True
        self._skip_line()

    def _heading(self) -> None:
        end = self.text.find("\n", self.at)
        line = self.text[self.at + 1 : len(self.text) if end < 0 else end]
        name, used = _heading_name(line)
        if not name:
            self._refuse()
            return
        self.section = name
        self.at += 1 + used

    def _setting(self) -> None:
        start = self.at
        while self.at < len(self.text) and ((self.text[self.at].isascii() and self.text[self.at].isalnum()) or self.text[self.at] == "-"):
            self.at += 1
        name = self.text[start : self.at].lower()
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        mark = self.text[self.at] if self.at < len(self.text) else "\n"
        if not name or not name[0].isalpha() or mark not in "=\n":
            self._refuse()
            return
        self.at += 1
        value = self._value() if mark == "=" else "true"
        if value is None:
            self._refuse()
            return
        self.pairs.append((f"{self.section}.{name}" if self.section else name, value))

    def _value(self) -> str | None:
        """Read up to the end of the line; None where git refuses the value."""
        out: list[str] = []
        kept, is_quoted, text = 0, False, self.text
        while self.at < len(text) and text[self.at] != "\n":
            ch = text[self.at]
            self.at += 1
            if ch == '"':
                is_quoted = not is_quoted
                kept = len(out)
            elif ch == "\\":
                piece = self._escape()
                if piece is None:
                    return None
                out += [piece] if piece else []
                kept = len(out)
            elif ch in "#;" and not is_quoted:
                self._skip_line()
                return "".join(out[:kept])
            elif is_quoted or not ch.isspace() or out:
                out.append(ch)
                kept = len(out) if is_quoted or not ch.isspace() else kept
        if is_quoted:
            return None
        self.at += 1
        return "".join(out[:kept])

    def _escape(self) -> str | None:
        ch = self.text[self.at : self.at + 1]
        if ch in {"\n", ""}:
            self.at += 1
            return ""
        self.at += 1 if ch in _ESCAPES else 0
        return _ESCAPES.get(ch)


def _heading_name(line: str) -> tuple[str, int]:
    """Return the section's canonical name and the characters used after `[`; an empty name if it is none."""
    at = 0
    while at < len(line) and ((line[at].isascii() and line[at].isalnum()) or line[at] in "-."):
        at += 1
    base = line[:at].lower()
    if at < len(line) and line[at] == "]":
        return base, at + 1
    if not base or at >= len(line) or line[at] not in " \t":
        return "", 0
    rest = line[at:]
    opening = len(rest) - len(rest.lstrip(" \t"))
    if rest[opening : opening + 1] != '"':
        return "", 0
    out, at = [], at + opening + 1
    while at < len(line) and line[at] != '"':
        at += 1 if line[at] == "\\" else 0
        out.append(line[at : at + 1])
        at += 1
    return (f"{base}.{''.join(out)}", at + 2) if line[at : at + 2] == '"]' else ("", 0)


def matches_path(pattern: str, path: str) -> bool:
    """Return whether git's path pattern (`*` within a folder, `**` over folders) fits a path with forward slashes."""
    if len(pattern) > _LONGEST_PATTERN:
        return False
    wanted, given = pattern.split("/"), path.split("/")
    reachable = {0}
    for index, part in enumerate(wanted):
        is_last = index == len(wanted) - 1
        if part == "**":
            start = min(reachable)
            reachable = {len(given)} if is_last and start < len(given) else set(range(start, len(given)))
        else:
            reachable = {at + 1 for at in reachable if at < len(given) and fnmatchcase(given[at], part.replace("[^", "[!"))}
        if not reachable:
            return False
    return len(given) in reachable


def folder_pattern(pattern: str, home: str, beside: str) -> str:
    """Complete the pattern of `includeIf "gitdir:..."` as git-config(1) says: `beside` is the folder of the including file."""
    if pattern.startswith("~/"):
        pattern = home.rstrip("/") + pattern[1:]
    elif pattern.startswith("./"):
        pattern = beside.rstrip("/") + pattern[1:]
    elif not pattern.startswith("/") and pattern[1:3] != ":/":
        pattern = f"**/{pattern}"
    return f"{pattern}**" if pattern.endswith("/") else pattern


def urls_match(pattern: str, urls: tuple[str, ...]) -> bool:
    """Return whether a pattern of `includeIf "hasconfig:remote.*.url:..."` fits one of the addresses."""
    return any(matches_path(pattern, url) for url in urls)

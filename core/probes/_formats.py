"""Tolerant readers for special text formats (shell, JSON, TOML, YAML, XML, GVariant).

None of them ever raises, but for `UnreadableError` where a JSON or TOML document as a whole is broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import UnreadableError
from core.probes._parse import member

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPORT: Final = re.compile(r"\s*(?:export\s+|(?:declare|typeset)\s+-x\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_SETTER: Final = re.compile(r"\s*(?:setenv|set\s+-\w*x\w*)\s+([A-Za-z_][A-Za-z0-9_]*)\s+(.*)", re.DOTALL)
_COMMENT: Final = re.compile(r"(?<=\s)#|;(?:\s|$)")
_COMMENT_MARKS: Final = re.compile(r'["/]')
_COMMA_MARKS: Final = re.compile(r'[",]')
_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")


def unquote(text: str) -> str:
    """Return a value without its quotes, and an unquoted one without a trailing comment or statement."""
    text = text.strip()
    if text[:1] in {"'", '"'}:
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:]
    return _COMMENT.split(text, maxsplit=1)[0].strip()


def exports(text: str) -> dict[str, str]:
    """Read what shell start files put into the environment (sh, csh and fish notation); the last one of a name wins."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        for part in _statements(line):
            if match := _EXPORT.match(part) or _SETTER.match(part):
                found[match[1]] = unquote(match[2])
    return found


def _statements(line: str) -> Iterator[str]:
    """Split `export A=1 B=2` into its assignments; other lines stay whole."""
    words = line.split()
    if len(words) > 2 and words[0] == "export" and not re.search(r"['\"#;]", line) and all("=" in word for word in words[1:]):
        yield from words[1:]
    else:
        yield line


def jsonc(text: str) -> str:
    """Turn JSON with comments and trailing commas into plain JSON text, in time linear in its length."""
    # Comments go first: one may stand between a trailing comma and the bracket that makes it trailing.
    return _replaced(_replaced(text, _COMMENT_MARKS), _COMMA_MARKS)


def _replaced(text: str, marks: re.Pattern[str]) -> str:
    kept: list[str] = []
    at = 0
    while match := marks.search(text, at):
        start = match.start()
        kept.append(text[at:start])
        at, piece = _json_piece(text, start)
        kept.append(piece)
    return "".join([*kept, text[at:]])


def _json_piece(text: str, start: int) -> tuple[int, str]:
    """Return where the string, comment or comma at `start` ends and what stays of it."""
    if text[start] == '"':
        end = _string_end(text, start)
        return end, text[start:end]
    if text.startswith("//", start):
        end = text.find("\n", start)
        return (len(text) if end < 0 else end), ""
    if text.startswith("/*", start):
        end = text.find("*/", start + 2)
        return (len(text) if end < 0 else end + 2), ""
    if text[start] == ",":
        following = text[start + 1 : start + 400].lstrip()
        return start + 1, "" if following[:1] in {"}", "]"} else ","
    return start + 1, text[start]


def _string_end(text: str, start: int) -> int:
    """Return the place after the closing quote of a JSON string; the end of the text if it is never closed."""
    end = text.find('"', start + 1)
    while end > 0:
        before = text[start + 1 : end]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return end + 1
        start, end = end, text.find('"', end + 1)
    return len(text)


def json_settings(text: str) -> object:
    """Return a JSON document, comments allowed; an empty file is an empty document, a broken one raises `UnreadableError`."""
    import json

    try:
        return json.loads(jsonc(text.removeprefix("\ufeff"))) if text.strip() else {}
    except (ValueError, RecursionError):
        raise UnreadableError("The file is not valid JSON, so nothing was taken from it.") from None


def toml_settings(text: str) -> object:
    """Return a TOML document; a broken one raises `UnreadableError`."""
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("The file is not valid TOML, so nothing was taken from it.") from None


def yaml_pairs(text: str) -> list[tuple[str, str]]:
    """Read the plain part of a YAML file as (key path, value): nested keys joined by dots, list items under their key."""
    rows: list[tuple[str, str]] = []
    stack: list[tuple[int, str]] = []
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip())
        is_item = bare.startswith("- ")
        while stack and (stack[-1][0] > depth or (stack[-1][0] == depth and not is_item)):
            stack.pop()
        key, value = _yaml_line(bare[2:].strip() if is_item else bare)
        path = [name for _, name in stack[-8:]]
        if key:
            path.append(key)
            stack.append((depth + 2 if is_item else depth, key))
        if value:
            rows.append((".".join(path), value))
    return rows


def _yaml_line(body: str) -> tuple[str, str]:
    """Split a line into key and value; a list item without a key has an empty one."""
    if body.endswith(":"):
        return unquote(body[:-1]), ""
    key, colon, value = body.partition(": ")
    return (unquote(key), unquote(value)) if colon else ("", unquote(body))


def between(text: str, start: str, end: str) -> Iterator[str]:
    """Yield every text between two marks, in time linear in the length of the text."""
    at = text.find(start)
    while at >= 0:
        stop = text.find(end, at + len(start))
        if stop < 0:
            return
        yield text[at + len(start) : stop]
        at = text.find(start, stop + len(end))


def without_comments(text: str) -> str:
    """Return XML text without its comments."""
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def xml_text(block: str, tag: str) -> str:
    """Return the text of the first plain `<tag>` element, XML's own entities resolved."""
    text = next(between(block, f"<{tag}>", f"</{tag}>"), "").strip()
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def gvariant_texts(text: str) -> list[str]:
    """Return the quoted texts of a GVariant value as `gsettings` prints it: `'x'`, `['a', 'b']`, `[('xkb', 'us')]`."""
    return [re.sub(r"\\(.)", r"\1", match[1] or match[2] or "") for match in _QUOTED.finditer(text[:20_000])]


def gvariant_value(text: str) -> str:
    """Return a single GVariant value as plain text: quotes and a type prefix such as `uint32` dropped."""
    bare = text.strip()
    if bare[:1] in {"'", '"'}:
        return next(iter(gvariant_texts(bare)), "")
    head, blank, tail = bare.partition(" ")
    return tail if blank and (head.startswith(("uint", "int", "@")) or head in {"byte", "double"}) else bare


def gsettings_rows(text: str) -> dict[tuple[str, str], str]:
    """Read `gsettings list-recursively`: {(schema, key): GVariant text}."""
    rows: dict[tuple[str, str], str] = {}
    for line in text.splitlines():
        parts = line.split(None, 2)
        if len(parts) == 3:
            rows[parts[0], parts[1]] = parts[2].strip()
    return rows


def mac_list(text: str) -> list[str]:
    """Read what `defaults read` prints for a value or a list of values (old-style property list)."""
    lines = (line.strip().removesuffix(",").removesuffix(";") for line in text.splitlines())
    items = (line.strip('"') for line in lines if line not in {"(", ")", "{", "}"} and " = " not in line)
    return [item for item in items if item]


def mac_records(text: str) -> list[dict[str, str]]:
    """Read what `defaults read` prints for a list of dictionaries."""
    records: list[dict[str, str]] = []
    for block in between(text, "{", "}"):
        record: dict[str, str] = {}
        for line in block.split(";"):
            key, equals, value = line.partition("=")
            if equals:
                record[key.strip().strip('"')] = value.strip().strip('"')
        records.append(record)
    return records


def texts_at(value: object, *keys: str) -> list[str]:
    """Walk into nested objects to a text or a list of texts."""
    last = member(value, *keys)
    if isinstance(last, list):
        return [item for item in last if isinstance(item, str)]
    return [last] if isinstance(last, str) else []

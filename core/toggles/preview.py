"""What a person sees before a change: the exact lines that differ, with other people's values masked."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.redact import MASK, visible
from core.toggles.edit_base import MISSING
from core.toggles.secretlike import holds_secret

if TYPE_CHECKING:
    from core.toggles.edit_base import Found
    from core.toggles.filechange import Edit
    from core.toggles.model import Change

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}|[0-9.]{1,12}|UTC|")
_COMMENT: Final = re.compile(r"\s(?:#|//|;)|$")
_SWITCH: Final = re.compile(r"true|false|null|yes|no|on|off|[0-9.]{1,6}")
_VALUE: Final = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'[^']*')(?P<named>\s*[:=])?"""
    r"""|(?P<joint>(?:(?<=[:=])|[:=])\s*|^\s*-\s+)(?P<bare>[^\s"',\[\]{}][^,\]}]*)"""
    r"""|(?P<comma>[\[,]\s*)(?P<item>[^\s"',\[\]{}:=][^"',\[\]{}:=]*)(?=[,\]}]|$)"""
)


@dataclass(frozen=True, slots=True)
class Ours:
    """What a change is about, and may be shown as it stands in the file: the setting's own name, the texts it is given."""

    name: str
    texts: tuple[str, ...] = ()

    def is_before(self, text: str) -> bool:
        """Return whether a text ends with the setting's own name and a colon or an equals sign."""
        name = re.escape(self.name)
        return bool(self.name and re.search(rf"""(?:"{name}"|'{name}'|(?<![\w-]){name})\s*[:=]\s*$""", text))


def ours_of(edit: Edit) -> Ours:
    """Return what of an edit may be shown: its names and its value come from the catalogue and say nothing of this machine."""
    lines = [line.strip() for text in (*_texts_in(edit.value), *edit.key) for line in text.splitlines()]
    return Ours(edit.key[-1], tuple(lines))


def _texts_in(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return tuple(text for item in inner for text in _texts_in(item))


def is_plain(text: str) -> bool:
    """Return whether a setting's value may be shown as it is: one plain word or number."""
    return bool(_WORD.fullmatch(text)) and not holds_secret(("value",), text)


def shown(value: Found) -> str | None:
    """Return a setting's value as it may be shown (None if it is not set): plain words and numbers, a mask for everything else."""
    if value is MISSING:
        return None
    if isinstance(value, str):
        return value if is_plain(value) else MASK
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return f"a group of {len(value)}" if isinstance(value, dict) else json.dumps(value)


def name_of(change: Change) -> str:
    """Return the setting's name, or the line, as it may be shown: without the home folder, which names the account."""
    home = str(Path.home())
    return visible(change.key if home == "/" else change.key.replace(home, "~"))


def entry_of(change: Change) -> str:
    """Return which entry of a list a change adds, as it may be shown; nothing where it is no entry of a list."""
    is_item = change.parameters.get("operation") == "append"
    if not is_item and change.kind != "ignore-entry":
        return ""
    text = str(json.loads(change.parameters.get("value", '""'))) if is_item else change.key
    return MASK if holds_secret(("entry",), text) else visible(text)


def diff(name: str, old: bytes | None, new: bytes | None, ours: Ours) -> str:
    """Return the lines taken out (-) and put in (+) with every value masked that is not `ours`, also of neighbours on the same line."""
    before, after = (_lines(data) for data in (old, new))
    head = [f"--- {name}" if old is not None else "--- (no file)", f"+++ {name}" if new is not None else "+++ (no file)"]
    body = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
    return "\n".join([*head, *(line[:1] + _masked(line[1:], ours) if line[:1] in "+-" else line for line in body)])


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()


def _masked(line: str, ours: Ours) -> str:
    """Return a line with the names of its settings, and of their values those of ours, of switches and of numbers."""
    kept = line if line.strip() in ours.texts else _VALUE.sub(lambda found: _shown_part(found, ours), line)
    return visible(kept.replace("\t", "    "))


def _shown_part(found: re.Match[str], ours: Ours) -> str:
    """Return a value as it may be shown; a quoted text in front of a colon is the name of a setting."""
    kind = next(name for name in ("quoted", "bare", "item") if found[name] is not None)
    text = found[kind][1:-1] if kind == "quoted" else found[kind].strip()
    value = text if kind == "quoted" else _COMMENT.split(text, 1)[0].strip()
    is_ours = ours.is_before(found.string[: found.start(kind)]) and is_plain(value)
    if not text or found["named"] or text in ours.texts or is_ours:
        return found.group()
    if kind == "quoted":
        return f'"{MASK}"'
    return (found["joint"] or found["comma"] or "") + (text if _SWITCH.fullmatch(text) else MASK)

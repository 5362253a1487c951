"""What a person sees before a change: the exact lines that differ, with other people's values masked."""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING, Final

from core.redact import MASK, visible
from core.toggles.edit_base import MISSING
from core.toggles.secretlike import holds_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.toggles.edit_base import Found

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}|[0-9.]{1,12}|UTC|")
_SWITCH: Final = re.compile(r"true|false|null|yes|no|on|off|[0-9.]{1,6}")
_QUOTED: Final = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'([^']*)')(\s*[:=])?""")
_BARE: Final = re.compile(r"""(?<=[:=])(\s*)([^\s"',\[\]{}][^,\]}]*)""")


def shown(value: Found) -> str | None:
    """Return a setting's value as it may be shown (None if it is not set): plain words and numbers, a mask for everything else."""
    if value is MISSING:
        return None
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) and not holds_secret(("value",), value) else MASK
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return f"a group of {len(value)}" if isinstance(value, dict) else json.dumps(value)


def diff(name: str, old: bytes | None, new: bytes | None, ours: Sequence[str]) -> str:
    """Return the lines taken out (-) and put in (+); values in lines that name nothing of `ours` are masked."""
    before, after = (_lines(data) for data in (old, new))
    head = [f"--- {name}" if old is not None else "--- (no file)", f"+++ {name}" if new is not None else "+++ (no file)"]
    body = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
    return "\n".join([*head, *(_masked(line, ours) if line[:1] in "+-" else line for line in body)])


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()


def _masked(line: str, ours: Sequence[str]) -> str:
    if any(text and text in line for text in ours):
        return line[:1] + visible(line[1:].replace("\t", "    "))
    line = _QUOTED.sub(_masked_text, line)
    return visible(_BARE.sub(lambda found: found.group(1) + _neutral(found.group(2).strip()), line).replace("\t", "    "))


def _masked_text(found: re.Match[str]) -> str:
    """Return a quoted text as it may be shown; one in front of a colon is the name of a setting."""
    if found.group(3):
        return found.group()
    return f'"{MASK}"' if found.group(1) or found.group(2) else found.group()


def _neutral(text: str) -> str:
    return text if _SWITCH.fullmatch(text) else MASK

"""Does a value look like a key or password? Such values never enter the journal, a preview or an export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.probes import _secret_kinds as kinds

if TYPE_CHECKING:
    from core.toggles.edit_base import Found, Key

_NAME_JOINTS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[.\-\s]+")
_DENSE: Final = re.compile(r"[A-Za-z0-9+/_=-]{32,}")


def holds_secret(key: Key, value: Found) -> bool:
    """Return whether the value at `key`, or anything inside it, looks like a secret, by its name or by its own look."""
    if isinstance(value, dict):
        return any(holds_secret((*key, name), inner) for name, inner in value.items())
    if isinstance(value, list):
        return any(holds_secret(key, inner) for inner in value)
    if not isinstance(value, str):
        return False
    return kinds.classify(_as_variable(key), value) is not None or any(map(_looks_random, value.split()))


def _as_variable(key: Key) -> str:
    """Return the last name of a key as a variable would be called: `apiKey` becomes `API_KEY`."""
    return _NAME_JOINTS.sub("_", key[-1]).upper() if key else ""


def _looks_random(word: str) -> bool:
    """Return whether one word is long and mixes letters and digits as keys do; paths and addresses have other characters too."""
    found = _DENSE.search(word)
    if found is None or word.startswith(("/", "~", "./")) or "://" in word:
        return bool(kinds.has_credentials(word))
    text = found.group()
    return sum(ch.isdigit() for ch in text) >= 4 and sum(ch.isalpha() for ch in text) >= 8 and len(set(text)) >= 12

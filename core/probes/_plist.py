"""Property lists of macOS, XML or binary; anything broken counts as empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import UnreadableError
from core.probes._ask import LARGE
from core.probes._parse import member

if TYPE_CHECKING:
    from core.host.base import Host


def parse(data: bytes) -> object:
    """Return the property list's content, None if it is none."""
    import plistlib  # slow to import (expat); only macOS and recorded machines need it

    try:
        return plistlib.loads(data)
    except Exception:  # noqa: BLE001  plistlib raises a dozen unrelated types on broken input
        return None


def load(host: Host, path: str, limit: int = LARGE) -> object:
    """Read a property list through a host; raise `UnreadableError` if the file is none."""
    content = parse(host.read(path, limit))
    if content is None:
        raise UnreadableError("The property list is broken.")
    return content


def text_in(content: object, *keys: str) -> str:
    """Walk to a value and return it as text; an empty text for anything but text, numbers and truth values."""
    value = member(content, *keys)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, (str, int, float)) else ""

"""Texts between the operating system and us: undecodable bytes, and places as an error may name them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_OPEN_TOPS: Final = frozenset("bin boot dev etc lib lib64 proc run sbin sys usr var Library System Applications private".split())
_DEEPER: Final = frozenset(
    {(".config",), (".local", "share"), ("Library", "Application Support"), ("AppData", "Roaming"), ("AppData", "Local")}
)
_NAMED_BY_USER: Final = frozenset({"users", "mail", "linger", "crontabs", "faillock"})  # entries there carry a user's name
_HOME_TOPS: Final = frozenset({"Library", "AppData"})


def clean(text: str) -> str:
    """Return text whose undecodable bytes (kept by Python as lone surrogates) are replaced, so that it can be shown and compared."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if _has_only_escapes(text) else _replaced(text)


def _has_only_escapes(text: str) -> bool:
    return not any("\ud800" <= ch <= "\udc7f" or "\udd00" <= ch <= "\udfff" for ch in text)


def _replaced(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= ch <= "\udfff" else ch for ch in text)


def parse_environ(block: bytes) -> dict[str, str]:
    """Return the environment in a NUL-separated block as the kernel hands it out; the first of two equal names wins, as in libc."""
    found: dict[str, str] = {}
    for item in block.split(b"\0"):
        name, equals, value = item.partition(b"=")
        if equals and name:
            found.setdefault(name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
    return found


@lru_cache(maxsize=2048)
def shown(path: str, home: str = "") -> str:
    """Name a path in an error: well-known places as they are, `~/...` under the home folder, nothing that tells a project or person."""
    flat = path.replace("\\", "/")
    base = home.replace("\\", "/").rstrip("/")
    if base and (flat == base or flat.startswith(base + "/")):
        flat = "~" + flat[len(base) :]
    if flat == "~":
        return "~"
    if flat.startswith("~/"):
        return _shown_in_home(flat[2:])
    parts = [part for part in flat.split("/") if part]
    if flat.startswith("/") and parts and parts[0] in _OPEN_TOPS and (parts[0] != "run" or "media" not in parts):
        named = next((at for at, part in enumerate(parts) if part in _NAMED_BY_USER), len(parts))
        return _plain("/" + "/".join([*parts[: named + 1], "..."]) if named + 1 < len(parts) else flat)
    if len(parts) > 1 and parts[1].lower() == "windows" and parts[0][1:] == ":":
        return _plain(flat)
    return f"/{parts[0]}/..." if flat.startswith("/") and len(parts) > 1 and _is_plain(parts[0]) else "A place outside the system's folders"


def _shown_in_home(rest: str) -> str:
    parts = [part for part in rest.split("/") if part]
    if not parts or not (parts[0].startswith(".") or parts[0] in _HOME_TOPS):
        return "~/..."
    keep = 2
    for deeper in _DEEPER:
        if tuple(parts[: len(deeper)]) == deeper:
            keep = len(deeper) + 2
    kept = "/".join(parts[:keep])
    return _plain(f"~/{kept}" + ("/..." if len(parts) > keep else ""))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) < 200


def _plain(text: str) -> str:
    return text if _is_plain(text) else "A place with an unusual name"

r"""The questions that differ by system, as Windows answers them (written from documented interfaces, not run on Windows)."""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from core.errors import NotAllowedError, NotThereError, UnreadableError
from core.host.base import Account, Uname
from core.host.portable import battery, boot_time, connections, interfaces, logged_in, memory_bytes, mounts, parents, process_env, processes
from core.host.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOTS: Final = {
    "HKCU": "HKEY_CURRENT_USER",
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKU": "HKEY_USERS",
    "HKCR": "HKEY_CLASSES_ROOT",
}
_MAX_ROWS: Final = 10_000

__all__ = [
    "account",
    "account_home",
    "battery",
    "boot_time",
    "connections",
    "interfaces",
    "logged_in",
    "memory_bytes",
    "mounts",
    "parents",
    "process_env",
    "processes",
    "registry",
    "registry_keys",
    "registry_names",
    "uname",
]


def uname() -> Uname:
    """Return the kernel's description."""
    info = platform.uname()
    return Uname(info.system, clean(info.node), info.release, info.version, info.machine)


def account() -> Account:
    """Return this process's account; Windows has no numbers like uid, and the full name lies in the registry or a directory."""
    name = os.environ.get("USERNAME", "")
    if not name:
        raise NotThereError("This session does not tell its user's name.")
    return Account(uid=0, gid=0, name=clean(name), home=clean(os.environ.get("USERPROFILE", "")))


def account_home(_uid: int = 0) -> str:
    """Return the home folder from HOMEDRIVE and HOMEPATH, where USERPROFILE is missing."""
    home = os.environ.get("HOMEDRIVE", "") + os.environ.get("HOMEPATH", "")
    if not home:
        raise NotThereError("This user has no home folder.")
    return clean(home)


@contextmanager
def _opened(key: str) -> Iterator[tuple[Any, Any]]:
    """Open a registry key for reading (the 64-bit view, as most programs see it) and translate errors."""
    import winreg

    registry_api: Any = winreg
    top, _, rest = key.partition("\\")
    root = getattr(registry_api, _ROOTS.get(top.upper(), top.upper()), None)
    if root is None:
        raise UnreadableError("This is not a registry key.")
    try:
        with registry_api.OpenKey(root, rest, 0, registry_api.KEY_READ | registry_api.KEY_WOW64_64KEY) as handle:
            yield registry_api, handle
    except FileNotFoundError:
        raise NotThereError("This registry key or value is not there.") from None
    except PermissionError:
        raise NotAllowedError("This registry key may not be read by this user.") from None
    except OSError:
        raise UnreadableError("This registry key could not be read.") from None


def registry(key: str, name: str) -> str | int | bytes:
    """Return one registry value; a list of texts becomes lines."""
    with _opened(key) as (api, handle):
        value, _kind = api.QueryValueEx(handle, name)
    if isinstance(value, list):
        return "\n".join(clean(str(item)) for item in value)
    return value if isinstance(value, int | bytes) else clean(str(value or ""))


def registry_names(key: str) -> tuple[str, ...]:
    """Return the value names under a key."""
    with _opened(key) as (api, handle):
        count = api.QueryInfoKey(handle)[1]
        return tuple(sorted(api.EnumValue(handle, index)[0] for index in range(min(count, _MAX_ROWS))))


def registry_keys(key: str) -> tuple[str, ...]:
    """Return the subkeys of a key."""
    with _opened(key) as (api, handle):
        count = api.QueryInfoKey(handle)[0]
        return tuple(sorted(api.EnumKey(handle, index) for index in range(min(count, _MAX_ROWS))))

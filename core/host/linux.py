"""The questions that differ by system, as Linux answers them: mostly `/proc` and `/sys`, read directly because that is faster."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError
from core.host.base import Battery, Connection, Interface, LoggedIn, Mount, Process
from core.host.files import entries, read_regular
from core.host.posix import account, account_home, no_registry, uname
from core.host.text import parse_environ

if TYPE_CHECKING:
    from collections.abc import Mapping

_BIG: Final = 4 << 20
_POWER: Final = "/sys/class/power_supply"
_OCTAL: Final = re.compile(r"\\([0-7]{3})")

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
    "parse_mounts",
    "process_env",
    "processes",
    "registry",
    "registry_keys",
    "registry_names",
    "uname",
]


def interfaces() -> tuple[Interface, ...]:
    """Return the network interfaces."""
    from core.host import netdev

    return netdev.interfaces()


def logged_in() -> tuple[LoggedIn, ...]:
    """Return the login sessions."""
    from core.host import logins

    return logins.logged_in(os.uname().machine)


def connections(*, owners: bool = True) -> tuple[Connection, ...]:
    """Return the sockets this process can see, with their owner where it may be known."""
    from core.host import sockets

    return sockets.connections(sockets.OWN_TABLES, sockets.OWNERS if owners else None)


def mounts() -> tuple[Mount, ...]:
    """Return the mounted file systems."""
    return parse_mounts(read_regular("/proc/self/mounts", _BIG))


def parse_mounts(data: bytes) -> tuple[Mount, ...]:
    """Return the mounts in a `/proc/PID/mounts` table (blanks in it are octal escapes)."""
    rows = (line.split(" ") for line in data.decode("utf-8", "replace").splitlines())
    return tuple(Mount(_unescape(row[0]), _unescape(row[1]), row[2]) for row in rows if len(row) >= 3)


def _unescape(text: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), text)


def battery() -> Battery:
    """Return the first system battery's charge."""
    for name in _supplies():
        place = f"{_POWER}/{name}"
        if _word(f"{place}/type") == "Battery" and _word(f"{place}/scope") != "Device":
            charge = _word(f"{place}/capacity")
            if charge.isdigit():
                return Battery(min(100.0, float(charge)), _word(f"{place}/status") in {"Charging", "Full", "Not charging"})
    raise NotThereError("This computer has no battery.")


def _supplies() -> tuple[str, ...]:
    try:
        return entries(_POWER, 64)
    except NotThereError:
        return ()


def _word(path: str) -> str:
    try:
        return read_regular(path, 4096).decode("ascii", "replace").strip()
    except HostError:
        return ""


def memory_bytes() -> int:
    """Return the installed memory."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def boot_time() -> float:
    """Return when the machine started."""
    from core.host import procfs

    return procfs.boot_time()


def processes() -> tuple[Process, ...]:
    """Return the running programs this process can see."""
    from core.host import procfs

    return procfs.TABLE.all()


def parents() -> tuple[Process, ...]:
    """Return the chain of programs that started this one, nearest first."""
    from core.host import procfs

    return procfs.TABLE.parents(os.getpid())


def process_env(pid: int) -> Mapping[str, str]:
    """Return the environment another process was started with."""
    return parse_environ(read_regular(f"/proc/{pid:d}/environ", _BIG))


registry = no_registry
registry_names = no_registry
registry_keys = no_registry

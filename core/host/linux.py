"""The questions that differ by system, as Linux answers them: mostly `/proc` and `/sys`, read directly because that is faster."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotSupportedError, NotThereError, UnreadableError
from core.host import sockets
from core.host.base import Account, Battery, Connection, Interface, LoggedIn, Mount, Process, Uname
from core.host.files import entries, read_regular
from core.host.posix import account_of, interfaces_of_psutil, logged_in_of_psutil
from core.host.text import clean, parse_environ

if TYPE_CHECKING:
    from collections.abc import Mapping

_BIG: Final = 4 << 20
_POWER: Final = "/sys/class/power_supply"
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def uname() -> Uname:
    """Return the kernel's description."""
    info = os.uname()
    return Uname(info.sysname, clean(info.nodename), info.release, info.version, info.machine)


def account() -> Account:
    """Return this process's account."""
    return account_of(os.getuid(), os.getgid(), os.getgroups())


def interfaces() -> tuple[Interface, ...]:
    """Return the network interfaces."""
    return interfaces_of_psutil()


def logged_in() -> tuple[LoggedIn, ...]:
    """Return the login sessions."""
    return logged_in_of_psutil()


def connections() -> tuple[Connection, ...]:
    """Return the sockets this process can see, with their owner where it may be known."""
    return sockets.connections("/proc/self/net", sockets.OWNERS)


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


@cache
def boot_time() -> float:
    """Return when the machine started."""
    for line in read_regular("/proc/stat", _BIG).split(b"\n"):
        if line.startswith(b"btime "):
            return float(line[6:])
    raise UnreadableError("/proc/stat does not say when the computer started.")


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


def registry(_key: str, _name: str) -> str | int | bytes:
    """Refuse: only Windows has a registry."""
    raise NotSupportedError("Only Windows has a registry.")


def registry_names(_key: str) -> tuple[str, ...]:
    """Refuse: only Windows has a registry."""
    raise NotSupportedError("Only Windows has a registry.")


def registry_keys(_key: str) -> tuple[str, ...]:
    """Refuse: only Windows has a registry."""
    raise NotSupportedError("Only Windows has a registry.")

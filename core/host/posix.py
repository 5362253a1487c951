"""What Linux and macOS answer alike: the account database, and what psutil knows of interfaces and logins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.host.base import Account, Interface, LoggedIn
from core.host.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_MAC: Final = frozenset({"", "00:00:00:00:00:00"})


def account_of(uid: int, gid: int, groups: Iterable[int]) -> Account:
    """Return a user's entry in the account database."""
    import pwd

    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise NotThereError("This user has no entry in the account database.") from None
    names = tuple(dict.fromkeys(group_name(number) for number in (gid, *groups)))
    return Account(uid, gid, clean(entry.pw_name), full_name(entry.pw_gecos), clean(entry.pw_dir), clean(entry.pw_shell), names)


def full_name(gecos: str) -> str:
    """Return the name in an account's comment field (what follows a comma is office and telephone)."""
    return clean(gecos.partition(",")[0].strip())


def group_name(gid: int) -> str:
    """Return a group's name, or its number where it has none."""
    import grp

    try:
        return clean(grp.getgrgid(gid).gr_name)
    except KeyError:
        return str(gid)


def account_home(uid: int) -> str:
    """Return the home folder in the account database."""
    import pwd

    try:
        home = pwd.getpwuid(uid).pw_dir
    except KeyError:
        home = ""
    if not home:
        raise NotThereError("This user has no home folder.")
    return home


def interfaces_of_psutil() -> tuple[Interface, ...]:
    """Return the network interfaces."""
    import psutil

    up = psutil.net_if_stats()
    return tuple(_interface(name, psutil, rows, is_up=name in up and up[name].isup) for name, rows in sorted(psutil.net_if_addrs().items()))


def _interface(name: str, psutil: object, rows: Iterable[object], *, is_up: bool) -> Interface:
    hardware = getattr(psutil, "AF_LINK", None)
    macs = [str(getattr(row, "address", "")) for row in rows if getattr(row, "family", None) == hardware]
    addresses = tuple(str(getattr(row, "address", "")).partition("%")[0] for row in rows if getattr(row, "family", None) != hardware)
    mac = next((item.replace("-", ":").lower() for item in macs if item not in _NO_MAC), "")
    return Interface(clean(name), is_up, "" if mac in _NO_MAC else mac, addresses)


def logged_in_of_psutil() -> tuple[LoggedIn, ...]:
    """Return the login sessions."""
    import psutil

    return tuple(LoggedIn(clean(row.name), clean(row.terminal or ""), clean(row.host or ""), row.started) for row in psutil.users())

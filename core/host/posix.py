"""What Linux and macOS answer alike: the kernel's names, the account database, and that there is no registry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

from core.errors import NotSupportedError, NotThereError
from core.host.base import Account, Uname
from core.host.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable


def uname() -> Uname:
    """Return the kernel's description."""
    info = os.uname()
    return Uname(info.sysname, clean(info.nodename), info.release, info.version, info.machine)


def account() -> Account:
    """Return this process's account."""
    return account_of(os.getuid(), os.getgid(), os.getgroups())


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


def no_registry(*_question: str) -> NoReturn:
    """Refuse: only Windows has a registry."""
    raise NotSupportedError("Only Windows has a registry.")

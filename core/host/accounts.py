"""Another root's account files, and the user numbers inside a user namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.host.base import Account

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOBODY: Final = 65534


def status_numbers(status: str, label: str) -> tuple[int, ...]:
    """Return the numbers of one line (`Uid`, `Gid`, `Groups`, `NSpid`) of a `/proc/PID/status` text."""
    for line in status.splitlines():
        name, colon, rest = line.partition(":")
        if colon and name == label:
            return tuple(int(cell) for cell in rest.split() if cell.isdigit())
    return ()


def inside_number(outside: int, id_map: str) -> int:
    """Return the number a user or group has inside a user namespace (`/proc/PID/uid_map`); an unmapped one is nobody."""
    for line in id_map.splitlines():
        cells = line.split()
        if len(cells) == 3 and all(cell.isdigit() for cell in cells):
            first, start, count = (int(cell) for cell in cells)
            if start <= outside < start + count:
                return first + outside - start
    return _NOBODY


def account_in(uid: int, gid: int, groups: Sequence[int], passwd: str, group: str) -> Account:
    """Return the account with a number as the files `passwd` and `group` of some root describe it."""
    names = {int(row[2]): row[0] for row in _rows(group, 3) if row[2].isdigit()}
    listed = tuple(names.get(number, str(number)) for number in dict.fromkeys((gid, *groups)))
    for row in _rows(passwd, 7):
        if row[2] == str(uid):
            return Account(uid, gid, row[0], row[4].partition(",")[0].strip(), row[5], row[6], listed)
    raise NotThereError("This user has no entry in the account database.")


def name_in(uid: int, passwd: str) -> str:
    """Return the name of a user number in a `passwd` text, or the number."""
    return next((row[0] for row in _rows(passwd, 3) if row[2] == str(uid)), str(uid))


def _rows(text: str, least: int) -> list[list[str]]:
    rows = (line.split(":") for line in text.splitlines())
    return [row for row in rows if len(row) >= least]

"""Linux's login records (`utmp`), read directly where their layout is the common one."""

from __future__ import annotations

import struct
import sys
from typing import Final

from core.errors import NotThereError
from core.host.base import LoggedIn
from core.host.files import read_regular

_PLACE: Final = "/run/utmp"
_LIMIT: Final = 8 << 20
_RECORD: Final = struct.Struct("hi32s4s32s256shhiii4i20s")
_USER_PROCESS: Final = 7


def logged_in(machine: str) -> tuple[LoggedIn, ...]:
    """Return the login sessions; newer systems have no such file, which reads as nobody recorded."""
    try:
        data = read_regular(_PLACE, _LIMIT)
    except NotThereError:
        return ()
    if machine == "x86_64" and sys.byteorder == "little":
        return parse_utmp(data)
    from core.host import portable

    return portable.logged_in()


def parse_utmp(data: bytes) -> tuple[LoggedIn, ...]:
    """Return the user sessions in a login record file (384 bytes each, little-endian)."""
    whole = len(data) - len(data) % _RECORD.size
    rows = _RECORD.iter_unpack(data[:whole])
    return tuple(LoggedIn(_text(row[4]), _text(row[2]), _text(row[5]), float(row[9])) for row in rows if row[0] == _USER_PROCESS)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "replace")

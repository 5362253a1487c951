"""Who is on the other end of a connection on this computer: the kernel's table of sockets tells the user of each.

Standard library only: the inspector's process runs in an environment of its own.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Final

_TABLES: Final = {4: Path("/proc/net/tcp"), 16: Path("/proc/net/tcp6")}


def can_tell() -> bool:
    """Whether this system has the table."""
    return _TABLES[4].is_file()


def is_own(peer: tuple[str, int], here: tuple[str, int], tables: dict[int, Path] | None = None) -> bool:
    """Whether the program at `peer` that is connected to `here` belongs to the user of this process."""
    try:
        local, remote = cell(peer), cell(here)
    except OSError:
        return False
    table = (tables or _TABLES)[(len(local) - 5) // 2]
    try:
        lines = table.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return False
    for line in lines:
        cells = line.split()
        if len(cells) > 7 and cells[1] == local and cells[2] == remote:
            return cells[7] == str(os.getuid())
    return False


def cell(address: tuple[str, int]) -> str:
    """Return an address in the table's notation: 32-bit words in the machine's byte order, port in hexadecimal."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    data = socket.inet_pton(family, address[0])
    if sys.byteorder == "little":
        data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    return f"{data.hex().upper()}:{address[1]:04X}"

"""Who is at the other end of a local socket; used so that only the same user's Telltale can raise the window."""

from __future__ import annotations

import os
import socket
import struct
from typing import Final

_LINUX_CREDENTIALS: Final = struct.Struct("3i")


def is_same_user(descriptor: int) -> bool:
    """Return whether the peer of a connected local socket runs as this user; False where that is not known.

    Windows has no such question for pipes: there Qt's access rules of the pipe itself decide.
    """
    if os.name != "posix":
        return True
    try:
        handle = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return False
    with handle:
        return _peer_uid(handle) == os.getuid()


def _peer_uid(handle: socket.socket) -> int | None:
    try:
        if hasattr(socket, "SO_PEERCRED"):
            data = handle.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _LINUX_CREDENTIALS.size)
            return int(_LINUX_CREDENTIALS.unpack(data)[1])
        return _uid_from_xucred(handle.getsockopt(0, 1, 76))
    except OSError:
        return None


def _uid_from_xucred(data: bytes) -> int | None:
    """Read the uid from the BSD answer (LOCAL_PEERCRED): version, then uid; macOS documents it in sys/ucred.h."""
    return int(struct.unpack_from("2i", data)[1]) if len(data) >= 8 else None

"""A local socket in a private folder by which a later start of Telltale rings at the window that is open."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import Final

from core.host.peer import is_same_user

WAIT_S: Final = 0.4
_HEARD: Final = b"ok\n"
_MOST_BYTES: Final = 100  # a socket's path may be a little longer on Linux than on other systems


def has_doorbell(place: str) -> bool:
    """Return whether this system has such sockets and the path is short enough for one."""
    return os.name == "posix" and len(place.encode()) < _MOST_BYTES


def ring(place: str) -> bool:
    """Ask the window that listens there to come forward; False if nobody of this user answers within `WAIT_S` seconds."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(WAIT_S)
        caller.connect(place)
        if is_same_user(caller.fileno()):
            return bool(caller.recv(len(_HEARD)))  # calling is the ring; a word of ours, left unread, would cut the answer off
    return False


class Doorbell:
    """The listening end; a socket left over by a crash is replaced."""

    def __init__(self, place: str) -> None:
        """Listen at a path of this user's, mode 0600; OSError if that is not possible."""
        self._place = Path(place)
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._place.unlink(missing_ok=True)
            self._socket.bind(place)
            self._place.chmod(0o600)
            self._socket.listen()
            self._socket.setblocking(False)
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor to wait on until somebody rings."""
        return self._socket.fileno()

    def answer(self) -> bool:
        """Take one call; return whether it was this user's. Never waits."""
        with contextlib.suppress(OSError):
            caller, _ = self._socket.accept()
            with caller:
                if is_same_user(caller.fileno()):
                    caller.send(_HEARD)
                    return True
        return False

    def close(self) -> None:
        """Stop listening and take the socket away."""
        self._socket.close()
        with contextlib.suppress(OSError):
            self._place.unlink(missing_ok=True)

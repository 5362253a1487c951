"""The kernel's file notifications through libc: just the four calls needed, and the decoding of what they report."""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass
from functools import cache
from typing import Final

OPEN: Final = 0x020
CLOSE_WRITE: Final = 0x008
ATTRIB: Final = 0x004
MOVED_FROM: Final = 0x040
MOVED_TO: Final = 0x080
CREATE: Final = 0x100
DELETE: Final = 0x200
DELETE_SELF: Final = 0x400
MOVE_SELF: Final = 0x800
OVERFLOW: Final = 0x4000
IGNORED: Final = 0x8000
_ONLY_FOLDERS: Final = 0x0100_0000
INTEREST: Final = CLOSE_WRITE | ATTRIB | MOVED_FROM | MOVED_TO | CREATE | DELETE | DELETE_SELF | MOVE_SELF
STRUCTURE: Final = MOVED_FROM | MOVED_TO | CREATE | DELETE | DELETE_SELF | MOVE_SELF | OVERFLOW | IGNORED
_HEAD: Final = struct.Struct("iIII")
_NONBLOCK: Final = os.O_NONBLOCK
_CLOEXEC: Final = getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to `name` in the folder of `watch` (no name: to the folder itself)."""

    watch: int
    mask: int
    name: str


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


class Inotify:
    """One inotify instance; raises `OSError` where the system gives none."""

    def __init__(self) -> None:
        """Open the instance."""
        self.fd = _checked(_libc().inotify_init1(_NONBLOCK | _CLOEXEC))

    def add(self, folder: str) -> int:
        """Watch a folder and return the watch's number; the same folder gives the same number.

        Among device files only coming and going counts: every program writes to some of them all the time.
        """
        interest = STRUCTURE & INTEREST if folder == "/dev" or folder.startswith("/dev/") else INTEREST
        return _checked(_libc().inotify_add_watch(self.fd, os.fsencode(folder), ctypes.c_uint32(interest | _ONLY_FOLDERS)))

    def add_file(self, path: str) -> int:
        """Watch one file for being opened, through links; the kernel opens a program to start it."""
        return _checked(_libc().inotify_add_watch(self.fd, os.fsencode(path), ctypes.c_uint32(OPEN)))

    def remove(self, watch: int) -> None:
        """Stop watching; a watch that is gone already is fine."""
        _libc().inotify_rm_watch(self.fd, watch)

    def read(self) -> list[Event]:
        """Return what has happened since the last call; never waits."""
        try:
            return decode(os.read(self.fd, 1 << 16))
        except BlockingIOError:
            return []

    def close(self) -> None:
        """Close the instance and with it all watches."""
        os.close(self.fd)


def decode(data: bytes) -> list[Event]:
    """Decode the kernel's records; a cut-off tail is ignored."""
    events = []
    offset = 0
    while offset + _HEAD.size <= len(data):
        watch, mask, _cookie, length = _HEAD.unpack_from(data, offset)
        offset += _HEAD.size
        name = data[offset : offset + length].split(b"\0", 1)[0]
        offset += length
        events.append(Event(watch, mask, os.fsdecode(name)))
    return events


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer

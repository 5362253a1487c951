"""Recorded machines for probe tests. All values are invented.

macOS: written from the documented forms of `ioreg`, `profiles`, `dsconfigad` and property lists.
Windows: written from the documented names of registry values and the documented form of `whoami /fo csv`.
None of it was recorded on a real Mac or a real Windows computer.
"""

from __future__ import annotations

import base64
import plistlib
from typing import TYPE_CHECKING

from core.host.recorded import RecordedHost

if TYPE_CHECKING:
    from collections.abc import Mapping


def linux(**recorded: object) -> RecordedHost:
    """Return a recorded Linux machine with only what is given."""
    return RecordedHost(
        {"system": "linux", "home": "/home/mia", "cwd": "/home/mia/shop", "env": {}, "files": {}, **recorded}, "Mia Example"
    )


def macos(**recorded: object) -> RecordedHost:
    """Return a recorded Mac with only what is given."""
    return RecordedHost(
        {"system": "macos", "home": "/Users/mia", "cwd": "/Users/mia/shop", "env": {}, "files": {}, **recorded}, "Mia Example"
    )


def windows(**recorded: object) -> RecordedHost:
    """Return a recorded Windows computer with only what is given."""
    base = {"system": "windows", "home": r"C:\Users\mia", "cwd": r"C:\Users\mia\shop", "env": {}, "files": {}}
    return RecordedHost({**base, **recorded}, "Mia Example")


def encoded(data: bytes) -> str:
    """Return bytes in the form of a fixture's `bytes` table."""
    return base64.b64encode(data).decode()


def plist(content: Mapping[str, object], *, is_binary: bool = False) -> str:
    """Return a property list in the form of a fixture's `bytes` table."""
    return encoded(plistlib.dumps(content, fmt=plistlib.FMT_BINARY if is_binary else plistlib.FMT_XML))


def edid(name: str = "Studio 27", serial: str = "SN-1234567890") -> bytes:
    """Return a well-formed EDID block (VESA E-EDID 1.4, table 3.1) of an invented maker EXM, 2560 x 1440, 60 x 34 cm."""
    maker = (5 << 10 | 24 << 5 | 13).to_bytes(2, "big")
    head = b"\x00\xff\xff\xff\xff\xff\xff\x00" + maker + b"\x34\x12" + (77).to_bytes(4, "little") + bytes([10, 30, 1, 4, 0xB5, 60, 34])
    timing = bytes([0x56, 0x5E, 2560 & 0xFF, 0, (2560 >> 8) << 4, 1440 & 0xFF, 0, (1440 >> 8) << 4]) + bytes(10)
    texts = b"".join(b"\0\0\0" + bytes([tag, 0]) + text.encode()[:13].ljust(13, b"\n") for tag, text in ((0xFC, name), (0xFF, serial)))
    block = head.ljust(54, b"\0") + timing + texts
    return block.ljust(128, b"\0")


def smbios(system_serial: str = "SYS-0042", board_serial: str = "Default string") -> bytes:
    """Return the registry's SMBiosData (eight header bytes, then DSP0134 structures of types 1, 2, 3 and 127)."""

    def structure(kind: int, body: bytes, *texts: str) -> bytes:
        return bytes([kind, 4 + len(body), 0, 0]) + body + (b"\0".join(text.encode() for text in texts) or b"\0") + b"\0\0"

    number = bytes(range(16))
    table = structure(1, bytes([1, 2, 0, 3]) + number + bytes([6]), "Example", "Model 5", system_serial)
    table += structure(2, bytes([1, 2, 0, 3]), "Example", "Board", board_serial)
    table += structure(3, bytes([1, 3, 0, 2]), "Example", "CH-77") + structure(127, b"")
    return bytes([0, 3, 0, 0]) + len(table).to_bytes(4, "little") + table

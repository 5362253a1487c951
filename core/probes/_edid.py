"""EDID: the 128 bytes with which a screen describes itself (VESA E-EDID 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HEADER: Final = b"\x00\xff\xff\xff\xff\xff\xff\x00"
_NAME: Final = 0xFC
_SERIAL: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen's own description; empty texts and zeros where it says nothing."""

    maker: str
    model: str
    serial: str
    width: int = 0
    height: int = 0
    wide_cm: int = 0
    high_cm: int = 0
    made_in: int = 0

    @property
    def label(self) -> str:
        """Maker, model, native resolution and size in one line."""
        size = f"{self.width} x {self.height}" if self.width and self.height else ""
        centimetres = f"{self.wide_cm} x {self.high_cm} cm" if self.wide_cm and self.high_cm else ""
        return " ".join(part for part in (self.maker, self.model, size, centimetres) if part)


def parse(data: bytes) -> Screen | None:
    """Read the first block; None if it is no EDID (a wrong checksum is forgiven, as drivers do)."""
    if len(data) < 128 or not data.startswith(_HEADER):
        return None
    letters = int.from_bytes(data[8:10], "big")
    maker = "".join(chr(64 + (letters >> shift & 31)) for shift in (10, 5, 0))
    number = int.from_bytes(data[12:16], "little")
    texts = _texts(data)
    width, height = _native(data)
    return Screen(
        maker=maker if maker.isalpha() else "",
        model=texts.get(_NAME) or f"{int.from_bytes(data[10:12], 'little'):04X}",
        serial=texts.get(_SERIAL) or (str(number) if number not in {0, 0x01010101, 0xFFFFFFFF} else ""),
        width=width,
        height=height,
        wide_cm=data[21],
        high_cm=data[22],
        made_in=1990 + data[17] if data[17] else 0,
    )


def from_hex(text: str) -> Screen | None:
    """Read an EDID printed as hexadecimal."""
    try:
        return parse(bytes.fromhex(text))
    except ValueError:
        return None


def _texts(data: bytes) -> dict[int, str]:
    """Return the text descriptors (name 0xFC, serial 0xFF) of the four 18-byte blocks."""
    out: dict[int, str] = {}
    for start in range(54, 126, 18):
        block = data[start : start + 18]
        if block[:3] == b"\0\0\0" and block[3] in {_NAME, _SERIAL}:
            text = block[5:18].split(b"\n")[0].decode("ascii", "replace").strip()
            out.setdefault(block[3], text)
    return out


def _native(data: bytes) -> tuple[int, int]:
    """Return the resolution of the first detailed timing, zeros if the block is none."""
    block = data[54:72]
    if block[:2] == b"\0\0":
        return 0, 0
    return block[2] | (block[4] & 0xF0) << 4, block[5] | (block[7] & 0xF0) << 4

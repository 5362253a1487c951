"""SMBIOS: the firmware's table of maker, model and serial numbers (DMTF DSP0134), as Windows keeps it in the registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SYSTEM, _BOARD, _CHASSIS, _END = 1, 2, 3, 127
_WINDOWS_HEADER: Final = 8
_PLACEHOLDERS: Final = frozenset(
    {
        "",
        "none",
        "n/a",
        "na",
        "default string",
        "to be filled by o.e.m.",
        "not specified",
        "not available",
        "not applicable",
        "system serial number",
        "unknown",
        "0",
    }
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The identifying numbers of a machine; empty texts where the maker gave none."""

    system_serial: str = ""
    system_uuid: str = ""
    board_serial: str = ""
    chassis_serial: str = ""


def is_placeholder(text: str) -> bool:
    """Return whether a maker left a default text instead of a number or name."""
    return text.strip().lower() in _PLACEHOLDERS


def parse(table: bytes) -> Numbers:
    """Read a raw table, with or without the eight bytes that Windows puts before it."""
    return _read(table[_WINDOWS_HEADER:] if _has_windows_header(table) else table)


def _has_windows_header(table: bytes) -> bool:
    return len(table) > _WINDOWS_HEADER and int.from_bytes(table[4:8], "little") == len(table) - _WINDOWS_HEADER


def _read(table: bytes) -> Numbers:
    texts: dict[int, str] = {}
    machine = ""
    at = 0
    while at + 4 <= len(table):
        kind, length = table[at], table[at + 1]
        body = table[at : at + length]
        if length < 4 or kind == _END:
            break
        strings, at = _strings(table, at + length)
        if kind in {_SYSTEM, _BOARD, _CHASSIS} and len(body) > 7:
            index = body[7]
            texts.setdefault(kind, strings[index - 1] if 0 < index <= len(strings) else "")
        if kind == _SYSTEM and len(body) >= 24 and not machine:
            machine = _uuid(body[8:24])
    clean = {kind: "" if is_placeholder(text) else text for kind, text in texts.items()}
    return Numbers(clean.get(_SYSTEM, ""), machine, clean.get(_BOARD, ""), clean.get(_CHASSIS, ""))


def _strings(table: bytes, at: int) -> tuple[list[str], int]:
    """Return the texts after a structure and where the next structure begins."""
    end = table.find(b"\0\0", at)
    if end < 0:
        return [], len(table)
    return [part.decode("ascii", "replace").strip() for part in table[at:end].split(b"\0")], end + 2


def _uuid(data: bytes) -> str:
    if data in {b"\0" * 16, b"\xff" * 16}:
        return ""
    from uuid import UUID  # few readers are allowed to come this far, and the import costs as much as ten probes

    return str(UUID(bytes_le=data))

"""The protobuf wire format (OpenTelemetry, gRPC) without a schema: which texts stand in which numbered field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST: Final = 24
_LONGEST_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a message: its field numbers from the outside in (a named attribute in brackets), and whether it was bytes.

    Short bytes are told as hexadecimal text, longer ones as they are (`data`).
    """

    path: str
    text: str
    is_bytes: bool = False
    data: bytes = b""


def is_message(data: bytes) -> bool:
    """Whether the bytes read as a message from the first to the last byte."""
    return bool(data) and _fields(data) is not None


def entries(data: bytes) -> Iterator[Entry]:
    """Yield every text in a message, and short bytes as hexadecimal text; nothing if it is no message."""
    yield from _walk(data, "", 0)


def frames(data: bytes) -> list[bytes]:
    """Split a gRPC body into its messages; an empty list if it is none."""
    out, at = [], 0
    while at + 5 <= len(data) and data[at] in {0, 1}:
        size = int.from_bytes(data[at + 1 : at + 5], "big")
        if at + 5 + size > len(data):
            return []
        out.append(data[at + 5 : at + 5 + size])
        at += 5 + size
    return out if at == len(data) else []


def _walk(data: bytes, path: str, depth: int) -> Iterator[Entry]:
    fields = _fields(data)
    if fields is None or depth > _DEEPEST:
        return
    name = _attribute(fields)
    for number, chunk in fields:
        here = f"{path}[{name}]" if name and number == 2 else f"{path}.{number}" if path else str(number)
        text = _text(chunk)
        is_inner = (text is None or not text.isprintable()) and is_message(chunk)  # a line break is also the mark of field 1
        if is_inner and depth < _DEEPEST:
            yield from _walk(chunk, here, depth + 1)
        elif text is not None:
            yield Entry(here, text)
        elif len(chunk) <= _LONGEST_BYTES:
            yield Entry(here, chunk.hex(), is_bytes=True)
        else:
            yield Entry(here, "", is_bytes=True, data=chunk)


def _attribute(fields: list[tuple[int, bytes]]) -> str:
    """Return the name of a key and value pair as OpenTelemetry writes it: field 1 the name, field 2 the value."""
    if [number for number, _ in fields] != [1, 2]:
        return ""
    name = _text(fields[0][1]) or ""
    return name if name.isascii() and name.replace(".", "").replace("_", "").isalnum() and is_message(fields[1][1]) else ""


def _text(chunk: bytes) -> str | None:
    """Return a chunk as text if it is readable UTF-8 (an empty chunk is none)."""
    try:
        text = chunk.decode("utf-8")
    except UnicodeDecodeError:
        return None
    strange = sum(1 for ch in text[:200] if ch < " " and ch not in "\t\r\n")
    return text if text and not strange else None


def _fields(data: bytes) -> list[tuple[int, bytes]] | None:
    """Return the length-delimited fields of a message; None if the bytes are no message."""
    out: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        number, kind = tag >> 3, tag & 7
        if not 0 < number < 2**29:
            return None
        if kind == 0:
            value, at = _number(data, at)
            if value < 0:
                return None
        elif kind in {1, 5}:
            at += 8 if kind == 1 else 4
        elif kind == 2:
            size, at = _number(data, at)
            if size < 0 or at + size > len(data):
                return None
            out.append((number, data[at : at + size]))
            at += size
        else:
            return None
        if at > len(data):
            return None
    return out


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a variable-length number; -1 if it is cut off or too long."""
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    return -1, at

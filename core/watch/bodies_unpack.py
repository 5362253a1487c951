"""Unpacking of compressed bodies within a limit, so that a small body cannot unfold into a large one."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST: Final = 32 * 1024 * 1024
_DEEPEST: Final = 4
_STEP: Final = 65_536
_BROTLI_STEP: Final = 16
_MAGIC: Final = ((b"\x1f\x8b\x08", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))


def unpack(body: bytes, encodings: str, largest: int = LARGEST) -> tuple[bytes, tuple[str, ...]]:
    """Undo the content encodings of a header value (`gzip, br`) and packing told by its first bytes; say what was not undone."""
    names = [name.strip().lower() for name in encodings.split(",") if name.strip()][::-1]
    faults: list[str] = []
    for name in names[:_DEEPEST]:
        if name == "identity":
            continue
        opened = _open(body, name, largest, faults)
        if opened is None:
            break
        body = opened
    for _ in range(_DEEPEST):
        name = packing(body)
        opened = _open(body, name, largest, faults) if name else None
        if opened is None:
            break
        body = opened
    return body, tuple(dict.fromkeys(faults))


def packing(body: bytes) -> str:
    """Return the packing that the first bytes tell, or an empty text."""
    return next((name for magic, name in _MAGIC if body.startswith(magic)), "")


def _open(body: bytes, name: str, largest: int, faults: list[str]) -> bytes | None:
    opener = _OPENERS.get(name)
    if opener is None:
        faults.append("The body is packed in a way that Telltale cannot open, so nothing inside it was looked at.")
        return None
    try:
        out, is_whole = opener(body, largest)
    except (OSError, ValueError, zlib.error, EOFError):
        faults.append(f"The body says it is packed with {name} but could not be opened, so it was looked at as it is.")
        return None
    if not is_whole:
        faults.append(f"Only the first {len(out):,} bytes of the unpacked body were looked at.")
    return out


def _zlib(body: bytes, largest: int, window: int) -> tuple[bytes, bool]:
    out = bytearray()
    rest = body
    while rest and len(out) < largest:
        machine = zlib.decompressobj(window)
        out += machine.decompress(rest, largest - len(out))
        if not machine.eof:
            return bytes(out), False
        rest = machine.unused_data
        if window != 31 or not rest.startswith(b"\x1f\x8b"):
            break  # only gzip may hold several members; other bytes behind the end are padding
    return bytes(out), not (rest.startswith(b"\x1f\x8b") and len(out) >= largest)


def _deflate(body: bytes, largest: int) -> tuple[bytes, bool]:
    """Open deflate, which some programs send with and some without its wrapper."""
    try:
        return _zlib(body, largest, 15)
    except zlib.error:
        return _zlib(body, largest, -15)


def _zstd(body: bytes, largest: int) -> tuple[bytes, bool]:
    import zstandard

    machine = zstandard.ZstdDecompressor(max_window_size=2**27)
    out = bytearray()
    try:
        with machine.stream_reader(body, read_across_frames=True) as reader:
            while len(out) < largest:
                piece = reader.read(min(_STEP, largest - len(out)))
                if not piece:
                    return bytes(out), True
                out += piece
            return bytes(out), not reader.read(1)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error


def _brotli(body: bytes, largest: int) -> tuple[bytes, bool]:
    """Feed brotli in steps that hold at most a few blocks, of 16 MB at most each, before the limit is looked at."""
    import brotli  # type: ignore[import-untyped]  # ships no types

    machine = brotli.Decompressor()
    out = bytearray()
    try:
        for start in range(0, len(body), _BROTLI_STEP):
            out += machine.process(body[start : start + _BROTLI_STEP])
            if len(out) > largest:
                return bytes(out[:largest]), False
    except brotli.error as error:
        raise ValueError(str(error)) from error
    return bytes(out), machine.is_finished()


_OPENERS: Final[dict[str, Callable[[bytes, int], tuple[bytes, bool]]]] = {
    "gzip": lambda body, largest: _zlib(body, largest, 31),
    "x-gzip": lambda body, largest: _zlib(body, largest, 31),
    "deflate": _deflate,
    "zstd": _zstd,
    "br": _brotli,
}

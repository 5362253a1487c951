"""The compiled catalogue: checked contents as one file in the user's cache folder, an entry of JSON in each line.

Line by line, because Python's reader of JSON lets no other thread run until its text is over: with one text for all tools, the
window stood still for some milliseconds.

It is used only if it was written by this version of Telltale from the same files (names, sizes, times of change and of
inode change, so that a reinstalled file never passes for the old one) and if its checksum fits; everything else about it
is never trusted. Where the folder is not writable, Telltale works the same, only slower.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from typing import TYPE_CHECKING, Any, Final, TypeVar

from core import paths
from core.catalogue.resources import CatalogueFile, list_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
FORMAT: Final = 2
_LARGEST: Final = 8_388_608
_HERE: Final = __file__.rpartition(os.sep)[0]


class CompiledCache:
    """One compiled kind of catalogue file (`signals`) in a cache folder."""

    __slots__ = ("_file", "_folder", "_key")

    def __init__(self, folder: Path, kind: str, files: tuple[CatalogueFile, ...]) -> None:
        """Name the cache file and what it must have been made from."""
        self._folder = folder
        self._file = folder / f"catalogue-{kind}.json"
        self._key = _key_of(files)

    def load(self, build: Callable[[list[dict[str, Any]]], T]) -> T | None:
        """Return what `build` makes of the cached contents, or None if there is nothing current and whole."""
        try:
            with self._file.open("rb") as stream:
                head = stream.readline(64).split()
                body = stream.read(_LARGEST)
            if len(head) != 2 or head[0] != self._key or int(head[1]) != zlib.crc32(body):
                return None
            contents = [json.loads(line) for line in body.splitlines()]
            return build(contents) if contents else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def store(self, contents: list[dict[str, Any]]) -> None:
        """Write the checked contents in one step (a reader sees the old file or the new one); do nothing where that fails."""
        body = "\n".join(json.dumps(entry, separators=(",", ":")) for entry in contents).encode("ascii")
        spare = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            paths.ensure_private(self._folder)
            handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(b"%b %d\n" % (self._key, zlib.crc32(body)) + body)
            spare.replace(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                spare.unlink(missing_ok=True)


def _key_of(files: tuple[CatalogueFile, ...]) -> bytes:
    """Digest of what the cache was made from: the catalogue's files and the code that checks them."""
    code = list_files(_HERE, ".py")
    stamp = repr((FORMAT, [(item.path, item.size, item.changed) for item in (*files, *code)])).encode()
    return b"%08x%08x" % (zlib.crc32(stamp), zlib.crc32(stamp[::-1]))

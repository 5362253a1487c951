"""Files of a catalogue folder: listing, reading and parsing them without trusting their size, kind or content."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.catalogue.words import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.catalogue.problem import Report

LARGEST: Final = 262_144


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """One file of the catalogue: its name below the catalogue folder, its path, and size and times that tell a changed one."""

    name: str
    path: str
    size: int
    changed: tuple[int, int]

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return self.name.rpartition("/")[2].removesuffix(".toml")


def list_files(folder: Path | str, ending: str = ".toml") -> tuple[CatalogueFile, ...]:
    """List the files of a catalogue folder by name; a folder that is not there or not readable has none."""
    try:
        with os.scandir(folder) as entries:
            found = [_file(entry) for entry in entries if entry.name.endswith(ending) and not entry.name.startswith(".")]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda item: item.name))


def _file(entry: os.DirEntry[str]) -> CatalogueFile:
    name = "/".join(entry.path.replace(os.sep, "/").rsplit("/", 2)[-2:])
    try:
        about = entry.stat()
    except OSError:
        return CatalogueFile(name, entry.path, -1, (0, 0))
    return CatalogueFile(name, entry.path, about.st_size, (about.st_mtime_ns, about.st_ctime_ns))


def parse(file: CatalogueFile, report: Report, *, ascii_only: bool = True) -> dict[str, Any]:
    """Read and parse one file; every fault becomes a problem, never an exception."""
    import tomllib  # needed only where the cache does not serve

    source = _read(file, report)
    if not source:
        return {}
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        report.add("", f"is not valid TOML ({_position(str(error))})")
        return {}
    except (RecursionError, ValueError):
        report.add("", "is not valid TOML (nested too deeply or a number too long)")
        return {}
    if ascii_only and not source.isascii():
        _name_unescaped(document, source, report)
    return document


def _position(message: str) -> str:
    """Keep only the position: the parser's own text repeats content, which may hold characters that act."""
    found = re.search(r"at (line \d+, column \d+|end of document)", message)
    return found.group(0) if found else "position unknown"


def _read(file: CatalogueFile, report: Report) -> str:
    try:
        content = _bytes_of(file.path)
    except OSError as error:
        report.add("", f"cannot be read ({type(error).__name__})")
        return ""
    if content is None:
        report.add("", "is not a regular file")
    elif len(content) > LARGEST:
        report.add("", f"is larger than {LARGEST // 1024} KB")
    elif not content.strip():
        report.add("", "is empty")
    else:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            report.add("", "is not UTF-8 text")
    return ""


def _bytes_of(path: str) -> bytes | None:
    """Return a regular file's bytes, a little more than allowed at most; None for anything else, without waiting for a pipe."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        pieces, size = [], 0
        while size <= LARGEST and (piece := os.read(handle, LARGEST + 1)):
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)


def _name_unescaped(document: dict[str, Any], source: str, report: Report) -> None:
    """Say which key spells out a non-ASCII character; comments count for the file as a whole."""
    before = len(report.problems)
    for key, text in _texts(document, ""):
        if unescaped(source, text):
            report.add(key, "holds a character outside ASCII that is not written as an escape")
    if len(report.problems) == before:
        report.add("", "holds a character outside ASCII in a comment or key")


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{key}[{index}]")

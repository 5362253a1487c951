"""Reading files without being hurt by them: no blocking, no devices, no surprise sizes; OS errors translated once."""

from __future__ import annotations

import errno
import os
import stat
import time
from itertools import islice
from typing import TYPE_CHECKING, Final

from core.errors import NotAllowedError, NotThereError, UnreadableError
from core.host.base import FileFacts
from core.host.text import shown

if TYPE_CHECKING:
    from types import TracebackType

_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESRCH, errno.ENXIO, errno.ENODEV})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_READ_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
)
_ALWAYS_NEW: Final = ("/proc", "/sys")
_SETTLED_S: Final = 2.0  # a folder changed just now may change again without a new time stamp
_MOST_LISTINGS: Final = 512
# Names in folders that have not changed since; only names are kept, never what is in files.
_LISTINGS: Final[dict[tuple[str, int], tuple[tuple[int, ...], tuple[str, ...]]]] = {}
_KINDS: Final = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


class translated:  # noqa: N801  reads as the statement it is; a class, because a generator costs three times as much here
    """Turn the operating system's errors about `path` into `HostError`s whose texts hold no raw values."""

    __slots__ = ("_home", "_path")

    def __init__(self, path: str, home: str = "") -> None:
        """Say which path the errors will be about."""
        self._path = path
        self._home = home

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
        """Raise the translated error in place of the system's."""
        if isinstance(error, OSError):
            raise _host_error(error, self._path, self._home) from None
        if isinstance(error, ValueError):
            raise UnreadableError("A path with characters that no file can have was not opened.") from None


def _host_error(error: OSError, path: str, home: str) -> NotThereError | NotAllowedError | UnreadableError:
    place = shown(path, home)
    if error.errno in _GONE:
        return NotThereError(f"{place} is not there.")
    if error.errno in _REFUSED:
        return NotAllowedError(f"{place} may not be read by this user.")
    if error.errno == errno.ELOOP:
        return UnreadableError(f"{place} is a link that leads back to itself.")
    name = errno.errorcode.get(error.errno or 0, "unknown error")
    return UnreadableError(f"{place} could not be read ({name}).")


def kind_of(mode: int) -> str:
    """Return the kind of a file mode in our words."""
    return _KINDS.get(stat.S_IFMT(mode), "device")


def read_regular(path: str, limit: int, home: str = "", *, source: str | None = None, dir_fd: int | None = None) -> bytes:
    """Return a regular file's bytes. Looks before opening (opening a device can act), and again after (it may have been swapped).

    `source` is what is really opened, where that is not the path a person should read in an error.
    """
    place = path if source is None else source
    with translated(path, home):
        _check(os.stat(place, dir_fd=dir_fd), path, limit, home)
        fd = os.open(place, _READ_FLAGS, dir_fd=dir_fd)
        try:
            _check(os.fstat(fd), path, limit, home)
            return _drain(fd, path, limit, home)
        finally:
            os.close(fd)


def _check(info: os.stat_result, path: str, limit: int, home: str) -> None:
    if not stat.S_ISREG(info.st_mode):
        raise UnreadableError(f"{shown(path, home)} is a {kind_of(info.st_mode)}, not a file.")
    if info.st_size > limit and not path.startswith(("/proc/", "/sys/")):
        raise UnreadableError(f"{shown(path, home)} is too large to be read.")


def _drain(fd: int, path: str, limit: int, home: str) -> bytes:
    first = os.read(fd, min(limit + 1, 65536))
    if not first:
        return b""
    chunks, size = [first], len(first)
    while size <= limit and (chunk := os.read(fd, min(limit + 1 - size, 1 << 20))):
        chunks.append(chunk)
        size += len(chunk)
    if size > limit:
        raise UnreadableError(f"{shown(path, home)} is too large to be read.")
    return b"".join(chunks)


def facts_of(info: os.stat_result) -> FileFacts:
    """Return our facts for a stat result."""
    return FileFacts(kind_of(info.st_mode), info.st_size, stat.S_IMODE(info.st_mode), info.st_uid, info.st_mtime)


def facts(path: str, home: str = "") -> FileFacts:
    """Return facts about a path, not following a final link."""
    with translated(path, home):
        return facts_of(os.lstat(path))


def link(path: str, home: str = "") -> str:
    """Return a symbolic link's target as it is written."""
    with translated(path, home):
        try:
            return os.readlink(path)
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise UnreadableError(f"{shown(path, home)} is not a link.") from None
            raise


def entries(path: str, limit: int, home: str = "", *, source: str | None = None) -> tuple[str, ...]:
    """Return at most `limit` names in a folder, sorted; a name may hold lone surrogates so that it can be opened again."""
    with translated(path, home):
        if source is not None or path.startswith(_ALWAYS_NEW):
            return _listed(path if source is None else source, limit)
        info = os.stat(path)
        stamp = (info.st_dev, info.st_ino, info.st_mtime_ns, info.st_ctime_ns)
        known = _LISTINGS.get((path, limit))
        if known is not None and known[0] == stamp:
            return known[1]
        names = _listed(path, limit)
        if info.st_mtime and time.time() - max(info.st_mtime, info.st_ctime) > _SETTLED_S:
            if len(_LISTINGS) >= _MOST_LISTINGS:
                _LISTINGS.clear()
            _LISTINGS[path, limit] = (stamp, names)
        return names


def _listed(path: str, limit: int) -> tuple[str, ...]:
    with os.scandir(path) as found:
        return tuple(sorted([entry.name for entry in islice(found, limit)]))

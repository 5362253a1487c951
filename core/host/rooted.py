"""Resolving paths inside another root folder, link by link: an absolute link or `..` never leads out of it."""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_LINKS: Final = 40
_SELF: Final = frozenset({"self", "thread-self"})
_LOOK: Final = getattr(os, "O_PATH", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


@contextmanager
def opened(root: int, path: str, itself: int = -1, *, follow: bool = True) -> Iterator[int]:
    """Give a descriptor (O_PATH: for looking, not for reading) of `path` as it is inside the folder `root`.

    Every name is opened without following, and a link's text is walked by ourselves, so that nothing (not even the magic links of
    `/proc`) can lead out of the root. `/proc/self` would lead to us: `itself`, an open `/proc/PID`, takes its place.
    Raises `OSError` like the kernel would.
    """
    walk = _Walk(root, itself)
    try:
        walk.go(path, follow=follow)
        yield walk.here
    finally:
        walk.leave()


class _Walk:
    """The folders entered so far; a `..` goes back along this trail, so a folder moved meanwhile cannot mislead it."""

    def __init__(self, root: int, itself: int) -> None:
        self._root = root
        self._itself = itself
        self._trail: list[int] = []
        self._names: list[str] = []

    @property
    def here(self) -> int:
        return self._trail[-1] if self._trail else self._root

    def go(self, path: str, *, follow: bool) -> None:
        todo, hops = deque(path.split("/")), 0
        while todo:
            part = todo.popleft()
            if part in {"", ".", ".."}:
                self._stay_or_rise(part)
                continue
            self._enter(part)
            if stat.S_ISLNK(os.fstat(self.here).st_mode) and (follow or any(todo)):
                hops += 1
                if hops > _MAX_LINKS:
                    raise OSError(errno.ELOOP, "too many links")
                target = link_target(self.here)
                self.leave(-len(self._trail) if target.startswith("/") else -1)
                todo.extendleft(reversed(target.split("/")))

    def _enter(self, part: str) -> None:
        is_itself = self._itself >= 0 and part in _SELF and self._names == ["proc"]
        self._trail.append(os.dup(self._itself) if is_itself else os.open(part, _LOOK, dir_fd=self.here))
        self._names.append(part)

    def _stay_or_rise(self, part: str) -> None:
        if not stat.S_ISDIR(os.fstat(self.here).st_mode):
            raise OSError(errno.ENOTDIR, "not a folder")
        if part == ".." and self._trail:
            self.leave(-1)

    def leave(self, start: int = 0) -> None:
        """Close the trail from a position on (all of it by default)."""
        for fd in self._trail[start:]:
            os.close(fd)
        del self._trail[start:], self._names[start:]


def link_target(fd: int) -> str:
    """Return the text of the link a descriptor stands for."""
    target = os.readlink("", dir_fd=fd)
    if not target:
        raise OSError(errno.ENOENT, "empty link")
    return target


def readable(fd: int) -> str:
    """Return a path that opens what a looking descriptor stands for, whatever has happened to its name since."""
    return f"/proc/self/fd/{fd:d}"

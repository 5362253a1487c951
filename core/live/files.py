"""Watching paths with inotify: atomic replaces, swapped links, and files and folders that appear only later."""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from core.live.inotify import DELETE_SELF, IGNORED, MOVE_SELF, OVERFLOW, STRUCTURE, Event, Inotify
from core.live.places import Place, is_pattern, places

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)


class FileWatch:
    """Maps what inotify reports to the watched paths concerned; not thread-safe (one thread owns it)."""

    def __init__(self) -> None:
        """Open inotify; raises `OSError` where there is none."""
        self._inotify = Inotify()
        self._folders: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._interest: dict[str, dict[str, set[str]]] = {}
        self._places: dict[str, tuple[Place, ...]] = {}

    @property
    def fd(self) -> int:
        """The descriptor to wait on."""
        return self._inotify.fd

    @property
    def folder_count(self) -> int:
        """How many folders are watched now."""
        return len(self._numbers)

    def add(self, path: str) -> bool:
        """Watch an absolute path; False if some folder on its way cannot be watched."""
        self._places[path] = ()
        return self._plan(path)

    def remove(self, path: str) -> None:
        """Watch a path no more."""
        for place in self._places.pop(path, ()):
            self._forget(path, place)

    def read(self) -> set[str]:
        """Return the watched paths something has happened to since the last call; never waits."""
        concerned: set[str] = set()
        moved: set[str] = set()
        for event in self._inotify.read():
            paths = self._concerned(event)
            concerned |= paths
            if event.mask & (STRUCTURE | OVERFLOW):  # what was lost may have been a move
                moved |= paths
        for path in moved:
            if not self._plan(path):
                log.debug("a watched path can no longer be watched")
        return concerned

    def close(self) -> None:
        """Stop watching."""
        self._inotify.close()

    def _concerned(self, event: Event) -> set[str]:
        if event.mask & OVERFLOW:
            return set(self._places)
        folder = self._folders.get(event.watch)
        if folder is None:
            return set()
        names = self._interest.get(folder, {})
        if event.mask & (IGNORED | DELETE_SELF | MOVE_SELF):
            self._drop(folder)
            return _union(names.values())
        if not event.name:
            return set(names.get("", ()))
        if event.mask & STRUCTURE:
            self._drop(f"{folder.rstrip('/')}/{event.name}")
        return _union(paths for name, paths in names.items() if not name or name == event.name or _matches(event.name, name))

    def _drop(self, folder: str) -> None:
        """Give up the watches of a folder and below: another folder may carry its name now."""
        below = folder.rstrip("/") + "/"
        for name in [name for name in self._numbers if name == folder or name.startswith(below)]:
            number = self._numbers.pop(name)
            self._folders.pop(number, None)
            self._inotify.remove(number)

    def _plan(self, path: str) -> bool:
        """Watch the folders on a path's way as it is now; walk again until nothing moved in between."""
        is_good = True
        for _ in range(8):
            wanted = places(path)
            if wanted == self._places[path] and all(place.folder in self._numbers for place in wanted):
                return True
            is_good = sum(self._want(path, place) for place in wanted) == len(wanted)
            for place in set(self._places[path]) - set(wanted):
                self._forget(path, place)
            self._places[path] = wanted
            if not is_good:
                return False
        return is_good

    def _want(self, path: str, place: Place) -> bool:
        self._interest.setdefault(place.folder, {}).setdefault(place.name, set()).add(path)
        if place.folder in self._numbers:
            return True
        try:
            number = self._inotify.add(place.folder)
        except OSError:
            return False
        old = self._folders.get(number)
        if old is not None and old != place.folder:
            self._numbers.pop(old, None)  # the folder was renamed; its old name is planned anew by its own event
        self._folders[number] = place.folder
        self._numbers[place.folder] = number
        return True

    def _forget(self, path: str, place: Place) -> None:
        names = self._interest.get(place.folder, {})
        paths = names.get(place.name, set())
        paths.discard(path)
        if not paths:
            names.pop(place.name, None)
        if not names:
            self._interest.pop(place.folder, None)
            number = self._numbers.pop(place.folder, None)
            if number is not None:
                self._folders.pop(number, None)
                self._inotify.remove(number)


def _matches(name: str, pattern: str) -> bool:
    return is_pattern(pattern) and fnmatchcase(name, pattern)


def _union(sets: Iterable[set[str]]) -> set[str]:
    return {item for one in sets for item in one}

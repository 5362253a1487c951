"""Which folders to watch so that no change of a path is missed: every step of it, through links, up to what is missing."""

from __future__ import annotations

import os
import stat
from collections import deque
from typing import Final, NamedTuple

_MOST_LINKS: Final = 40
_WILD: Final = frozenset("*?[")


class Place(NamedTuple):
    """A name in a folder; the name may be a pattern, and an empty name means anything in the folder."""

    folder: str
    name: str


def is_pattern(name: str) -> bool:
    """Whether a path step has wildcards."""
    return not _WILD.isdisjoint(name)


def places(path: str) -> tuple[Place, ...]:
    """Return where to look for changes of an absolute path as the file system is now.

    A missing step ends the walk at the folder that would hold it; a pattern does too. The folder itself is watched where
    the path is one.
    """
    found: dict[Place, None] = {}
    left = deque(step for step in path.split("/") if step not in {"", "."})
    here = "/"
    links = 0
    while left:
        name = left.popleft()
        if name == "..":
            here = here.rstrip("/").rpartition("/")[0] or "/"
            continue
        found[Place(here, name)] = None
        if is_pattern(name):
            return tuple(found)
        full = f"{here.rstrip('/')}/{name}"
        target = _look(full)
        if target is None:
            return tuple(found)
        if target:
            links += 1
            if links > _MOST_LINKS:
                return tuple(found)
            left.extendleft(reversed([step for step in target.split("/") if step not in {"", "."}]))
            here = "/" if target.startswith("/") else here
        else:
            here = full
    found[Place(here, "")] = None
    return tuple(found)


def _look(full: str) -> str | None:
    """Return a link's target, an empty text for a folder, None for the end of the walk (file, missing, refused)."""
    try:
        mode = os.lstat(full).st_mode
        if stat.S_ISLNK(mode):
            return os.readlink(full)  # noqa: PTH115  the raw text of the link is wanted
    except OSError:
        return None
    return "" if stat.S_ISDIR(mode) else None

"""Finding a program on PATH."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from core.errors import NotThereError

if TYPE_CHECKING:
    from collections.abc import Sequence


def find_program(name: str, path: str, extensions: Sequence[str] = ("",)) -> str:
    """Return a program's full path, looking only in the absolute folders of PATH: a folder of the user's project is never searched."""
    if os.path.isabs(name):
        if os.access(name, os.X_OK) and not os.path.isdir(name):
            return name
        raise NotThereError("The command is not there.")
    if name and os.path.basename(name) == name:
        for folder in _absolute_folders(path):
            for extension in extensions:
                candidate = f"{folder}{name}{extension}"
                if os.access(candidate, os.X_OK) and not os.path.isdir(candidate):
                    return candidate
    raise NotThereError("The command is not installed.")


@lru_cache(maxsize=8)
def _absolute_folders(path: str) -> tuple[str, ...]:
    """Return the absolute folders of a PATH, each with a separator at its end."""
    return tuple(os.path.join(folder, "") for folder in path.split(os.pathsep) if os.path.isabs(folder))

"""Finding a program on PATH."""

from __future__ import annotations

import os
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
        for folder in path.split(os.pathsep):
            for extension in extensions if os.path.isabs(folder) else ():
                candidate = os.path.join(folder, name + extension)
                if os.access(candidate, os.X_OK) and not os.path.isdir(candidate):
                    return candidate
    raise NotThereError("The command is not installed.")

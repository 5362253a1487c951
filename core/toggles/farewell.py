"""The last thing before uninstalling: remove what Telltale keeps for itself, and the folders it made, as far as they are empty."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from core.paths import APP, MADE, made_above

if TYPE_CHECKING:
    from core.toggles.journal import Journal


def remove_own_folders(journal: Journal, *folders: Path) -> None:
    """Remove the journal, then each folder that bears Telltale's name (never another one), then empty folders made on the way."""
    made = {Path(folder) for entry in journal.entries() for folder in entry.created_folders}
    made.update(item for folder in folders for item in made_above(folder))
    for folder in folders:
        if folder.name == APP and not folder.is_symlink():
            for item in folder.iterdir() if folder.is_dir() else ():
                if item != journal.folder and item.name != MADE:
                    _remove(item)
    journal.remove()
    for folder in folders:
        _remove(folder / MADE)
    for folder in sorted({*folders, *made}, key=lambda item: len(item.parts), reverse=True):
        if folder.name == APP or folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _remove(item: Path) -> None:
    if item.is_dir() and not item.is_symlink():
        shutil.rmtree(item, ignore_errors=True)
    else:
        item.unlink(missing_ok=True)

"""Which file a change may touch: links are followed once, and what lies elsewhere or is somebody else's is refused."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from core.errors import TelltaleError
from core.toggles import edits


class RefusedError(TelltaleError):
    """The target is not Telltale's to change; nothing was changed."""


def read(path: Path) -> bytes | None:
    """Return a regular file's bytes (None if absent); refuse anything that is not a plain file of this user."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RefusedError(f"The settings file cannot be opened ({error.strerror}), so nothing was changed.") from error
    reason = _why_not(os.fstat(handle))
    if reason:
        os.close(handle)
        raise RefusedError(reason)
    with os.fdopen(handle, "rb") as file:
        return file.read()


def _why_not(facts: os.stat_result) -> str:
    """Return why an opened file is not Telltale's to change, in one sentence; empty if it is."""
    if not stat.S_ISREG(facts.st_mode):
        return "The settings file is not a regular file, so nothing was changed."
    if os.name == "posix" and facts.st_uid != os.geteuid():
        return "The settings file belongs to another user, so nothing was changed; ask its owner."
    if facts.st_size > edits.LIMIT:
        return "The settings file is larger than 5 MB, so nothing was changed; change it by hand."
    return ""


def resolve(path: Path, roots: tuple[Path, ...]) -> Path:
    """Follow links once and return the real target; raise `RefusedError` outside `roots` (the home, the chosen project).

    A path in a project must stay in that project: what a repository brings along may be a link to any file of the person.
    """
    try:
        real = path.resolve(strict=False)
        allowed = [root.resolve() for root in _nearest(path, roots)]
    except (OSError, RuntimeError) as error:
        raise RefusedError("The settings file is a loop of links, so nothing was changed.") from error
    if not any(real == root or root in real.parents for root in allowed):
        raise RefusedError("The settings file lies outside the places Telltale may change, so nothing was changed.")
    _check_folder(real)
    _check_names(real)
    return real


def _check_names(real: Path) -> None:
    """Refuse a file of several names: a new file takes one of them only, and the others would go on holding the old one."""
    with contextlib.suppress(OSError):
        facts = real.lstat()
        if stat.S_ISREG(facts.st_mode) and facts.st_nlink > 1:
            raise RefusedError(
                "The settings file has a second name (a hard link), which would no longer follow it, so nothing was changed; "
                "change it by hand."
            )


def check_unmoved(real: Path) -> None:
    """Refuse a real path that leads elsewhere by now, because a folder above it was replaced by a link."""
    if Path(os.path.realpath(real)) != real:
        raise RefusedError("A folder above the settings file was replaced by a link in the meantime, so nothing was changed; look again.")


def _nearest(path: Path, roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the innermost root that holds the path as it is written; all of them if none does."""
    holding = [root for root in roots if root in path.parents]
    return (max(holding, key=lambda root: len(root.parts)),) if holding else roots


def _check_folder(real: Path) -> None:
    """Refuse a folder of another user (the administrator's are closed to us anyway, or ours by agreement)."""
    if os.name != "posix":
        return
    folder = next((item for item in real.parents if item.exists()), real.parent)
    if folder.stat().st_uid not in {0, os.geteuid()}:
        raise RefusedError("The folder of the settings file belongs to another user, so nothing was changed; ask its owner.")

"""What a person is told when the system refuses something in the middle of a command: what it was, what stands, what to do next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from core import paths

_CHANGING: Final = frozenset({"apply", "undo", "reset", "shims", "presets"})
_STANDS: Final = " A change it had made by then stands in the journal; `telltale changes` lists it, and it can be undone."


def of_output(error: OSError, command: str) -> str:
    """Return the sentence for an output that could not be written: what was done is done, only its telling is missing."""
    return f"The output could not be written ({_reason(error)}), so it is incomplete.{_stands(command)}"


def of_system(error: OSError, command: str) -> str:
    """Return the sentence for anything else the system refused."""
    if not _has_folder():
        return "The folder you are in is gone, so nothing was done; change to another folder and try again."
    if place := _own_place(error):
        what = f"Telltale's own folder {place} cannot be used ({_reason(error)}), so the command ended early."
        return f"{what} Let it be a folder that belongs to you and that you may write to, then try again.{_stands(command)}"
    what = f"The system refused something this command needs ({_reason(error)}), so it ended early."
    return f"{what} `telltale doctor` says what works here.{_stands(command)}"


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _stands(command: str) -> str:
    return _STANDS if command in _CHANGING else ""


def _has_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109  asked for whether it is there, not for its path
    except OSError:
        return False
    return True


def _own_place(error: OSError) -> str:
    """Return which of Telltale's folders a refused file belongs to, as a person writes it."""
    if not isinstance(error.filename, str):
        return ""
    file = Path(error.filename)
    own = (paths.state_dir(), paths.config_dir(), paths.cache_dir())
    return next((paths.home_relative(str(folder)) for folder in own if folder == file or folder in file.parents), "")

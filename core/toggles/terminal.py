"""Starts `telltale run` in a terminal window, because the tools it starts talk to a person through a terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.toggles.launch import LaunchError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT: Final = Path(__file__).resolve().parents[2]
_RUN: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from core.cli.main import main; sys.exit(main(sys.argv[1:]))"
# program -> what stands between it and the command; the first that is installed is used
_TERMINALS: Final = (
    ("x-terminal-emulator", ("-e",)),
    ("gnome-terminal", ("--",)),
    ("ptyxis", ("--",)),
    ("kgx", ("--",)),
    ("konsole", ("-e",)),
    ("xfce4-terminal", ("-x",)),
    ("mate-terminal", ("-x",)),
    ("kitty", ()),
    ("alacritty", ("-e",)),
    ("foot", ()),
    ("wezterm", ("start", "--")),
    ("xterm", ("-e",)),
)


def shown_command(arguments: Sequence[str]) -> str:
    """Return what a person would type."""
    return shlex.join(["telltale", *arguments])


def own_command(arguments: Sequence[str]) -> list[str]:
    """Return the command that starts this very Telltale with arguments."""
    return [sys.executable, "-I", "-B", "-c", _RUN, str(_ROOT), *arguments]


def terminal() -> list[str]:
    """Return the beginning of a command that opens a terminal window, empty if none is known here."""
    if os.name != "posix" or sys.platform == "darwin":
        return []
    return next(([found, *between] for name, between in _TERMINALS if (found := shutil.which(name))), [])


def open_terminal(arguments: Sequence[str], folder: str = "") -> None:
    """Open a terminal window in which Telltale runs with these arguments; raise a sentence with the command where that is not possible."""
    begin = terminal()
    typed = shown_command(arguments)
    if not begin:
        raise LaunchError(f"No terminal program was found here, so nothing was started. Type this in a terminal: {typed}")
    try:
        started = subprocess.Popen(
            [*begin, *own_command(arguments)],
            cwd=folder or str(Path.home()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise LaunchError(f"The terminal could not be started ({error.strerror}), so nothing was. Type this yourself: {typed}") from error
    threading.Thread(target=started.wait, name="telltale-terminal", daemon=True).start()  # so that it leaves no zombie

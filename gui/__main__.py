"""`python3 gui` and `python -m gui`: sets up what a checkout lacks, makes sure that `core` is Telltale's own, opens the window.

A command behind it (`python3 gui scan --json`) is one of the command line; without a display the findings come as text.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Final

_SHADOWED: Final = (
    "Telltale did not start: another folder named 'core' is found before Telltale's own ({place}). Nothing was read or changed. "
    "Start with the command 'telltale', or from another folder.\n"
)


def shadowing(gui_file: str, core_file: str | None) -> str:
    """Return the place of a foreign `core`, or nothing if `core` and `gui` are siblings."""
    if core_file is None:
        return "not found"
    own = gui_file.replace("\\", "/").rsplit("/", 2)[0]
    found = core_file.replace("\\", "/").rsplit("/", 2)[0]
    return "" if own == found else found


def prepare() -> None:
    """Let a checkout set itself up with nothing but Python there, and start again inside what it made."""
    room = Path(__file__).resolve().parent
    sys.path[:] = [str(room.parent), *(entry for entry in sys.path if Path(entry or ".").resolve() != room)]
    from core.cli import bootstrap

    bootstrap.start("gui", sys.argv[1:])


def run() -> int:
    """Check, then open the window or run the command."""
    if not getattr(sys, "frozen", False):
        spec = importlib.util.find_spec("core")
        place = shadowing(str(Path(__file__).resolve()), spec.origin if spec is not None else None)
        if place:
            sys.stderr.write(_SHADOWED.format(place=place))
            return 2
    from core.cli.main import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    if not getattr(sys, "frozen", False):
        prepare()
    sys.exit(run())

"""`telltale verify`: read every change again and say whether it is still in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import say
from core.cli.toggle_text import EPILOG, open_service, place_of, status

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "verify", "read every change again and say whether it is still in effect", run)
    parser.epilog = EPILOG


def run(options: Namespace) -> int:
    """Print one line per change."""
    del options
    words = {True: "in effect", False: "no longer in effect; telltale apply makes it again", None: "cannot be read here"}
    verdicts = open_service().verify()
    for change, verdict in verdicts:
        say(f"{change.id}  {change.toggle}  {place_of(change)}: {words[verdict]}")
    if not verdicts:
        say("No change is in effect.")
    return status(complete=all(verdict for _, verdict in verdicts))

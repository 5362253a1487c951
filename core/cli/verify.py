"""`telltale verify`: read every change again and say whether it is still in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import say
from core.cli.toggle_text import EPILOG, open_service, place_of, status, unread_lines

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
    service = open_service()
    verdicts = service.verify()
    for change, verdict in verdicts:
        say(f"{change.id}  {change.toggle}  {place_of(change)}: {words[verdict]}")
    damaged = [*unread_lines(service)]
    if not verdicts and not damaged:
        say("No change is in effect.")
    for line in damaged:
        say(line)
    return status(complete=not damaged and all(verdict for _, verdict in verdicts))

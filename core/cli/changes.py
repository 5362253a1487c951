"""`telltale changes`: everything Telltale ever changed, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import say, say_json
from core.cli.toggle_text import EPILOG, change_data, open_service, place_of, status, unread_lines
from core.toggles.preview import entry_of, name_of

if TYPE_CHECKING:
    from argparse import Namespace

    from core.toggles.model import Change


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "changes", "list every change made, with what was there before", run)
    parser.epilog = EPILOG
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    """Print the journal."""
    service = open_service()
    settled = service.recover()
    changes = service.changes()
    damaged = service.journal.damaged()
    if options.json:
        listed = [change_data(change) for change in changes]
        say_json({"schema": "telltale.changes/1", "changes": listed, "settled": [c.id for c in settled], "unreadable": list(damaged)})
    else:
        for change in changes:
            say(_line(change))
        if changes or not damaged:
            say("telltale undo CHANGE takes one back." if changes else "Nothing was changed so far.")
        for line in unread_lines(service):
            say(line)
    return status(complete=not damaged)


def _line(change: Change) -> str:
    when = change.at.astimezone().strftime("%Y-%m-%d %H:%M") if change.at else ""
    entry = entry_of(change)
    name = "" if entry == change.key else name_of(change)  # in a file of lines, the line is both
    what = f"{name} added: {entry}".strip() if entry else f"{name}: {change.before or 'not set'} -> {change.after or 'not set'}"
    return f"{change.id}  {when}  {change.state.value:<12}  {change.toggle}  {place_of(change)}  {what}"

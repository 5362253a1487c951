"""`telltale undo`: take changes back, one, all, or all of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import count_of, fold, say, width
from core.cli.toggle_text import UNCONFIRMED, add_yes, confirmed, open_service, place_of, status, unread_lines
from core.toggles.model import ChangeState

if TYPE_CHECKING:
    from argparse import Namespace

    from core.toggles.model import Change
    from core.toggles.service import ToggleService


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "undo", "take changes back; what others changed since is left alone", run)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("change", nargs="?", metavar="CHANGE", help="the change, as `telltale changes` lists it")
    which.add_argument("--all", action="store_true", help="everything Telltale changed")
    which.add_argument("--today", action="store_true", help="everything changed since midnight")
    which.add_argument("--uninstall", action="store_true", help="everything, and forget the list of changes as well")
    parser.add_argument("--keep-theirs", action="store_true", help="settle conflicts: leave what others wrote")
    add_yes(parser)


def run(options: Namespace) -> int:
    """Ask where more than one change is meant, undo, and say how each stands."""
    service = open_service()
    if options.change is not None and options.keep_theirs:
        taken: tuple[Change, ...] = (service.keep_theirs(options.change),)
    elif options.change is not None:
        taken = (service.undo(options.change),)
    elif not confirmed("Take these changes back?", yes=options.yes):
        return UNCONFIRMED
    else:
        taken = _many(service, options)
    for change in taken:
        say(f"{change.id}  {change.toggle}: {change.state.value}, {place_of(change)}")
        if change.note:
            say(fold(change.note, width(), "    "))
        if change.state is ChangeState.CONFLICT:
            say(f"    telltale undo {change.id} --keep-theirs leaves it as it is now and settles it.")
    say(f"{count_of(sum(change.state is ChangeState.UNDONE for change in taken), 'change', 'changes')} taken back.")
    damaged = [] if options.change is not None else [*unread_lines(service)]
    for line in damaged:
        say(line)
    return status(complete=not damaged and all(change.state is ChangeState.UNDONE for change in taken))


def _many(service: ToggleService, options: Namespace) -> tuple[Change, ...]:
    if options.uninstall and not options.keep_theirs:
        return service.uninstall()
    taken = service.undo_today() if options.today else service.undo_all()
    if options.keep_theirs:
        taken = tuple(service.keep_theirs(change.id) if change.state is ChangeState.CONFLICT else change for change in taken)
    return (*taken, *service.uninstall()) if options.uninstall else taken

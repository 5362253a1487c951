"""`telltale apply`: make the changes of toggles, measure again, and print the receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import count_of, say
from core.cli.toggle_text import add_choice, add_yes, choose_plan, confirmed, open_demo, open_service, plan_lines, settle, status

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "apply", "make the changes of toggles; every one can be undone", run)
    add_choice(parser)
    add_yes(parser)
    parser.add_argument("--system", action="store_true", help="also make changes of the whole computer, which --yes alone does not")


def run(options: Namespace) -> int:
    """Show the plan, ask, apply, and print what was measured."""
    service = open_demo(options.persona) if options.persona else open_service()
    plan = choose_plan(service, options)
    for line in plan_lines(plan):
        say(line)
    if not plan.changes:
        return status(complete=not plan.refused)
    agreed = confirmed(f"Make {count_of(len(plan.changes), 'this change', 'these changes')}?", yes=options.yes)
    return settle(service, plan, agreed=agreed, confirm_system=options.system)

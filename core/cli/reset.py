"""`telltale reset`: take settings away, whatever stands there, so that the vendor's defaults apply. Undo is something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.choose import refuse
from core.cli.main import add_command
from core.cli.output import say, say_json
from core.cli.toggle_text import add_toggles, add_yes, check_names, confirmed, open_service, plan_data, plan_lines, settle, status

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "reset",
        "take a setting away, whatever stands there, so that the vendor's default applies; "
        "`telltale undo` instead brings back what was there before",
        run,
    )
    add_toggles(parser)
    add_yes(parser)
    parser.add_argument("--json", action="store_true", help="only print what would be taken away, as JSON")


def run(options: Namespace) -> int:
    """Show what would be taken away, ask, do it, and print what was read again."""
    if not options.ids:
        refuse("Name the toggles whose settings should be the vendor's again; `telltale toggles` lists them.")
    service = open_service()
    check_names(service, options)
    plan = service.plan_reset(options.ids, options.tool, project=options.project)
    if options.json:
        say_json(plan_data(plan))
        return status(complete=not plan.refused)
    for line in plan_lines(plan, nothing="is the vendor's default already: nothing stands there."):
        say(line)
    if not plan.changes:
        return status(complete=not plan.refused)
    return settle(service, plan, agreed=confirmed("Take this away, so that the vendor's default applies?", yes=options.yes))

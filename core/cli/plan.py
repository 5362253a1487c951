"""`telltale plan`: what applying toggles would change, without changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import say, say_json
from core.cli.toggle_text import add_choice, choose_plan, open_demo, open_service, plan_data, plan_lines, status

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "plan", "show what applying toggles would change, with exact differences", run)
    add_choice(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    """Print the plan."""
    service = open_demo(options.persona, as_json=options.json) if options.persona else open_service()
    plan = choose_plan(service, options)
    if options.json:
        say_json(plan_data(plan))
    else:
        for line in plan_lines(plan):
            say(line)
    return status(complete=not plan.refused)

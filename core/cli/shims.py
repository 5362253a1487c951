"""`telltale shims`: go on typing the tool's name, and it starts through Telltale. Shown before it is done; taken away as easily."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.cli.choose import refuse
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, complain, fold, say, say_json, width
from core.cli.toggle_text import UNCONFIRMED, add_yes, confirmed
from core.paths import home_relative
from core.toggles import desktop, shims
from core.toggles.reach import at_shims
from core.toggles.shims_plan import carry_out, plan, take_away, typed_tools

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "shims", "start tools through Telltale by their own names", run)
    parser.epilog = "Exit status: 0 done, 3 a shim is not reached first, 4 not confirmed, so nothing was changed, 2 wrong usage."
    parser.add_argument("what", choices=("install", "remove", "status"))
    parser.add_argument(
        "tools", nargs="*", metavar="TOOL", help="tools of the catalogue or commands; all that are installed if none is named"
    )
    parser.add_argument("--json", action="store_true", help="print the status as JSON")
    add_yes(parser)


def run(options: Namespace) -> int:
    """Do what was asked."""
    if options.what == "install":
        return _install(options)
    if options.what == "remove":
        return _remove(options)
    return _status(as_json=options.json)


def _install(options: Namespace) -> int:
    catalogue = load_catalogue()
    unknown = [name for name in options.tools if name not in catalogue.tools]
    if unknown:
        refuse(f"There is no tool {', '.join(unknown)} in the catalogue, so nothing was made; `telltale tools` lists what is installed.")
    chosen = [catalogue.tools[name] for name in options.tools] or typed_tools(catalogue.tools)
    planned = plan(chosen, catalogue.toggles)
    if planned.is_empty:
        complain("None of these tools is on the search path, so nothing was made.")
        return INCOMPLETE
    for line in planned.lines:
        say(line)
    for sentence in planned.display:
        say(fold(sentence, width()))
    if not confirmed("Make these files and add these lines?", yes=options.yes):
        return UNCONFIRMED
    problems = carry_out(planned, catalogue.tools, catalogue.toggles)
    for problem in problems:
        complain(problem)
    done = "Not all of it was made." if problems else "Done."
    say(f"{done} Open a new terminal; `telltale shims status` shows whether the shims are reached.")
    return INCOMPLETE if problems else OK


def _remove(options: Namespace) -> int:
    names = {item.name for item in shims.status() if item.tool in options.tools or item.name in options.tools} if options.tools else None
    taken = take_away(names, options.tools or None)
    for problem in taken.problems:
        complain(problem)
    if taken.gone or not taken.problems:
        say(f"Taken away: {', '.join(taken.gone)}." if taken.gone else "There was no such shim, so nothing was changed.")
    return INCOMPLETE if taken.problems else OK


def _status(*, as_json: bool) -> int:
    found = shims.status()
    tools = [*(item.tool for item in found), *(entry.tool for entry in desktop.wrapped_entries())]
    reached = at_shims(tools, load_catalogue().toggles) if tools else []
    if as_json:
        say_json(
            {
                "schema": "telltale.shims/1",
                "shims": [{**asdict(item), "stands_before": home_relative(item.stands_before)} for item in found],
                "entries": [{"name": entry.name, "tool": entry.tool, "original": entry.original} for entry in desktop.wrapped_entries()],
                "display": reached,
            }
        )
    elif not found and not desktop.wrapped_entries():
        say("There are no shims. `telltale shims install` makes them, after showing what it would do.")
    else:
        for item in found:
            state = "reached first" if item.is_first else "not reached first: open a new terminal, or see what stands before it on PATH"
            say(f"{item.name:<16}  {item.tool:<16}  {state}  ->  {home_relative(item.stands_before) or 'not installed any more'}")
        for entry in desktop.wrapped_entries():
            say(f"{entry.name:<16}  {entry.tool:<16}  menu entry, instead of {home_relative(entry.original)}")
        for sentence in reached:
            say(fold(sentence, width()))
    return OK if all(item.is_first for item in found) else INCOMPLETE

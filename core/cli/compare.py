"""`telltale compare`: start a tool with one thing varied at a time and say what changes in its requests, and with what."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, fold, say, say_json, width

if TYPE_CHECKING:
    from core.watch.compare import Comparison

_MOST_RUNS = 20


def register(subparsers: Any) -> None:
    """Add the command."""
    about = "run a tool with time zone, API address, language, proxy or host name varied, and compare its requests"
    parser = add_command(subparsers, "compare", about, run)
    parser.add_argument("tool", metavar="TOOL", help="a tool that Telltale can start without a window, or any name with --start")
    parser.add_argument("--vary", default="", metavar="LIST", help="time-zone,base-url,locale,proxy,host-name (without it: all)")
    parser.add_argument("--runs", type=_runs, default=3, metavar="N", help="runs with each value, 2 to 20 (3)")
    parser.add_argument("--base-url-env", action="append", default=[], metavar="NAME", help="variable that gets the API address")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--start", nargs=argparse.REMAINDER, default=[], metavar="COMMAND", help="how to start it; everything behind is its own"
    )


def _runs(text: str) -> int:
    number = int(text)
    if not 2 <= number <= _MOST_RUNS:
        raise ValueError
    return number


def run(options: argparse.Namespace) -> int:
    """Compare and print the verdict; the tool reaches nothing but this computer meanwhile."""
    from core.watch.compare_runner import compare_tool
    from core.watch.compare_start import dimensions, start_of

    names = [name for name in options.vary.split(",") if name]
    dimensions(names)  # a wish that cannot be met is said first
    start = start_of(options.tool, options.start, options.base_url_env)
    outcome = compare_tool(options.tool, start, names, options.runs, _progress)
    if options.json:
        say_json(_data(outcome))
    else:
        for sentence in outcome.sentences:
            say(fold(sentence, width()))
        say()
        say(fold(" ".join((*outcome.notes, _LIMITS)), width()))
    return INCOMPLETE if outcome.failures else OK


_LIMITS = (
    "Each tool run was in a network of its own with a throw-away home and an invented key. "
    "A difference says what changes with what, not why; and only what was varied can be found."
)


def _progress(done: int, of: int) -> None:
    """Show how far it is, on a terminal only."""
    if of and sys.stderr is not None and sys.stderr.isatty():
        print(f"\rrun {done} of {of} ", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _data(outcome: Comparison) -> dict[str, Any]:
    return {
        "schema": "telltale.compare/1",
        "tool": outcome.tool,
        "runs": outcome.runs,
        "varied": list(outcome.dimensions),
        "noisy_places": outcome.noisy_places,
        "verdict": list(outcome.sentences),
        "failures": list(outcome.failures),
        "notes": list(outcome.notes),
        "differences": [
            {
                "with": item.dimension,
                "value": item.value,
                "places": list(item.places),
                "position": item.position,
                "before": [point.label for point in item.before] if _is_mark(item) else [],
                "after": [point.label for point in item.after] if _is_mark(item) else [],
                "holds_value": item.holds_value,
                "sentence": item.sentence,
            }
            for item in outcome.differences
        ],
    }


def _is_mark(item: Any) -> bool:
    """Whether the difference is a few marks and no words, so that its characters tell no value."""
    return max(len(item.before), len(item.after)) <= 3 and not any(chr(point.code).isalnum() for point in item.before)

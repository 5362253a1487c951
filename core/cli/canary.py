"""`telltale canary`: start a tool on an invented machine and say which of its unique values it sends, so that no real value is needed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, fold, say, say_json, width

if TYPE_CHECKING:
    from core.watch.canary import Outcome

_EPILOG = (
    "Exit status: 0 the tool ran and its requests were looked at, whether something was found or not; "
    "3 incomplete (it could not be started, asked nothing, or did not end well); 2 wrong usage."
)


def register(subparsers: Any) -> None:
    """Add the command."""
    about = "run a tool with invented, unique values in place of yours, and say which of them it sends"
    parser = add_command(subparsers, "canary", about, run)
    parser.epilog = _EPILOG
    parser.add_argument("tool", metavar="TOOL", help="a tool that Telltale can start without a window, or any name with --start")
    parser.add_argument("--runs", type=int, choices=(1, 2), default=1, help="how often, with new values each time (1)")
    parser.add_argument("--base-url-env", action="append", default=[], metavar="NAME", help="variable that gets the API address")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--start", nargs=argparse.REMAINDER, default=[], metavar="COMMAND", help="how to start it; everything behind is its own"
    )


def run(options: argparse.Namespace) -> int:
    """Run the tool and print what of the invented machine it sent; it reaches nothing but this computer meanwhile."""
    from core.watch.canary import try_canary
    from core.watch.compare_start import start_of

    outcome = try_canary(options.tool, start_of(options.tool, options.start, options.base_url_env), options.runs)
    if options.json:
        say_json(_data(outcome))
    else:
        _print(outcome)
    return INCOMPLETE if outcome.failures else OK


def _print(outcome: Outcome) -> None:
    from core.watch import canary_words as words

    titles, columns = _titles(), width()
    say(fold(words.heading(outcome), columns))
    for line in columns_of([(titles[signal], words.places(outcome, signal)) for signal in words.signals(outcome)], columns):
        say(line)
    if outcome.not_found:
        say()
        names = ", ".join(titles[signal] for signal in outcome.not_found)
        say(fold(f"Not found, and that is no proof: {names}.", columns))
    say()
    say("No invented value, so nothing is said of these:")
    for item in outcome.left_out:
        names = ", ".join(titles[signal] for signal in item.signals) if len(item.signals) <= 10 else f"{len(item.signals)} other signals"
        say(fold(f"{names}: {item.reason}.", columns, "  "))
    say()
    say(fold(" ".join((words.coverage(outcome), *outcome.failures, words.LIMITS)), columns))


def _titles() -> dict[str, str]:
    from core.catalogue import load_catalogue

    return {signal.id: signal.title for signal in load_catalogue().signals.values()}


def _data(outcome: Outcome) -> dict[str, Any]:
    from core.watch import canary_words as words

    return {
        "schema": "telltale.canary/1",
        "tool": outcome.tool,
        "synthetic": True,
        "runs": outcome.runs,
        "sent": [
            {
                "signal": item.signal,
                "part": item.part,
                "encoding": item.encoding,
                "place": item.place,
                "host": item.host,
                "runs": item.runs,
            }
            for item in outcome.sent
        ],
        "not_found": list(outcome.not_found),
        "not_found_is_proof": False,
        "not_planted": [{"signal": signal, "reason": item.reason} for item in outcome.left_out for signal in item.signals],
        "coverage": words.coverage(outcome),
        "hosts": [{"host": host, "requests": number} for host, number in outcome.asked],
        "failures": list(outcome.failures),
        "limits": words.LIMITS,
    }

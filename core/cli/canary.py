"""`telltale canary`: start a tool on an invented machine and say which of its unique values it sends, so that no real value is needed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, count_of, fold, say, say_json, width
from core.redact import visible

if TYPE_CHECKING:
    from core.watch.canary import Outcome, Sent

_MOST_PLACES = 3
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


_LIMITS = (
    "What was not found may still be sent: encrypted, hashed with something unknown, packed in an unknown way, at another time, with "
    "another task, or to another host. Each run had a network of its own, a throw-away home and an invented key. What has no invented "
    "value was not looked for, nothing was kept, and nothing is filed as evidence, because the values are no real ones."
)


def _print(outcome: Outcome) -> None:
    titles, columns = _titles(), width()
    say(
        fold(
            "Sent, proved with invented values only:" if outcome.sent else "None of the invented values was found in what was sent.",
            columns,
        )
    )
    for line in columns_of([(titles[signal], _places(outcome, signal)) for signal in _signals(outcome)], columns):
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
    say(fold(" ".join((_coverage(outcome), *outcome.failures, _LIMITS)), columns))


def _signals(outcome: Outcome) -> list[str]:
    return list(dict.fromkeys(item.signal for item in outcome.sent))


def _places(outcome: Outcome, signal: str) -> str:
    """Return where a signal's value was seen, whole values first."""
    found = sorted((item for item in outcome.sent if item.signal == signal), key=lambda item: (bool(item.part), item.place))
    told = [_place(item, outcome.runs) for item in found[:_MOST_PLACES]]
    rest = len(found) - len(told)
    return "; ".join([*told, *([f"and {count_of(rest, 'more place', 'more places')}"] if rest else [])])


def _place(item: Sent, runs: int) -> str:
    part = f"its {item.part}, " if item.part else ""
    often = f" ({item.runs} of {runs} runs)" if runs > 1 else ""
    inner = " (inside a coded text that was read)" if "!" in item.place else ""
    return visible(f"{part}{item.encoding} in {item.place}{inner}, to {item.host}{often}")


def _coverage(outcome: Outcome) -> str:
    """Say which hosts were answered and which were asked."""
    asked = ", ".join(f"{count_of(number, 'request', 'requests')} to {visible(host)}" for host, number in outcome.asked)
    vendors = f" and the vendor's own {', '.join(outcome.vendor_hosts)}" if outcome.vendor_hosts else ", and none of the vendor's own hosts"
    return (
        f"Looked at in {count_of(outcome.runs, 'run', 'runs')}: {asked}. Answered were {outcome.stand_in}, which was given to the tool "
        f"as its API address{vendors}; no other host could be reached, so what would go there was not seen."
    )


def _titles() -> dict[str, str]:
    from core.catalogue import load_catalogue

    return {signal.id: signal.title for signal in load_catalogue().signals.values()}


def _data(outcome: Outcome) -> dict[str, Any]:
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
        "coverage": _coverage(outcome),
        "hosts": [{"host": host, "requests": number} for host, number in outcome.asked],
        "failures": list(outcome.failures),
        "limits": _LIMITS,
    }

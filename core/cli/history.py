"""`telltale history`: what happened, newest first; values are masked, as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.cli.choose import choose_signals, refuse
from core.cli.looking import choose_tools, moment_of
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, complain, count_of, fold, say, say_json, width
from core.history import Event, EventKind, History, TimelineQuery
from core.keeping import FEWEST, MOST, keep_for
from core.redact import visible

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "history", "list what happened: sessions, signals that changed, tools, policy, evidence, changes", run)
    parser.add_argument("--since", metavar="WHEN", help="only from then on: 30m, 24h, 7d, 2w, 2026-11-20 or 2026-11-20T14:00")
    parser.add_argument("--until", metavar="WHEN", help="only up to then")
    parser.add_argument("--kind", action="append", default=[], choices=[kind.value for kind in EventKind], help="may be repeated")
    parser.add_argument("--tool", action="append", default=[], metavar="TOOL", help="may be repeated")
    parser.add_argument("--signal", action="append", default=[], metavar="ID", help="may be repeated")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most so many entries (200)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    told = f"keep history and captures for so many days from now on ({FEWEST} to {MOST})"
    parser.add_argument("--keep", type=int, metavar="DAYS", help=told)
    parser.add_argument("--forget", action="store_true", help="remove everything that was remembered")


def run(options: Namespace) -> int:
    """Print the timeline; incomplete if it could not be read."""
    if options.limit < 1:
        refuse("--limit wants a number of entries, 1 or more; nothing was read.")
    if options.keep is not None:
        return _keep(options.keep)
    history = History()
    if options.forget:
        done = history.forget_all()
        say("Everything that was remembered is removed." if done else "The history could not be changed, so it is as it was.")
        return _finish(history)
    catalogue = load_catalogue()
    choose_signals(catalogue, options.signal, None)
    query = TimelineQuery(
        tools=choose_tools(catalogue, options.tool),
        signals=tuple(options.signal),
        kinds=tuple(map(EventKind, options.kind)),
        since=moment_of(options.since) if options.since else None,
        until=moment_of(options.until) if options.until else None,
        limit=options.limit,
    )
    events = history.timeline(query)
    if options.json:
        say_json({"schema": "telltale.history/1", "events": [event_data(event) for event in events]})
    elif not events:
        say("Nothing is remembered that fits.")
    else:
        for event in events:
            say(_line(event))
    return _finish(history)


def _keep(days: int) -> int:
    """Choose for how long things are kept, and remove at once what is older."""
    if not FEWEST <= days <= MOST:
        refuse(f"--keep wants a number of days from {FEWEST} to {MOST}; nothing was changed.")
    if not keep_for(days):
        complain("The choice could not be written, so everything is kept as before.")
        return INCOMPLETE
    from core.watch.captures import Captures  # nothing else of this command needs it

    history, captures = History(), Captures()
    history.tidy()
    captures.tidy()
    captures.close()
    say(f"History and captures are kept for {count_of(days, 'day', 'days')}; what is older is removed.")
    return _finish(history)


def _finish(history: History) -> int:
    history.close()
    if history.message:
        complain(history.message)
    return INCOMPLETE if history.message else OK


def _line(event: Event) -> str:
    local = event.at.astimezone() if event.at is not None else None
    stamp = f"{local:%Y-%m-%d %H:%M:%S}" if local is not None else ""
    before, after = event.detail.get("before"), event.detail.get("after")
    change = f" {before} -> {after}" if event.kind is EventKind.SIGNAL_CHANGED else ""
    times = f" ({event.times} times)" if event.times > 1 else ""
    return fold(visible(f"{stamp}  {event.text}{change}{times}"), width())


def event_data(event: Event) -> dict[str, Any]:
    """Return one entry as plain data."""
    return {
        "number": event.number,
        "at": event.at.isoformat() if event.at is not None else None,
        "until": event.until.isoformat() if event.until is not None else None,
        "times": event.times,
        "kind": event.kind.value,
        "tool": event.tool,
        "signal": event.signal,
        "text": event.text,
        "detail": dict(event.detail),
    }

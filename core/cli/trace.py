"""`telltale trace`: what tools were seen reading, from traces (made with `telltale run --trace TOOL`) and of running sessions."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, count_of, fold, paint, say, say_json, wants_colour, width
from core.watch import trace_evidence, trace_file
from core.watch.trace_model import Deed, Who

if TYPE_CHECKING:
    from argparse import Namespace

    from core.watch.trace_model import TraceEvent, TraceReport
    from core.watch.trace_open import SeenOpen

_MOST_LISTED: Final = 60
_HEADINGS: Final = {
    Who.TOOL: "By the tool itself",
    Who.CHILD: "By programs the tool started",
    Who.LIBRARY: "In the tool's process, as libraries do for ordinary work",
    Who.LOADER: "By the loader, when a program started",
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "trace", "show what tools were seen reading (trace with: telltale run --trace TOOL)", run)
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    show = actions.add_parser("show", help="show one trace: a kept one, its name, 'last', or a file with the output of strace -f")
    show.add_argument("file", metavar="FILE")
    show.add_argument("--all", action="store_true", help="also what was only looked for, and what tells no signal")
    listing = actions.add_parser("list", help="list the kept traces")
    sessions = actions.add_parser("sessions", help="show what running sessions, started by anyone, have open now")
    for item in (show, listing, sessions):
        item.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(json=False)


def run(options: Namespace) -> int:
    """Do what was asked for; without an action, list."""
    if options.action == "show":
        report = trace_file.load(_file(options.file), os.environ.get("HOME", ""))
        if options.json:
            say_json({"schema": "telltale.trace/1", **asdict(report), "sentences": list(report.sentences())})
        else:
            _show(report, everything=options.all)
        return OK if report.is_whole else INCOMPLETE
    if options.action == "sessions":
        return _sessions(as_json=options.json)
    return _list(as_json=options.json)


def _file(wish: str) -> Path:
    kept = trace_file.listed()
    if wish == "last" and kept:
        return kept[0]
    return next((file for file in kept if wish in {file.name, file.stem}), Path(wish))


def _list(*, as_json: bool) -> int:
    files = trace_file.listed()
    if as_json:
        say_json({"schema": "telltale.traces/1", "traces": [file.name for file in files]})
    elif not files:
        from core.watch.trace_start import why_not

        say(fold(why_not() or "Nothing was traced yet. Start a tool with: telltale run --trace TOOL", width()))
    else:
        say("\n".join(file.stem for file in files))
    return OK


def _show(report: TraceReport, *, everything: bool) -> None:
    colour, columns = wants_colour(), width()
    title = f"{report.tool or 'Trace'} {report.version}".strip()
    when = datetime.fromtimestamp(report.started, UTC).astimezone() if report.started else None
    say(paint(f"{title}, {when:%Y-%m-%d %H:%M:%S}" if when else title, "bold", on=colour))
    for sentence in report.sentences():
        say(fold(sentence, columns))
    for who, heading in _HEADINGS.items():
        rows = _rows(report, who, everything=everything)
        if rows:
            say(paint(f"\n{heading}", "bold", on=colour))
            say("\n".join(columns_of(rows[:_MOST_LISTED], columns)))
            if len(rows) > _MOST_LISTED:
                say(f"  and {len(rows) - _MOST_LISTED} more (all: --json)")
    if everything:
        quiet = [item for item in report.events if not item.signals]
        say(paint("\nTells no signal", "bold", on=colour))
        say("\n".join(columns_of([(trace_evidence.deed_text(item), item.what) for item in quiet[:_MOST_LISTED]], columns)))


def _rows(report: TraceReport, who: Who, *, everything: bool) -> list[tuple[str, str]]:
    found: dict[str, dict[str, None]] = {}
    for item in report.events:
        if item.who is who and (item.counts or everything):
            for signal in item.signals:
                found.setdefault(signal, {})[_words(item)] = None
    return [(signal, "; ".join(texts)) for signal, texts in found.items()]


def _words(item: TraceEvent) -> str:
    by = f" by {item.program}" if item.who is Who.CHILD and item.deed is not Deed.RAN else ""
    return f"{trace_evidence.deed_text(item)} {item.what}{by}{f' ({item.times} times)' if item.times > 1 else ''}"


def _sessions(*, as_json: bool) -> int:
    from core.catalogue import load_catalogue
    from core.host.real import RealHost
    from core.tools.detect import detect
    from core.tools.sessions import sessions
    from core.watch.trace_open import LIMITS, seen_open, why_not

    host, catalogue = RealHost(), load_catalogue()
    tools = tuple(catalogue.tools.values())
    found = [seen_open(host, item) for item in sessions(host, tools, detect(host, tools), catalogue.signals.values())]
    reason = why_not(host)
    if as_json:
        say_json({"schema": "telltale.open-files/1", "sessions": [_document(item) for item in found], "reason": reason, "limits": LIMITS})
        return OK
    if reason:
        say(fold(reason, width()))
    for item in found:
        _show_session(item)
    say(fold(LIMITS if found else "No AI tool of the catalogue runs now.", width()))
    return OK


def _document(seen: SeenOpen) -> dict[str, Any]:
    files = [{"program": item.program, "what": item.what, "signals": list(item.signals)} for item in seen.files]
    session = seen.session
    return {
        "tool": session.tool,
        "pid": session.pid,
        "version": session.version,
        "files": files,
        "connections": list(seen.connections),
        "programs": list(seen.programs),
        "refused": seen.refused,
    }


def _show_session(seen: SeenOpen) -> None:
    session = seen.session
    say(paint(f"{session.tool} {session.version} (process {session.pid})", "bold", on=wants_colour()))
    rows = [("open", f"{item.what} in {item.program}: {', '.join(item.signals)}") for item in seen.files]
    rows += [("connected", place) for place in seen.connections]
    rows += [("runs", ", ".join(seen.programs))] if seen.programs else []
    rows += [("not readable", count_of(seen.refused, "process", "processes"))] if seen.refused else []
    say("\n".join(columns_of(rows, width())) if rows else "  nothing telling is open")

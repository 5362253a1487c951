"""`telltale requests`: what tools were seen sending, what was found in it, and what was not seen."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, USAGE, clip, columns_of, complain, count_of, fold, paint, say, say_json, wants_colour, width
from core.redact import visible

if TYPE_CHECKING:
    from argparse import Namespace

    from core.watch.store import Store
    from core.watch.store_model import CaptureSession, StoredMarker, StoredRequest

_MOST_LISTED: Final = 60


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "requests", "show what tools were seen sending (capture with: telltale run --inspect TOOL)", run)
    parser.add_argument("--session", metavar="ID", help="show one capture; the beginning of its id is enough, 'last' is the newest")
    parser.add_argument("--request", type=int, metavar="N", help="show one request of the capture with everything found in it")
    parser.add_argument("--body", action="store_true", help="with --request: print its kept content, with the real values in it")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--export-har", metavar="FILE", help="write the capture as HAR, without values (the file must not exist)")
    parser.add_argument("--forget", action="store_true", help="remove the capture of --session, or all captures")
    parser.add_argument("--remove-ca", action="store_true", help="remove the inspector's key and certificates from this computer")
    parser.add_argument("--set-up", action="store_true", help="install what the inspector needs (from the network, once)")


def run(options: Namespace) -> int:
    """Do what was asked for."""
    if options.body and options.request is None:
        complain("--body shows the content of one request, so nothing was shown; name it with --request N.")
        return USAGE
    if options.set_up:
        return _set_up()
    if options.remove_ca:
        return _remove_ca()
    from core.keeping import kept_days
    from core.watch.inspector_run import clean_up
    from core.watch.store import Store

    with Store() as store:
        clean_up(store)
        store.forget_older(kept_days())
        if options.forget:
            return _forget(store, options.session)
        if not (options.session or options.export_har or options.request):
            return _list(store, as_json=options.json)
        session = _chosen(store, options.session or "last")
        if session is None:
            complain("There is no capture of that id (or several); 'telltale requests' lists them.")
            return USAGE
        if options.export_har:
            return _export(store, session, Path(options.export_har))
        if options.body:
            return _body(store, session, options.request)
        if options.request is not None:
            return _one(store, session, options.request, as_json=options.json)
        return _show(store, session, as_json=options.json)


def _chosen(store: Store, wish: str) -> CaptureSession | None:
    if wish == "last":
        return next(iter(store.sessions(1)), None)
    return store.session(wish)


def _set_up() -> int:
    from core.cli import bootstrap
    from core.watch import inspector_setup

    inspector_setup.forget()
    if inspector_setup.is_installed():
        say("The inspector is installed already.")
        return OK
    if not (bootstrap.CHECKOUT / inspector_setup.LOCK).is_file():
        complain(inspector_setup.missing())
        return INCOMPLETE
    bootstrap.prepare(bootstrap.INSPECT, links=False)
    say("The inspector is installed, in an environment of its own.")
    return OK


def _remove_ca() -> int:
    from core.watch.inspector_run import remove_authority

    if remove_authority():
        say("The inspector's key and certificates are removed; tools that still run under it cannot connect until restarted.")
    else:
        say("There was no key or certificate of the inspector on this computer.")
    return OK


def _forget(store: Store, wish: str | None) -> int:
    if wish is None:
        say(f"Removed: {count_of(store.forget(), 'capture', 'captures')}.")
        return OK
    session = _chosen(store, wish)
    if session is None:
        complain("There is no capture of that id (or several), so nothing was removed; 'telltale requests' lists them.")
        return USAGE
    store.forget(session.id)
    say(f"Removed: the capture {session.id}.")
    return OK


def _export(store: Store, session: CaptureSession, file: Path) -> int:
    from core.watch.captures import write_export
    from core.watch.store_har import har

    try:
        write_export(file, har(store, session), replaces=False)
    except FileExistsError:
        complain("The file exists already and was left as it is; name another one.")
        return USAGE
    say(f"Written, without values: the capture {session.id} with {count_of(session.requests, 'request', 'requests')}.")
    return OK


def _list(store: Store, *, as_json: bool) -> int:
    from core.watch.store_har import document

    sessions = store.sessions()
    if as_json:
        say_json({"schema": "telltale.captures/1", "captures": [document(store, session)["session"] for session in sessions]})
    elif not sessions:
        say("Nothing was captured yet. Start a tool with: telltale run --inspect TOOL")
    else:
        rows = [(f"{item.id}", f"{item.tool} {item.version}  {_when(item.started)}  {_sums(item)}") for item in sessions[:_MOST_LISTED]]
        say("\n".join(columns_of(rows, width())))
        if len(sessions) > _MOST_LISTED:
            say(f"  and {len(sessions) - _MOST_LISTED} older ones (all: --json)")
    return OK


def _sums(item: CaptureSession) -> str:
    parts = [
        count_of(item.requests, "request", "requests"),
        count_of(item.facts, "fact", "facts"),
        count_of(item.markers, "marker", "markers"),
    ]
    parts += [f"{count_of(item.bypasses, 'connection', 'connections')} not read"] if item.bypasses else []
    return ", ".join(parts) + ("" if item.state == "ended" else f" ({item.state})")


def _show(store: Store, session: CaptureSession, *, as_json: bool) -> int:
    from core.watch.store_har import document, request_document, requests

    if as_json:
        say_json(
            {"schema": "telltale.capture/1"}
            | document(store, session)
            | {"requests": [request_document(item) for item in requests(store, session.id)]}
        )
        return OK
    colour = wants_colour()
    columns = width()
    say(paint(f"{session.tool} {session.version}, {_when(session.started)}", "bold", on=colour))
    say(fold(session.coverage or "The capture is still running.", columns))
    for trouble in store.troubles(session.id):
        say(fold(f"! {trouble.sentence}{f' ({trouble.times} times)' if trouble.times > 1 else ''}", columns))
    _facts(store, session, columns, colour=colour)
    markers = store.markers(session.id)
    if markers:
        say(paint("\nMarkers", "bold", on=colour))
        for number, host, marker in markers[:_MOST_LISTED]:
            say(f"  request {number} to {host}, {marker.place}")
            say("\n".join(_marker_lines(marker, columns)))
        if len(markers) > _MOST_LISTED:
            say(f"  and {len(markers) - _MOST_LISTED:,} more not listed (all: --json)")
    _requests(store, session, columns, colour=colour)
    return OK


def _facts(store: Store, session: CaptureSession, columns: int, *, colour: bool) -> None:
    facts = store.facts(session.id)
    say(paint("\nFacts found", "bold", on=colour))
    if not facts:
        say("  none; that is no proof that nothing was sent")
    for host, fact, count in facts[:_MOST_LISTED]:
        also = f", also {', '.join(fact.also)}" if fact.also else ""
        say(f"  {fact.signal}{f' ({fact.part})' if fact.part else ''}: {fact.masked}{also}")
        say(fold(f"{fact.encoding} in {fact.place}, to {host}, {count_of(count, 'request', 'requests')}", columns, "    "))
    if len(facts) > _MOST_LISTED:
        say(f"  and {len(facts) - _MOST_LISTED} more (all: --json)")


def _requests(store: Store, session: CaptureSession, columns: int, *, colour: bool) -> None:
    say(paint("\nRequests", "bold", on=colour))
    for item in store.requests(session.id, 0, _MOST_LISTED):
        found = "".join(
            f", {count_of(number, noun, noun + 's')}"
            for number, noun in ((item.fact_count, "fact"), (item.marker_count, "marker"))
            if number
        )
        say(
            clip(
                f"  {item.number:>4}  {item.method} {item.host}{item.path}  {item.size:,} bytes, status {item.status or 'none'}{found}",
                columns,
            )
        )
        if item.note:
            say(fold(item.note, columns, " " * 8))
    rest = session.requests - _MOST_LISTED
    if rest > 0:
        say(f"  and {rest:,} more (all: --json)")


def _one(store: Store, session: CaptureSession, number: int, *, as_json: bool) -> int:
    from core.watch.store_har import request_document

    request = store.request(session.id, number)
    if request is None:
        complain(f"The capture {session.id} has no request {number}.")
        return USAGE
    if as_json:
        say_json({"schema": "telltale.request/1"} | request_document(request))
        return OK
    say("\n".join(_request_lines(request, width())))
    return OK


def _body(store: Store, session: CaptureSession, number: int) -> int:
    """Print what was kept of one request: as it is for a program or file, harmless for a terminal."""
    from core.watch.store_bodies import BodiesLockedError

    try:
        body = store.body(session.id, number)
    except BodiesLockedError as error:
        complain(str(error))
        return INCOMPLETE
    if body is None:
        complain(
            f"The content of request {number} was not kept or is past its 7 days, so there is nothing to show; "
            "keep it with 'telltale run --inspect --keep-bodies TOOL'."
        )
        return USAGE
    if sys.stdout.isatty():
        say("\n".join(visible(line) for line in body.decode("utf-8", "backslashreplace").splitlines()))
    else:
        sys.stdout.buffer.write(body)
    return OK


def _request_lines(request: StoredRequest, columns: int) -> list[str]:
    lines = [f"{request.method} {request.scheme}://{request.host}{request.path} ({request.http}), {request.size:,} bytes"]
    lines.append(f"status {request.status or 'none'}, {request.reply_size:,} bytes back in {request.seconds:.2f} s")
    lines.append(fold(f"headers: {', '.join(request.header_names)}", columns))
    lines += [fold(request.note, columns)] if request.note else []
    for fact in request.facts:
        times = f", {fact.times} times" if fact.times > 1 else ""
        lines.append(f"  {fact.signal}: {fact.masked} ({fact.encoding}) in {fact.place}{times}")
    lines += ["Its content was kept; --body shows it, with the real values in it."] if request.has_body else []
    for marker in request.markers:
        lines.append(f"  {marker.place}")
        lines += _marker_lines(marker, columns)
    if not (request.facts or request.markers):
        lines.append("Nothing was found in it; that is no proof that nothing was sent.")
    return lines


def _marker_lines(marker: StoredMarker, columns: int) -> list[str]:
    points = ", ".join(f"{point.label} {point.name}" for point in marker.code_points)
    lines = [fold(f"{marker.kind} ({marker.confidence}) at character {marker.position}: {points}", columns, "    ")]
    return [*lines, fold(marker.sentence, columns, "    ")] if marker.sentence else lines


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")

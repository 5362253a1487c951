"""`telltale markers`: hidden and look-alike characters in a file, a HAR, lines of JSON, or what is piped in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, USAGE, columns_of, complain, count_of, fold, paint, say, say_json, wants_colour, width
from core.redact import RevealGate
from core.watch.bodies import Piece, Request, walk, walk_text
from core.watch.markers import Confidence, MarkerFinding, scan_pieces

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from core.catalogue.markers import MarkerScheme

_LARGEST: Final = 256 * 1024 * 1024
_SURENESS: Final = {
    Confidence.CERTAIN: "not ordinary here",
    Confidence.LIKELY: "seldom ordinary here",
    Confidence.POSSIBLE: "may be ordinary",
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "markers", "find hidden and look-alike characters in a text, HAR or JSON file", run)
    parser.add_argument("file", metavar="FILE", help="a file, or - for what is piped in; it is only read")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--all", action="store_true", help="show also what may well be ordinary")


def run(options: Namespace) -> int:
    """Print the markers of one text; the text is never changed."""
    try:
        text = _read(options.file)
    except (OSError, ValueError) as error:
        complain(f"The file could not be read ({type(error).__name__}), so nothing was looked at; check its name and size.")
        return USAGE if isinstance(error, FileNotFoundError) else INCOMPLETE
    pieces, faults = _pieces(text)
    findings = [item for item in scan_pieces(pieces) if options.all or item.confidence is not Confidence.POSSIBLE or item.scheme]
    schemes = load_catalogue().markers
    if options.json:
        rows = [_data(item, text) for item in findings]
        say_json({"schema": "telltale.markers/1", "strings": len(pieces), "findings": rows, "faults": faults})
    else:
        for line in _text(findings, text, schemes, len(pieces)):
            say(line)
    for fault in faults:
        complain(fault)
    return INCOMPLETE if faults else OK


def _read(name: str) -> str:
    if name == "-":
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with Path(name).open("rb") as file:
            data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError("too large")
    return data.decode("utf-8", "replace")


def _pieces(text: str) -> tuple[list[Piece], list[str]]:
    """Return the strings of a HAR's requests, or of any other text."""
    if requests := _har(text):
        pieces: list[Piece] = []
        faults: list[str] = []
        for number, request in enumerate(requests, 1):
            walked = walk(request)
            pieces.extend(Piece(((None, f"request {number}: "), piece.place), piece.text, piece.is_opened) for piece in walked.pieces)
            faults.extend(walked.faults)
        return pieces, list(dict.fromkeys(faults))
    walked = walk_text(text)
    return list(walked.pieces), list(walked.faults)


def _har(text: str) -> list[Request]:
    """Return the requests of an HTTP archive; an empty list if it is none."""
    if '"entries"' not in text[:100_000]:
        return []
    try:
        entries = [entry["request"] for entry in json.loads(text)["log"]["entries"]]
        return [
            Request(
                str(item["method"]),
                str(item["url"]),
                tuple((str(header["name"]), str(header["value"])) for header in item.get("headers", ())),
                str((item.get("postData") or {}).get("text", "")).encode("utf-8", "surrogatepass"),
            )
            for item in entries
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _where(item: MarkerFinding, text: str) -> str:
    """Return the place; in a plain text as line and column."""
    if item.place != "text":
        return f"{item.place}, character {item.position + 1}"
    before = text[: item.position]
    return f"line {before.count(chr(10)) + 1}, column {item.position - before.rfind(chr(10))}"


def _shown(item: MarkerFinding) -> str:
    """Return the text around a marker; everything that is not plain ASCII is written as its code point."""
    around = item.context.reveal(RevealGate())
    return "".join(ch if ch.isascii() and ch.isprintable() else f"[U+{ord(ch):04X}]" for ch in around)


def _text(findings: list[MarkerFinding], text: str, schemes: Any, strings: int) -> Iterator[str]:
    columns, colour = width(), wants_colour()
    for item in findings:
        yield paint(f"{item.kind.value} at {_where(item, text)}", "bold", "yellow", on=colour)
        rows = [(point.label, point.name + (f", where ordinary text has {_plain(point.ordinary)}" if point.ordinary else ""))
                for point in item.code_points[:12]]  # fmt: skip
        rows.append(("around it", _shown(item)))
        if decoded := item.decoded.reveal(RevealGate()):
            rows.append(("read as text", decoded))
        rows.append(("how sure", _SURENESS[item.confidence]))
        yield from columns_of(rows, columns)
        yield fold(item.sentence, columns, "  ")
        yield ""
    named: dict[str, MarkerScheme] = {item.scheme: schemes[item.scheme] for item in findings if item.scheme in schemes}
    for scheme in named.values():
        yield from _about(scheme, columns, colour=colour)
    yield f"{count_of(len(findings), 'marker', 'markers')} in {count_of(strings, 'string', 'strings')}. Nothing was changed."


def _plain(ordinary: str) -> str:
    return " ".join(f"U+{ord(ch):04X} ({ch})" for ch in ordinary)


def _about(scheme: MarkerScheme, columns: int, *, colour: bool) -> Iterator[str]:
    yield paint(scheme.title, "bold", on=colour)
    rows = [("What", scheme.summary), ("Versions", scheme.versions_note)]
    rows.extend(("Condition", condition) for condition in scheme.conditions)
    rows += [("The vendor", scheme.vendor_answer), ("Now", scheme.state), ("Mind", scheme.limits)]
    rows.extend(("Source", source) for source in scheme.sources)
    yield from columns_of(rows, columns)
    yield ""


def _data(item: MarkerFinding, text: str) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "place": item.place,
        "where": _where(item, text),
        "position": item.position,
        "code_points": [{"code": point.label, "name": point.name, "ordinary": point.ordinary} for point in item.code_points],
        "ordinary": item.ordinary,
        "confidence": item.confidence.value,
        "scheme": item.scheme,
        "sentence": item.sentence,
    }

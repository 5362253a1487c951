"""`telltale markers`: hidden and look-alike characters in a file, a HAR, lines of JSON, or what is piped in."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, USAGE, columns_of, complain, count_of, fold, paint, say, say_json, wants_colour, width
from core.redact import RevealGate
from core.watch.bodies import Piece, Request, Walked, walk, walk_bytes
from core.watch.facts_stream import Stream
from core.watch.markers import Confidence, MarkerFinding, Scan, scan_counted

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence
    from typing import IO

    from core.catalogue.markers import MarkerScheme

_WHOLE: Final = 32 * 1024 * 1024
_LARGEST: Final = 4 * 1024 * 1024 * 1024
_STEP: Final = 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one file gave: its markers, how many strings it has, its text where positions are told by line, and what was not seen."""

    scan: Scan
    strings: int
    text: str
    faults: tuple[str, ...]


def run(options: Namespace) -> int:
    """Print the markers of one text; the text is never changed."""
    try:
        looked = _look(options.file)
    except (OSError, ValueError) as error:
        complain(f"The file could not be read ({type(error).__name__}), so nothing was looked at; check its name and size.")
        return USAGE if isinstance(error, FileNotFoundError) else INCOMPLETE
    findings = [item for item in looked.scan.findings if options.all or item.confidence is not Confidence.POSSIBLE or item.scheme]
    schemes = load_catalogue().markers
    if options.json:
        rows = [_data(item, looked.text) for item in findings]
        more = {"not_listed": looked.scan.left_out, "not_listed_is_all": looked.scan.is_counted}
        say_json({"schema": "telltale.markers/1", "strings": looked.strings, "findings": rows, "faults": looked.faults} | more)
    else:
        for line in _text(findings, looked.text, schemes, looked.strings):
            say(line)
        if looked.scan.unlisted:
            say(fold(looked.scan.unlisted, width()))
    for fault in looked.faults:
        complain(fault)
    return INCOMPLETE if looked.faults else OK


def _look(name: str) -> _Looked:
    """Look at a file or at what is piped in: as a whole if it is of an ordinary size, else window by window."""
    if name == "-":
        return _of_stream(sys.stdin.buffer)
    with Path(name).open("rb") as file:
        return _of_stream(file)


def _of_stream(file: IO[bytes]) -> _Looked:
    data = file.read(_WHOLE + 1)
    if len(data) > _WHOLE:
        return _of_large(file, data)
    walked = _walked(data)
    return _Looked(scan_counted(walked.pieces), len(walked.pieces), data.decode("utf-8", "replace"), walked.faults)


def _of_large(file: IO[bytes], data: bytes) -> _Looked:
    """Look at a file that is too large to be held; nothing in it is opened, but the escapes of JSON are undone."""
    stream = Stream(None, 0)
    at = 0
    while data and at < _LARGEST:
        stream.feed(data, at)
        at += len(data)
        data = file.read(_STEP)
    _, found = stream.finish()
    faults = [f"The file is larger than {_WHOLE >> 20} MB, so it was read as it stands; what is packed or nested in it was not opened."]
    if data:
        faults.append(f"Only its first {at:,} bytes were looked at.")
    return _Looked(found, 1, "", tuple(faults))


def _walked(data: bytes) -> Walked:
    """Return the strings of a HAR's requests, or of any other file."""
    requests = _har(data)
    if not requests:
        return walk_bytes(data)
    pieces: list[Piece] = []
    faults: list[str] = []
    for number, request in enumerate(requests, 1):
        walked = walk(request)
        pieces.extend(Piece(((None, f"request {number}: "), piece.place), piece.text, piece.is_opened) for piece in walked.pieces)
        faults.extend(walked.faults)
    return Walked(tuple(pieces), tuple(dict.fromkeys(faults)))


def _har(data: bytes) -> list[Request]:
    """Return the requests of an HTTP archive; an empty list if it is none."""
    if b'"entries"' not in data[:100_000]:
        return []
    try:
        return [_har_request(entry["request"]) for entry in json.loads(data)["log"]["entries"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _har_request(item: dict[str, Any]) -> Request:
    headers = tuple((str(header["name"]), str(header["value"])) for header in item.get("headers", ()))
    post = item.get("postData") or {}
    body = str(post.get("text") or "").encode("utf-8", "surrogatepass")
    if post.get("encoding") == "base64":
        body = base64.b64decode(body, validate=True)
    if not body and post.get("params"):
        body = json.dumps(post["params"]).encode()
    return Request(str(item["method"]), str(item["url"]), headers, body)


def _where(item: MarkerFinding, text: str) -> str:
    """Return the place; in a plain text as line and column."""
    if item.place == "bytes":
        return f"near byte {item.position:,}"
    if item.place != "text":
        return f"{item.place}, character {item.position + 1}"
    before = text[: item.position]
    return f"line {before.count(chr(10)) + 1}, column {item.position - before.rfind(chr(10))}"


def _shown(item: MarkerFinding) -> str:
    """Return the text around a marker; everything that is not plain ASCII is written as its code point."""
    around = item.context.reveal(RevealGate())
    return "".join(ch if ch.isascii() and ch.isprintable() else f"[U+{ord(ch):04X}]" for ch in around)


def _text(findings: Sequence[MarkerFinding], text: str, schemes: Any, strings: int) -> Iterator[str]:
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

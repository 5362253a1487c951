"""Traces kept on disk: one file each, readable by this user only, without any value; strace's own output is read too."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from core.paths import state_dir, write_private
from core.redact import visible
from core.watch.trace_book import Book, Traced
from core.watch.trace_map import Subject
from core.watch.trace_model import Deed, Living, TraceError, TraceEvent, TraceReport, Who

if TYPE_CHECKING:
    from pathlib import Path

_FORM: Final = "telltale-trace-1"
_MOST_KEPT: Final = 100
_PIECE: Final = 1 << 18
_LARGEST_OWN: Final = 64 << 20
_LONGEST_TEXT: Final = 4000


def folder() -> Path:
    """Return where traces are kept (not created)."""
    return state_dir() / "traces"


def save(report: TraceReport) -> Path | None:
    """Keep a trace and return its file, None if the disk did not take it; the oldest beyond a hundred go."""
    day = datetime.fromtimestamp(report.started or report.ended or 0, UTC)
    file = folder() / f"{day:%Y%m%d-%H%M%S}-{report.tool or 'other'}-{secrets.token_hex(2)}.json"
    if not write_private(file, json.dumps({"form": _FORM, **asdict(report)}, separators=(",", ":")).encode("ascii")):
        return None
    for old in listed()[_MOST_KEPT:]:
        old.unlink(missing_ok=True)
    return file


def listed() -> tuple[Path, ...]:
    """Return the kept traces, newest first."""
    try:
        return tuple(sorted(folder().glob("*.json"), key=lambda file: file.name, reverse=True))
    except OSError:
        return ()


def load(file: Path, home: str = "") -> TraceReport:
    """Read a trace: one that Telltale kept, or the output of `strace -f`; raises a sentence if it is neither."""
    try:
        with file.open("rb") as stream:
            begin = stream.read(64)
            stream.seek(0)
            if begin.startswith(b'{"form":"telltale-trace-'):
                return _own(stream.read(_LARGEST_OWN))
            book = Book(Traced(subject=Subject(home)))
            while data := stream.read(_PIECE):
                book.feed(data)
            book.finish()
    except OSError as error:
        raise TraceError(f"The file could not be read ({type(error).__name__}); name a kept trace or the output of strace.") from error
    report = book.report(is_whole=book.tree.root_ended)
    if not report.lines or report.unread > report.lines // 2:
        raise TraceError("The file is neither a trace of Telltale nor the output of strace, so nothing can be shown.")
    return report


def _own(data: bytes) -> TraceReport:
    """Read an own file as carefully as a foreign one: everything has its type, nothing in it can act on a terminal."""
    try:
        document = json.loads(data)
        if document.pop("form") != _FORM:
            raise TraceError("The trace was written by another version of Telltale and cannot be shown by this one.")
        events = tuple(_event(item) for item in document.pop("events"))
        living = tuple(Living(int(item["pid"]), _text(item["program"])) for item in document.pop("living"))
        return TraceReport(
            tool=_text(document["tool"]),
            version=_text(document["version"]),
            started=float(document["started"]),
            ended=float(document["ended"]),
            events=events,
            processes=int(document["processes"]),
            lines=int(document["lines"]),
            unread=int(document["unread"]),
            living=living,
            is_whole=bool(document["is_whole"]),
            is_fast=bool(document["is_fast"]),
            withheld=tuple(_text(name) for name in document.get("withheld", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TraceError("The kept trace is damaged, so it cannot be shown; delete it or make another one.") from error


def _event(item: dict[str, Any]) -> TraceEvent:
    return TraceEvent(
        float(item["at"]),
        int(item["pid"]),
        _text(item["program"]),
        Who(item["who"]),
        Deed(item["deed"]),
        _text(item["what"]),
        tuple(_text(name) for name in item["signals"]),
        _text(item["note"]),
        bool(item["counts"]),
        int(item["times"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return visible(value[:_LONGEST_TEXT])

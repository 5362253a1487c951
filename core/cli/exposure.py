"""`telltale exposure`: what each AI tool could see, was seen doing, and is said to do; and what differs from before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.cli.choose import choose_signals, refuse
from core.cli.looking import choose_tools, look, moment_of
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, complain, fold, paint, say, say_json, wants_colour, width
from core.model import Grade
from core.redact import visible
from core.tools.exposure_book import differences, version_differences
from core.tools.recording import Recorder
from core.tools.versions import parse_version, range_words

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence

    from core.catalogue import Catalogue
    from core.cli.looking import Looked
    from core.tools.exposure_book import Cell, Difference
    from core.tools.model import Evidence, Exposure

GRADES: Final[Mapping[Grade, str]] = {
    Grade.SAW_SENT: "Seen sending",
    Grade.SAW_READ: "Seen reading",
    Grade.REPORTED: "Reported",
    Grade.VENDOR_SAYS: "Vendor says so",
    Grade.COULD_SEE: "Could see",
    Grade.HIDDEN: "Hidden",
    Grade.DENIED: "Refused by the system",
    Grade.ABSENT: "Nothing there",
    Grade.NOT_MEASURED: "Not measured",
    Grade.NOT_POSSIBLE: "Not possible here",
}
_WHO: Final = {
    "makers": "Telltale's makers",
    "vendor": "the vendor",
    "report": "a report",
    "shipped-code": "read in shipped code",
    "stand-in": "measured here",
    "session": "measured here in a running session",
    "recorded": "recorded",
    "synthetic": "synthetic, of an invented computer",
    "inspector": "seen here by the inspector",
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "exposure", "show what each AI tool could see, was seen doing, and is said to do", run)
    parser.add_argument(
        "tool", nargs="*", default=[], metavar="TOOL", help="these tools, installed or not (the installed ones if none is named)"
    )
    parser.add_argument("--signal", action="append", default=[], metavar="ID", help="only this signal, with its evidence; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--persona", metavar="NAME", help="look at an invented computer instead of this one")
    parser.add_argument(
        "--diff", nargs="?", const="last", metavar="WHEN", help="what differs from the last time, or from a time (7d, 2026-11-20)"
    )
    parser.add_argument("--versions", nargs=2, metavar=("OLD", "NEW"), help="what is known to differ between two versions of one tool")


def run(options: Namespace) -> int:
    """Measure, join and print; incomplete if something could not be measured."""
    catalogue = load_catalogue()
    wanted = choose_signals(catalogue, options.signal, None)
    if options.versions:
        return _versions(catalogue, options)
    if options.persona and options.diff:
        refuse("An invented computer has no history; leave out --diff or --persona.")
    looked = look(catalogue, options.tool, options.persona)
    before = _before(looked, options.diff) if options.diff else {}
    cells = looked.book.cells(looked.tools)
    if options.diff and not before and not options.json:
        say("There is no earlier look to compare with. A look is kept of every tool that is installed here.")
    elif options.diff:
        found = differences(before, cells) if before else ()
        _print_differences([item for item in found if wanted is None or item.signal in wanted], looked, options.json)
    else:
        _print(looked, wanted, as_json=options.json)
    _remember(looked, cells)
    for fault in looked.faults:
        complain(fault)
    return INCOMPLETE if looked.faults or catalogue.problems or catalogue.tool_problems else OK


def _before(looked: Looked, when: str) -> dict[tuple[str, str], Cell]:
    if looked.history is None:
        return {}
    kept = looked.history.cells(None if when == "last" else moment_of(when))
    return {pair: cell for pair, cell in kept.items() if pair[0] in looked.tools}


def _remember(looked: Looked, cells: Mapping[tuple[str, str], Cell]) -> None:
    if looked.history is None:
        return
    recorder = Recorder(looked.history, looked.catalogue)
    if looked.detection.is_complete:
        recorder.installations(looked.detection.installations)
    recorder.cells({pair: cell for pair, cell in cells.items() if pair[0] in looked.book.installed})
    if looked.history.message:
        complain(looked.history.message)
    looked.history.close()


def _print(looked: Looked, wanted: frozenset[str] | None, *, as_json: bool) -> None:
    rows = {tool: [cell for cell in looked.book.row(tool) if wanted is None or cell.signal in wanted] for tool in looked.tools}
    if as_json:
        say_json(document(looked, rows))
        return
    if not rows:
        say("No AI tool was found here; name one to see what it could see if it were started.")
    for tool, cells in rows.items():
        for line in _heading(looked, tool):
            say(line)
        for line in _in_detail(cells, looked.catalogue) if wanted is not None else _by_grade(cells, looked.catalogue):
            say(line)
        say()


def _heading(looked: Looked, tool: str) -> Iterator[str]:
    versions = looked.book.known(tool).versions
    name = looked.catalogue.tools[tool].name
    here = ", ".join(version or "version unknown" for version in versions) if versions else "not installed here"
    yield paint(f"{name} ({tool}), {visible(here)}", "bold", "cyan", on=wants_colour())
    sees, measured = looked.book.sees(tool)
    yield f"  Could see or was seen with {sees} of {measured} measured signals."


def _by_grade(cells: Sequence[Exposure], catalogue: Catalogue) -> Iterator[str]:
    by_grade: dict[Grade, list[str]] = defaultdict(list)
    for cell in cells:
        by_grade[cell.grade].append(catalogue.signals[cell.signal].title)
    rows = [(f"{GRADES[grade]} ({len(by_grade[grade])})", ", ".join(by_grade[grade])) for grade in GRADES if grade in by_grade]
    yield from columns_of(rows, width())


def _in_detail(cells: Sequence[Exposure], catalogue: Catalogue) -> Iterator[str]:
    for cell in cells:
        yield f"  {catalogue.signals[cell.signal].title}: {GRADES[cell.grade]}"
        yield fold(cell.sentence, width(), "    ")
        for heading, items in (("Here", cell.evidence), ("Elsewhere", cell.elsewhere), ("Other versions", cell.other_versions)):
            yield from (f"    - {fold(f'{heading}: {_piece(item)}', width(), '      ').lstrip()}" for item in items)


def _piece(item: Evidence) -> str:
    version = f", version {range_words(item.tool_version)}" if item.tool_version else ""
    who = _WHO.get(item.method, item.method)
    label = "" if item.method == "report" and item.place else "Limits: "  # a report's limits carry their own labels
    limits = f" {label}{item.limits}" if item.limits else ""
    detail = item.detail if not item.detail or item.detail.endswith((".", "!", "?")) else f"{item.detail}."
    return visible(f"{GRADES[item.grade].lower()} ({who}, {item.at:%Y-%m-%d}{version}). {detail} Source: {item.source}.{limits}")


def _print_differences(found: list[Difference], looked: Looked, as_json: bool) -> None:  # noqa: FBT001  the option's value
    moved = [item for item in found if not item.is_new_version_only]
    if as_json:
        say_json({"schema": "telltale.exposure-diff/1", "differences": [_difference(item) for item in moved]})
        return
    for line in _new_versions(found, looked):
        say(line)
    if not moved:
        say("Nothing differs.")
    for item in moved:
        tool, signal = looked.catalogue.tools[item.tool].name, looked.catalogue.signals.get(item.signal)
        say(f"{tool}, {signal.title if signal is not None else item.signal}: {_cell(item.before)} -> {_cell(item.after)}")


def _new_versions(found: list[Difference], looked: Looked) -> Iterator[str]:
    """Say once per tool that the looks are about different versions."""
    pairs = {(item.tool, item.before.version, item.after.version) for item in found if item.before is not None and item.after is not None}
    for tool, old, new in sorted(pairs):
        if old != new:
            was, now = (visible(text) or "none installed" for text in (old, new))
            yield f"{looked.catalogue.tools[tool].name}: compared are version {was} before and {now} now."


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "not known"
    said = f", {GRADES[cell.said].lower()}" if cell.said is not None else ""
    return f"{GRADES[cell.here].lower()}{said}{f' ({visible(cell.version)})' if cell.version else ''}"


def _difference(item: Difference) -> dict[str, Any]:
    return {"tool": item.tool, "signal": item.signal, "before": _cell_data(item.before), "after": _cell_data(item.after)}


def _cell_data(cell: Cell | None) -> dict[str, Any] | None:
    return None if cell is None else {"here": cell.here.value, "said": cell.said.value if cell.said else None, "version": cell.version}


def _versions(catalogue: Catalogue, options: Namespace) -> int:
    tools = choose_tools(catalogue, options.tool)
    if len(tools) != 1:
        refuse("Name exactly one tool to compare two of its versions.")
    old, new = options.versions
    for text in options.versions:
        if parse_version(text) is None:
            refuse(f"{text!r} is no version; write it as 2.1.197.")
    found = version_differences(catalogue.tools[tools[0]], old, new)
    found = tuple(item for item in found if not options.signal or item.signal in options.signal)
    if options.json:
        rows = [{"signal": item.signal, "applies_to": new if item.begins else old, **evidence_data(item.evidence)} for item in found]
        say_json({"schema": "telltale.exposure-versions/1", "old": old, "new": new, "differences": rows})
        return OK
    if not found:
        say(f"Nothing is known to differ between {old} and {new}; that does not show that they are alike.")
    for item in found:
        say(fold(f"{catalogue.signals[item.signal].title}, known of {new if item.begins else old} only: {_piece(item.evidence)}", width()))
    say()
    say("What is known of one version only may hold for the other too, where nobody looked.")
    return OK


def document(looked: Looked, rows: Mapping[str, Sequence[Exposure]]) -> dict[str, Any]:
    """Return exposures as plain data; values are masked in the core already."""
    host = looked.host
    return {
        "schema": "telltale.exposure/1",
        "host": {"system": host.system.value, "eyes": host.eyes, "synthetic": host.is_synthetic},
        "tools": [_tool_data(looked, tool) for tool in rows],
        "exposures": [_exposure_data(cell) for cells in rows.values() for cell in cells],
    }


def _tool_data(looked: Looked, tool: str) -> dict[str, Any]:
    sees, measured = looked.book.sees(tool)
    known = looked.book.known(tool)
    return {"id": tool, "name": known.tool.name, "versions": list(known.versions), "sees": sees, "measured": measured}


def _exposure_data(cell: Exposure) -> dict[str, Any]:
    return {
        "tool": cell.tool,
        "signal": cell.signal,
        "grade": cell.grade.value,
        "here": cell.here.value,
        "said": cell.said.value if cell.said is not None else None,
        "sensitivity": int(cell.sensitivity),
        "sentence": cell.sentence,
        "evidence": [evidence_data(item) for item in cell.evidence],
        "elsewhere": [evidence_data(item) for item in cell.elsewhere],
        "other_versions": [evidence_data(item) for item in cell.other_versions],
    }


def evidence_data(item: Evidence) -> dict[str, Any]:
    """Return one piece of evidence as plain data."""
    return {
        "grade": item.grade.value,
        "method": item.method,
        "at": item.at.isoformat(timespec="seconds"),
        "version": item.tool_version,
        "source": item.source,
        "detail": item.detail,
        "place": item.place,
        "limits": item.limits,
    }

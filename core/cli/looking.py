"""What the commands about exposure share: detection, a look through each tool's eyes, evidence kept before, and points in time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.cli.choose import choose_host, refuse
from core.engine import scan_once
from core.history import History
from core.tools.detect import Detection, detect
from core.tools.exposure_book import ExposureBook
from core.tools.launches import measure_copies
from core.tools.recording import Recorder
from core.tools.stand_in import recorded_view
from core.watch.captures import synthetic_evidence
from core.watch.kept_evidence import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.model import Reading
    from core.tools.looks import View
    from core.tools.model import Installation

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything one command found out; `faults` are sentences for the error output."""

    catalogue: Catalogue
    host: Host
    detection: Detection
    book: ExposureBook
    history: History | None
    tools: tuple[str, ...]
    faults: tuple[str, ...] = field(default=())


def choose_tools(catalogue: Catalogue, names: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted tools; ends the program for an unknown id."""
    for name in names:
        if name not in catalogue.tools:
            refuse(f"There is no tool {name!r} in the catalogue; `telltale claims` lists them all.")
    return tuple(dict.fromkeys(names))


def look(catalogue: Catalogue, names: Sequence[str], persona: str | None = None, only: frozenset[str] | None = None) -> Looked:
    """Detect, and look through the eyes of these tools (none named: the installed ones), also where one is not installed."""
    host = choose_host(persona)
    detection = detect(host, catalogue.tools.values())
    book = ExposureBook(catalogue, host.system)
    book.set_installations(detection.installations)
    history = None if host.is_synthetic else History()
    if history is not None:
        book.add_evidence(gather(history, Recorder(history, catalogue)))
    tools = choose_tools(catalogue, names) or book.installed
    readings = scan_once(host, catalogue, only) if host.is_synthetic else None
    if readings is not None:
        book.add_evidence(synthetic_evidence(host, readings))
    faults = [problem.message for problem in detection.problems]
    for view in _views(catalogue, detection, tools, only, readings):
        book.set_view(view)
        if view.problem:
            faults.append(f"{catalogue.tools[view.tool].name}: {view.problem}")
    return Looked(catalogue, host, detection, book, history, tools, tuple(dict.fromkeys(faults)))


def _views(
    catalogue: Catalogue, detection: Detection, tools: Sequence[str], only: frozenset[str] | None, readings: Sequence[Reading] | None
) -> list[View]:
    pairs = [(catalogue.tools[name], first_copy(detection, name)) for name in tools]
    if not pairs:
        return []
    if readings is not None:
        return [recorded_view(tool, copy, readings) for tool, copy in pairs]
    return list(measure_copies(pairs, catalogue, only))


def first_copy(detection: Detection, tool: str) -> Installation | None:
    """Return the copy of a tool that a command would start, else the first found."""
    mine = [item for item in detection.installations if item.tool == tool]
    return next((item for item in mine if item.starts_first), mine[0] if mine else None)


def moment_of(text: str) -> datetime:
    """Return a point in time: `30m`, `24h`, `7d`, `2w` ago, a day or a day with a time; ends the program for anything else."""
    if found := re.fullmatch(r"(\d{1,6})([mhdw])", text):
        return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is no point in time; write 30m, 24h, 7d, 2w, 2026-11-20 or 2026-11-20T14:00.")
    return when if when.tzinfo is not None else when.astimezone()

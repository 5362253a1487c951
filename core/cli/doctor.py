"""`telltale doctor`: what works on this system and what to install for the rest."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING, Any

from core import VERSION, paths
from core.catalogue import load_catalogue
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, fold, paint, say, say_json, wants_colour, width
from core.doctor import Diagnosis, State, examine, install_line
from core.host.real import RealHost
from core.model import Support

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from pathlib import Path

_SIGNS = {State.WORKS: "+", State.MISSING: "-", State.BLOCKED: "x", State.NOT_NEEDED: " "}
_WORDS = {
    Support.WORKS: "work here",
    Support.RECORDED: "work on recorded machines only",
    Support.NOT_POSSIBLE: "are not possible on this system",
    Support.NOT_BUILT: "are not built for this system yet",
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "doctor", "say what works on this system and what to install for the rest", run)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    """Examine this computer and print the diagnosis; incomplete if the catalogue could not be read whole."""
    host = RealHost()
    has_window = importlib.util.find_spec("PySide6") is not None
    found = examine(host, load_catalogue(), has_window=has_window, can_write=_can_write())
    line = install_line(host, found.checks)
    if options.json:
        say_json(_data(found, line))
    else:
        for text in _lines(found, line):
            say(text)
    return INCOMPLETE if found.problems else OK


def _lines(found: Diagnosis, line: str) -> Iterator[str]:
    columns = width()
    yield paint(f"Telltale {VERSION} on {found.system.value}", "bold", on=wants_colour())
    rows = [
        (f"{_SIGNS[check.state]} {check.title}", f"{check.purpose}: {check.state.value}. {check.remedy}".strip()) for check in found.checks
    ]
    yield from columns_of(rows, columns)
    yield ""
    yield from (f"  {count:>3} signals {_WORDS[state]}" for state, count in found.signals.items() if count)
    yield from (fold(f"Catalogue: {problem}", columns) for problem in found.problems)
    if line:
        yield f"\nTo install what is missing:\n  {line}"


def _data(found: Diagnosis, line: str) -> dict[str, Any]:
    return {
        "schema": "telltale.doctor/1",
        "telltale_version": VERSION,
        "system": found.system.value,
        "checks": [
            {"id": item.id, "title": item.title, "purpose": item.purpose, "state": item.state.value, "remedy": item.remedy}
            for item in found.checks
        ],
        "signals": {state.value: count for state, count in found.signals.items()},
        "catalogue_problems": list(found.problems),
        "install": line,
    }


def _can_write() -> bool:
    return all(_is_writable(folder) for folder in (paths.config_dir(), paths.state_dir()))


def _is_writable(folder: Path) -> bool:
    """Whether a folder, or the nearest one above that exists, can be written; nothing is created."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)

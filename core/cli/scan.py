"""`telltale scan`: what any program running as you can read, as a table or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.cli.choose import choose_host, choose_signals
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, complain, say, say_json
from core.engine import scan_once
from core.model import Group
from core.probes.result import Failed
from core.report.scan import scan_document

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "scan", "show what any program running as you can read of this computer", run)
    parser.add_argument("--json", action="store_true", help="print JSON (its schema: resources/schema/scan.schema.json)")
    parser.add_argument("--reveal", action="store_true", help="print values instead of masks (secrets stay described only)")
    parser.add_argument("--only", nargs="+", metavar="ID", default=[], help="ask only these signals (telltale signals lists them)")
    parser.add_argument("--group", choices=[group.value for group in Group], help="ask only the signals of one group")
    eyes = parser.add_mutually_exclusive_group()
    eyes.add_argument("--persona", metavar="NAME", help="look at an invented computer instead of this one")
    eyes.add_argument("--pid", type=int, metavar="N", help="look through the eyes of a running program of yours")


def run(options: Namespace) -> int:
    """Scan and print; incomplete if some probe failed."""
    catalogue = load_catalogue()
    wanted = choose_signals(catalogue, options.only, options.group)
    host = choose_host(options.persona, options.pid)
    readings = scan_once(host, catalogue, wanted)
    gate = None
    if options.reveal:
        from core.redact import RevealGate

        gate = RevealGate()
    if options.json:
        say_json(scan_document(readings, catalogue, host, gate))
    else:
        from core.cli.scan_text import scan_lines

        for line in scan_lines(readings, catalogue, host, gate):
            say(line)
    for problem in catalogue.problems:
        complain(f"catalogue file {problem.file}, {problem.key or 'whole file'}: {problem.message}")
    is_incomplete = bool(catalogue.problems) or any(isinstance(reading.result, Failed) for reading in readings)
    return INCOMPLETE if is_incomplete else OK

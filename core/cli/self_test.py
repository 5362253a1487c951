"""`telltale self-test`: proof that values stay masked and nothing leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import VERSION
from core.catalogue import load_catalogue
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, say, say_json, width

if TYPE_CHECKING:
    from argparse import Namespace


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "self-test", "plant invented values and look for them in everything Telltale puts out", run)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    """Run the self-test and print its outcomes."""
    from core.cli.scan_text import scan_lines
    from core.selftest import run_self_test

    outcomes = run_self_test(load_catalogue(), scan_lines)
    passed = sum(outcome.passed for outcome in outcomes)
    if options.json:
        rows = [{"name": item.name, "passed": item.passed, "detail": item.detail} for item in outcomes]
        say_json({"schema": "telltale.self-test/1", "telltale_version": VERSION, "passed": passed == len(outcomes), "checks": rows})
    else:
        for line in columns_of([("held" if item.passed else "FAILED", f"{item.name} ({item.detail})") for item in outcomes], width()):
            say(line)
        say(f"{passed} of {len(outcomes)} checks held.")
    return OK if passed == len(outcomes) else INCOMPLETE

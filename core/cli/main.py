"""The command `telltale`: without arguments the window, else the headless twin of every page. Qt is never imported here."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import TYPE_CHECKING, Any

from core import VERSION, log
from core.cli import refusal
from core.cli.display import has_display
from core.cli.output import INCOMPLETE, OK, OutputError, complain, flush, fold, say, silence, width
from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (
    "scan",
    "signals",
    "tools",
    "claims",
    "exposure",
    "policy",
    "history",
    "requests",
    "trace",
    "markers",
    "compare",
    "canary",
    "toggles",
    "presets",
    "plan",
    "apply",
    "changes",
    "undo",
    "reset",
    "verify",
    "run",
    "shims",
    "doctor",
    "self_test",
)
_OWN_OPTIONS = ("-h", "--help", "--version")  # every other option is the window's
_EPILOG = "Exit status: 0 complete, 3 incomplete (something could not be measured), 2 wrong usage."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every expected failure is one sentence on the error output."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    warnings = log.to_stderr()
    try:
        return _told(arguments)
    except TelltaleError as error:
        complain(str(error))
        return INCOMPLETE
    except KeyboardInterrupt:
        return 130
    except OutputError as error:
        silence(sys.stdout)
        if isinstance(error.reason, BrokenPipeError):
            return OK  # the reader has seen enough
        complain(refusal.of_output(error.reason, arguments[0] if arguments else ""))
        return INCOMPLETE
    except OSError as error:
        complain(refusal.of_system(error, arguments[0] if arguments else ""))
        return INCOMPLETE
    finally:
        log.detach(warnings)


def _told(arguments: list[str]) -> int:
    """Run one command and write out all it said, also where the parser ends it (help, the version, wrong usage)."""
    try:
        status = _run(arguments)
    except SystemExit as end:
        flush()
        raise end from None
    flush()
    return status


def build_parser(commands: Sequence[str] = _COMMANDS) -> argparse.ArgumentParser:
    """Return the parser with these commands; each lives in a module of `core.cli` of the same name."""
    parser = argparse.ArgumentParser(
        prog="telltale", description="See what AI tools can see of this computer, and give away less.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"telltale {VERSION}")
    subparsers = parser.add_subparsers(metavar="COMMAND", title="commands (without one, the window opens)")
    for name in commands:
        importlib.import_module(f"core.cli.{name}").register(subparsers)
    return parser


def add_command(subparsers: Any, name: str, summary: str, run: Any, **more: Any) -> argparse.ArgumentParser:
    """Add a command with its help line and the function that runs it."""
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=summary, description=summary, epilog=_EPILOG, **more)
    parser.set_defaults(run=run)
    return parser


def _run(arguments: list[str]) -> int:
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in _OWN_OPTIONS):
        return _window(arguments)
    wanted = arguments[0].replace("-", "_")
    parser = build_parser((wanted,) if wanted in _COMMANDS else _COMMANDS)  # one command needs only its own module
    options, rest = parser.parse_known_args(arguments)
    if rest:  # the parser takes names before or after the options, but not both
        gathered = getattr(options, "gathered", "")
        if not gathered or any(item.startswith("-") for item in rest):
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        getattr(options, gathered).extend(rest)
    return int(options.run(options))


def _window(arguments: list[str]) -> int:
    window = importlib.import_module("gui.app")  # loads Qt only when it starts
    options = window.parse(arguments)
    if not has_display():
        why = "There is no display here, so these are the findings as text; start telltale in a graphical session for the window."
        return _text_instead(options.persona, why)
    try:
        return int(window.main(arguments))
    except ImportError as error:
        why = f"The window could not be loaded ({type(error).__name__}), so these are the findings as text; README.md names what it needs."
        return _text_instead(options.persona, why)


def _text_instead(persona: str, why: str) -> int:
    status = _run(["scan", *(["--persona", persona] if persona else [])])
    say()
    say(fold(why, width()))
    return status


if __name__ == "__main__":
    sys.exit(main())

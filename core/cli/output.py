"""Printing for persons: masks that every terminal can show, tidy columns, colour only where it is wanted, no control characters."""

from __future__ import annotations

import contextlib
import os
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final, TextIO

from core.redact import DOT, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

OK: Final = 0
USAGE: Final = 2
INCOMPLETE: Final = 3
_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "yellow": "33", "cyan": "36"}


class OutputError(Exception):
    """The output could not be written; `reason` is the system's. No `TelltaleError`, so that no command takes it for one of its own."""

    def __init__(self, reason: OSError) -> None:
        """Keep the system's error."""
        super().__init__(str(reason.strerror))
        self.reason = reason


def say(text: str = "") -> None:
    """Print one line (or several); what the terminal's encoding lacks is replaced."""
    out = sys.stdout
    if out is None:  # started with a closed output
        return
    encoding = getattr(out, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace(DOT, "*").encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(text)
    except OSError as error:
        raise OutputError(error) from error


def flush() -> None:
    """Write what is still held back; only now it is known whether all of it could be written."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            raise OutputError(error) from error


def say_json(document: dict[str, Any]) -> None:
    """Print data as JSON, a line per entry of its lists; ASCII only, so that no terminal or pipe can harm it."""
    from json import dumps  # its own indenting runs in Python and costs as much as twenty probes

    parts = []
    for name, value in document.items():
        rows = ",\n".join(f"    {dumps(row)}" for row in value) if isinstance(value, list) and value else ""
        parts.append(f"  {dumps(name)}: [\n{rows}\n  ]" if rows else f"  {dumps(name)}: {dumps(value)}")
    say("{\n" + ",\n".join(parts) + "\n}")


def complain(sentence: str) -> None:
    """Print one sentence to the error output; where that cannot be written, there is nobody left to tell."""
    if sys.stderr is not None:
        try:
            print(f"telltale: {visible(sentence)}", file=sys.stderr, flush=True)
        except OSError:
            silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Point an output at nothing, so that the interpreter's last flush cannot complain."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def width() -> int:
    """Return the columns to fill: the terminal's, within 60 and 120; 80 where there is none."""
    import shutil

    return max(60, min(120, shutil.get_terminal_size((80, 24)).columns))


def wants_colour() -> bool:
    """Whether to colour: a terminal, not a dumb one, and NO_COLOR not set."""
    return bool(sys.stdout and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def paint(text: str, *styles: str, on: bool) -> str:
    """Return a text in colour where colour is on."""
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m" if on and styles else text


def clip(text: str, columns: int) -> str:
    """Return a text cut to a width, with three dots where something is missing."""
    return text if len(text) <= columns else text[: max(0, columns - 3)].rstrip() + "..."


def fold(text: str, columns: int, indent: str = "") -> str:
    """Return a text wrapped to a width, every line indented."""
    return "\n".join(textwrap.wrap(text, columns, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))


def columns_of(rows: Iterable[tuple[str, str]], total: int, indent: str = "  ") -> list[str]:
    """Return rows of a name and a text as aligned lines, the text wrapped below itself."""
    listed = list(rows)
    left = min(28, max((len(name) for name, _ in listed), default=0))
    room = total - len(indent) - left - 2
    lines = []
    for name, text in listed:
        pieces = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
        lines.append(f"{indent}{clip(name, left):<{left}}  {pieces[0]}".rstrip())
        lines.extend(f"{indent}{'':<{left}}  {piece}" for piece in pieces[1:])
    return lines


def count_of(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many}"

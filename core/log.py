"""Logging that holds no values: what a record says is masked of home folders and control characters, errors lose their texts.

The window keeps a small rotating file in the state folder, readable by this user only; the command line writes warnings to
its error output.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import TYPE_CHECKING, Final

from core import paths
from core.redact import visible

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

FILE_NAME: Final = "telltale.log"
_LARGEST: Final = 256 * 1024
_KEPT: Final = 2
_ROOTS: Final = ("core", "gui")
_HOMES: Final = re.compile(r"(/home/|/Users/|[A-Za-z]:\\Users\\)[^/\\\s:'\"]+")


class ValueFreeFormatter(logging.Formatter):
    """Formats a record on one line; a traceback becomes places and the kind of error, never the error's text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        when = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        line = f"{when} {record.levelname.lower()} {record.name}: {without_home(visible(record.getMessage()))}"
        return line + describe_error(record.exc_info) if record.exc_info else line


def without_home(text: str) -> str:
    """Return a text with the names in home folders replaced by `~`."""
    return _HOMES.sub("~", text)


def describe_error(info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]) -> str:
    """Return kind and places of an error without its text, which may hold a value."""
    if info[0] is None:
        return ""
    steps = []
    step = info[2]
    while step is not None:
        code = step.tb_frame.f_code
        steps.append(f"{code.co_filename.replace(os.sep, '/').rpartition('/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return f" [{info[0].__name__} at {' > '.join(steps)}]"


def to_stderr(level: int = logging.WARNING) -> logging.Handler:
    """Write warnings of Telltale to the error output (command line)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ShortFormatter())
    return _attach(handler, level)


class ShortFormatter(ValueFreeFormatter):
    """Formats a record for a person at a terminal: the message only."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        return f"telltale: {without_home(visible(record.getMessage()))}"


def to_file(folder: Path | None = None, level: int = logging.INFO) -> logging.Handler | None:
    """Keep a small rotating log in the state folder (0600); None where nothing can be written."""
    from logging.handlers import RotatingFileHandler  # costs a few ms that the command line does not need

    class PrivateFile(RotatingFileHandler):
        """A rotating file that is readable by its owner only from the first moment."""

        def _open(self) -> TextIOWrapper:
            opener = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            return TextIOWrapper(os.fdopen(opener, "ab"), encoding="utf-8", errors="backslashreplace")

    from io import TextIOWrapper

    try:
        place = paths.ensure_private(folder or paths.state_dir()) / FILE_NAME
        handler = PrivateFile(place, maxBytes=_LARGEST, backupCount=_KEPT)
    except OSError:
        return None
    handler.setFormatter(ValueFreeFormatter())
    return _attach(handler, level)


def detach(handler: logging.Handler) -> None:
    """Take a handler off again and close it."""
    for name in _ROOTS:
        logging.getLogger(name).removeHandler(handler)
    handler.close()


def _attach(handler: logging.Handler, level: int) -> logging.Handler:
    handler.setLevel(level)
    for name in _ROOTS:
        logger = logging.getLogger(name)
        logger.setLevel(min(level, logger.level or level))
        logger.addHandler(handler)
    return handler

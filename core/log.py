"""Logging that holds no values: what a record says is masked of home folders and control characters, errors lose their texts.

Warnings go to the error output, of the command line and of the window; no log is kept in a file.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from typing import TYPE_CHECKING, Final

from core.redact import visible

if TYPE_CHECKING:
    from types import TracebackType

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
        steps.append(f"{code.co_filename.replace(chr(92), '/').rpartition('/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return f" [{info[0].__name__} at {' > '.join(steps)}]"


def to_stderr(level: int = logging.WARNING) -> logging.Handler:
    """Write warnings of Telltale to the error output."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ShortFormatter())
    return _attach(handler, level)


class ShortFormatter(ValueFreeFormatter):
    """Formats a record for a person at a terminal: the message, and of an error its kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        line = f"telltale: {without_home(visible(record.getMessage()))}"
        return line + describe_error(record.exc_info) if record.exc_info else line


def hide_error_texts() -> None:
    """Let errors that nobody caught be told by kind and places only, also those of other threads."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            logging.getLogger("core.log").error("Something unexpected happened", exc_info=(kind, error, trace))

    def report_of_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            report(given.exc_type, given.exc_value, given.exc_traceback)

    sys.excepthook = report
    threading.excepthook = report_of_thread


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

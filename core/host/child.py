"""Telltale's own probes in a process of their own, started the way somebody else is started; one question in, one answer out.

The question and the answer go through pipes, never through arguments or the environment. The child gets exactly the
environment it is given: Python runs isolated, so that no PYTHON variable of a tool's launch changes what it does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import NotThereError, TooSlowError, UnreadableError
from core.host.text import parse_environ

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK: Final = b"telltale-answer "
_RUN: Final = "import sys; sys.path.insert(0, sys.argv[1]); from core.tools.stand_in import main; sys.exit(main())"
_ROOT: Final = Path(__file__).resolve().parents[2]


def stand_in_argv() -> tuple[str, ...]:
    """Return the command that starts the stand-in; a launch profile may put its own words before it."""
    return (sys.executable, "-I", "-B", "-c", _RUN, str(_ROOT))


def stand_in_places() -> tuple[str, ...]:
    """Return the folders a sandbox has to show (read only) for the stand-in to start: Python and Telltale's own code and data."""
    places = (sys.prefix, sys.base_prefix, sys.exec_prefix, str(_ROOT / "core"), str(_ROOT / "resources"))
    executables = (os.path.dirname(os.path.realpath(sys.executable)), os.path.dirname(sys.executable))
    return tuple(dict.fromkeys(place for place in (*places, *executables) if os.path.exists(place)))


@dataclass(frozen=True, slots=True)
class Start:
    """How a child is started: command, whole environment (None: this process's own), folder, open files it gets, and its time limit."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] | None = None
    cwd: str | None = None
    pass_fds: tuple[int, ...] = ()
    timeout_s: float = 30.0


def ask_child(start: Start, question: bytes) -> bytes:
    """Start a child, hand it the question, and return its marked answer; it and everything it started ends with this call."""
    as_started()
    try:
        child = _start(start)
    except (OSError, ValueError):
        raise NotThereError("The stand-in could not be started this way; nothing was measured.") from None
    try:
        out, _ = child.communicate(question, timeout=start.timeout_s)
    except subprocess.TimeoutExpired:
        raise TooSlowError("The stand-in did not answer in time; nothing was measured.") from None
    finally:
        _end(child)
    return answer_in(out)


def answer_in(written: bytes) -> bytes:
    """Return the marked answer in what a child wrote."""
    for line in written.splitlines():
        if line.startswith(MARK):
            return line.removeprefix(MARK)
    raise UnreadableError("The stand-in ended without an answer; nothing was measured.")


def _start(start: Start) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(start.argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=start.cwd,
        env=None if start.environment is None else dict(start.environment),
        pass_fds=start.pass_fds,
        process_group=0 if os.name == "posix" else None,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child's whole group (a sandbox's helpers too) and collect it."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    child.wait()


def as_started() -> None:
    """Take out of the environment what Python put in by itself: in the C locale it sets LC_CTYPE, which nobody handed over."""
    with contextlib.suppress(OSError):
        handed = parse_environ(Path("/proc/self/environ").read_bytes())
        if "LC_CTYPE" in os.environ and "LC_CTYPE" not in handed:
            del os.environ["LC_CTYPE"]


def read_question() -> bytes:
    """Return what the parent asked (in the child)."""
    return sys.stdin.buffer.read()


def give_answer(answer: bytes) -> None:
    """Hand the answer to the parent (in the child)."""
    sys.stdout.buffer.write(b"\n" + MARK + answer + b"\n")
    sys.stdout.buffer.flush()

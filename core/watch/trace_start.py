"""How strace is started here: whether it can, which way works, and why not where it cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import Final

from core.watch.trace_book import FILE_CALLS, OTHER_CALLS
from core.watch.trace_model import TraceError
from core.watch.trace_tree import EXECS, FORKS

_ELSEWHERE: Final = {
    "darwin": "On macOS a trace is not possible: the system lets only its own, protected programs or an administrator watch calls.",
    "win32": "On Windows a trace is not possible: the system gives file and process events to administrators only.",
}
_CALLS: Final = ",".join((*sorted(name.decode() for name in FILE_CALLS | FORKS | EXECS), *OTHER_CALLS))
_LONGEST_TEXT: Final = 256
_TRY_S: Final = 5


@dataclass(frozen=True, slots=True)
class Strace:
    """A way of starting strace that works here; `is_fast` when only the wanted calls stop the tool."""

    program: str
    options: tuple[str, ...]
    is_fast: bool

    def command(self, output: str) -> tuple[str, ...]:
        """Return what stands before the tool's own command line; the tool stays the process that was started, the tracer its child."""
        wanted = ("-e", f"trace={_CALLS}", "-e", "signal=none", "-s", str(_LONGEST_TEXT))
        return (self.program, *self.options, "-y", "-ttt", "-q", *wanted, "-o", output, "--")


def why_not() -> str:
    """Return why nothing can be traced here, as a sentence; empty where it works."""
    try:
        strace()
    except TraceError as error:
        return str(error)
    return ""


@cache
def strace() -> Strace:
    """Find the way that works, by starting it once; raises the reason where none does. Plain attaching is never used."""
    elsewhere = next((text for name, text in _ELSEWHERE.items() if sys.platform.startswith(name)), "")
    if elsewhere:
        raise TraceError(f"{elsewhere} Nothing was started; start it without the trace.")
    program = shutil.which("strace")
    if program is None:
        raise TraceError("The program strace is not installed, so no trace is possible; install its package, or start without the trace.")
    # -DD: a process group of its own, so that the keys of the terminal reach the tool alone; not a session (-DDD), which Linux would
    # schedule as a rival of the tool; -I2: it can be told to let go
    for options in (("-DD", "-I2", "-f", "--seccomp-bpf"), ("-DD", "-I2", "-f"), ("-D", "-I2", "-f")):
        way = Strace(program, options, "--seccomp-bpf" in options)
        if _works(way):
            return way
    raise TraceError("The system does not let strace watch a program it starts, so no trace is possible; start without the trace.")


def _works(way: Strace) -> bool:
    try:
        argv = (*way.command("/dev/null"), shutil.which("true") or "/bin/true")
        done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, timeout=_TRY_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and not done.stderr

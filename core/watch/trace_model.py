"""What a trace tells: one event per thing seen, who did it, and a report at the end. Values never stand in any of these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.errors import TelltaleError

UNSEEN: Final = (
    "Reading environment variables makes no system call, so a trace cannot see which of them a tool reads. "
    "No call stacks are taken: whether a loader or a library opened something is judged by the place and the program."
)
NOT_COLLECTING: Final = "Opening is not collecting: a program that opened something need not keep or send it."


class TraceError(TelltaleError):
    """No trace was possible; the message says why, what was not done and what to do."""


class Deed(StrEnum):
    """What was seen being done; the first five got an answer from the system, the rest did not."""

    READ = "read"
    LISTED = "listed"
    CALLED = "called"
    RAN = "ran"
    CONNECTED = "connected"
    LOOKED_AT = "looked-at"
    NOT_THERE = "not-there"
    REFUSED = "refused"


class Who(StrEnum):
    """Who did it: the tool's own program, the loader or a library as part of ordinary work, or a program the tool started."""

    TOOL = "tool"
    LOADER = "loader"
    LIBRARY = "library"
    CHILD = "child"


GAINED: Final = frozenset({Deed.READ, Deed.LISTED, Deed.CALLED, Deed.RAN, Deed.CONNECTED})


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One thing seen: `what` is masked text (a place, a call, a program, an address), `counts` whether it is evidence."""

    at: float
    pid: int
    program: str
    who: Who
    deed: Deed
    what: str
    signals: tuple[str, ...] = ()
    note: str = ""
    counts: bool = True
    times: int = 1


@dataclass(frozen=True, slots=True)
class Living:
    """A program the tool left running when it ended."""

    pid: int
    program: str


@dataclass(frozen=True, slots=True)
class TraceReport:
    """A whole trace. Each different event comes once, with how often it was seen.

    `living` are background programs left behind, `withheld` ones that did not get the rights they usually start with, as they were traced.
    """

    tool: str
    version: str
    started: float
    ended: float
    events: tuple[TraceEvent, ...] = ()
    processes: int = 0
    lines: int = 0
    unread: int = 0
    living: tuple[Living, ...] = ()
    is_whole: bool = True
    is_fast: bool = False
    withheld: tuple[str, ...] = ()

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that something was really read of, each once, in the order seen."""
        return tuple(dict.fromkeys(name for item in self.events if item.counts for name in item.signals))

    def sentences(self) -> tuple[str, ...]:
        """Return what has to be said about the trace as a whole."""
        out = [f"{self.processes} process{'' if self.processes == 1 else 'es'} and {self.lines} calls were looked at. {NOT_COLLECTING}"]
        if self.living:
            names = ", ".join(f"{item.program} ({item.pid})" for item in self.living[:8])
            more = f" and {len(self.living) - 8} more" if len(self.living) > 8 else ""
            kept = "; they keep their tracer until they end, but nothing is recorded any more" if self.is_fast else ""
            out.append(f"Still running after the tool ended, and not looked at since: {names}{more}{kept}.")
        if self.withheld:
            names = ", ".join(self.withheld[:8]) + (f" and {len(self.withheld) - 8} more" if len(self.withheld) > 8 else "")
            out.append(
                f"Started with no more rights than yours, because Linux withholds the set-user-ID bit and file capabilities from a program "
                f"that is traced: {names}. Without the trace it may do, read or send more, or not fail."
            )
        if not self.is_whole:
            out.append("The trace broke off before the tool ended, so what came later is not known.")
        if self.unread:
            out.append(f"{self.unread} lines of the trace could not be understood.")
        return (*out, UNSEEN)

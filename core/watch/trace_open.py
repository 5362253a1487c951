"""What sessions that were not started under a trace have open right now: files, connections, programs. A moment, not a history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Grade, System
from core.redact import visible
from core.tools.model import Evidence
from core.watch.trace_evidence import SEEN_OPEN
from core.watch.trace_map import Mapping, Subject

if TYPE_CHECKING:
    from core.host.base import Host
    from core.tools.model import Session

_MOST_FILES: Final = 4000
LIMITS: Final = (
    "Seen open at one moment, without a trace: what was opened and closed before is not known, and a program can have been "
    "handed an open file by the one that started it."
)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One telling file that a process of a session holds open; `what` names the rule, not the path."""

    pid: int
    program: str
    what: str
    signals: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeenOpen:
    """One session at one moment; `refused` counts processes that the system did not let us look into."""

    session: Session
    at: datetime
    files: tuple[OpenFile, ...]
    connections: tuple[str, ...]
    programs: tuple[str, ...]
    refused: int = 0


def why_not(host: Host) -> str:
    """Return why open files cannot be told on this system; empty where they can."""
    if host.system is System.LINUX:
        return ""
    return (
        "Open files of running sessions are told on Linux only; here the connections are known, and starting under a trace is not possible."
    )


def seen_open(host: Host, session: Session) -> SeenOpen:
    """Look at one running session; nothing of its memory, environment or arguments is kept."""
    try:
        home = host.home
    except HostError:
        home = ""
    rules = Mapping(Subject(home), session.pids.__contains__)
    files: dict[OpenFile, None] = {}
    programs: dict[str, None] = {}
    refused = 0
    for pid in session.pids if host.system is System.LINUX else ():
        program = _program(host, pid)
        programs[program] = None
        targets = _open_targets(host, pid)
        refused += targets is None
        for target in targets or ():
            hit = rules.place(target.removesuffix(" (deleted)"))
            if hit is not None:
                files[OpenFile(pid, program, hit.shown, hit.rule.signals, hit.rule.note)] = None
    return SeenOpen(session, datetime.now(UTC), tuple(files), session.connections, tuple(programs), refused)


def _program(host: Host, pid: int) -> str:
    try:
        return visible(host.link(f"/proc/{pid:d}/exe").removesuffix(" (deleted)").rpartition("/")[2])
    except HostError:
        return "?"


def _open_targets(host: Host, pid: int) -> list[str] | None:
    folder = f"/proc/{pid:d}/fd"
    found = []
    try:
        numbers = host.entries(folder, _MOST_FILES)
    except HostError:
        return None
    for number in numbers:
        try:
            target = host.link(f"{folder}/{number}")
        except HostError:
            continue  # closed in the meantime
        if target.startswith("/"):
            found.append(target)
    return found


def evidence(seen: SeenOpen) -> tuple[Evidence, ...]:
    """Return what was seen open as evidence, once per signal."""
    session = seen.session
    found: dict[str, Evidence] = {}
    for item in seen.files:
        for signal in item.signals:
            detail = f"{item.what} was open in {item.program}. {item.note}".strip()
            source = f"running session {session.pid}"
            found.setdefault(
                signal,
                Evidence(session.tool, signal, Grade.SAW_READ, SEEN_OPEN, seen.at, session.version, source, detail, item.what, LIMITS),
            )
    return tuple(found.values())

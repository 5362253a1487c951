"""Traces one start: strace round the tool, its output read while it runs, everything told as events and as a report at the end.

The tool stays the process that was started (strace stands beside it), so terminal, signals and exit status are its own. When the
tool has ended its background programs go on; strace lets them go, or, where only chosen calls were watched, stays with them
unread until they end, because the kernel would refuse those calls to a program whose tracer is gone.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.watch.trace_book import Book, Traced
from core.watch.trace_guard import Guard
from core.watch.trace_map import Subject
from core.watch.trace_model import TraceError
from core.watch.trace_rights import withheld
from core.watch.trace_rules import load_rules
from core.watch.trace_start import Strace, strace
from core.watch.trace_tree import is_below, own_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.tools.model import Tool
    from core.watch.trace_model import Living, TraceEvent, TraceReport

_PIECE: Final = 1 << 18
_PIPE_BYTES: Final = 1 << 20
_SET_PIPE_SIZE: Final = 1031  # F_SETPIPE_SZ
_GATHER_S: Final = (0.004, 0.008, 0.016, 0.04)
_GRACE_S: Final = 0.3
_LETTING_GO_S: Final = 2.0
_MOST_PARENTS: Final = 40
_INTERPRETERS: Final = frozenset({"node", "bun", "deno", "python"})
_SHARE: Final = [".local", "share"]
_STATE: Final = [".local", "state"]


@dataclass(frozen=True, slots=True)
class Start:
    """What is started: program (full path), environment, working folder, and the tool of the catalogue it is (None: none).

    `is_boxed` is a start whose programs gain no rights anyway, traced or not.
    """

    program: str
    env: Mapping[str, str]
    cwd: str
    tool: Tool | None = None
    is_boxed: bool = False


class Tracing:
    """Reads one trace while the tool runs: `open`, start the tool behind `prefix`, and `finish` when it has ended.

    A tool may be over in milliseconds, so whatever can wait is made while it runs: the book with the first line, on the reading thread.
    """

    def __init__(self, start: Start, on_event: Callable[[TraceEvent], None] | None = None, way: Strace | None = None) -> None:
        """Take what is started; `on_event` hears each different event once, on the reading thread. Raises where no trace is possible."""
        self._way = way or _made_ready()
        self._start, self._on_event = start, on_event
        self._made: Book | None = None
        self._making = threading.Lock()
        self._folder = ""
        self._is_hidden = False
        self._guard: Guard | None = None
        self._handle = -1
        self._stop = threading.Event()
        self._at_end = threading.Event()
        self._hurry = threading.Event()
        self._end_at = 0.0
        self._thread: threading.Thread | None = None

    @property
    def _book(self) -> Book:
        with self._making:
            if self._made is None:
                self._made = Book(_traced(self._start), self._on_event)
            return self._made

    @property
    def pipe(self) -> str:
        """Where strace writes to."""
        return f"{self._folder}/trace"

    @property
    def prefix(self) -> tuple[str, ...]:
        """What stands before the tool's command line."""
        return self._way.command(self.pipe)

    def open(self) -> None:
        """Make the pipe and begin to read."""
        self._folder = tempfile.mkdtemp(prefix="telltale-trace-")
        os.mkfifo(self.pipe, 0o600)
        self._handle = os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._widen()
        self._thread = threading.Thread(target=self._read, name="telltale-trace", daemon=True)
        self._thread.start()

    def _widen(self) -> None:
        import fcntl

        with contextlib.suppress(OSError):  # a user may have used up what the system grants; the usual size works too
            fcntl.fcntl(self._handle, _SET_PIPE_SIZE, _PIPE_BYTES)

    def _read(self) -> None:
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        pauses = chain(_GATHER_S, repeat(_GATHER_S[-1]))
        try:
            while not self._stop.is_set():
                ready = poll.poll(100)
                if not ready:
                    continue
                data = self._piece()
                if data:
                    if not self._is_hidden:
                        self._hide()
                    self._book.feed(data)
                    pause = next(pauses)
                    if pause == _GATHER_S[-1] and self._guard is None:  # a tool that is over sooner is not worth a process more
                        self._guard = Guard(self._handle)
                    if len(data) < _PIECE:
                        self._hurry.wait(pause)  # waking up for each line would take turns with the tool
                elif data is not None and ready[0][1] & select.POLLHUP:
                    break
            self._book.finish()
        finally:
            self._end_at = time.monotonic()
            self._at_end.set()

    def _hide(self) -> None:
        """Take the pipe's name away, as strace has it open now: whatever becomes of this process, no file stays behind."""
        with contextlib.suppress(OSError):
            os.unlink(self.pipe)  # noqa: PTH108 - each call counts while the tool starts
            os.rmdir(self._folder)  # noqa: PTH106 - as above
        self._is_hidden = True

    def _piece(self) -> bytes | None:
        try:
            return os.read(self._handle, _PIECE)
        except BlockingIOError:
            return None

    def finish(self, version: str = "") -> TraceReport:
        """Read what is left after the tool has ended, let its background programs go, and return the report."""
        ended_at = time.monotonic()
        self._hurry.set()
        self._drain()
        # strace says nothing of a tool that was killed; but then its own end is not earlier than the tool's
        is_whole = self._book.tree.root_ended or (self._at_end.is_set() and self._end_at > ended_at - _GRACE_S)
        left = () if self._at_end.is_set() else self._book.report().living
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_LETTING_GO_S)
        if not self._at_end.wait(0) or left:
            self._let_go(left)
        elif self._guard is not None:
            self._guard.dismiss()
        with contextlib.suppress(OSError):
            os.close(self._handle)
        if not self._is_hidden:
            self._hide()
        return self._book.report(version, is_whole=is_whole, is_fast=self._way.is_fast)

    def _drain(self) -> None:
        """Wait until the tool's own end has been read, and a little for those that end with it."""
        begun, counted = time.monotonic(), -1
        while not self._at_end.wait(0.02):
            now = time.monotonic()
            if self._book.lines.count != counted and not self._book.tree.root_ended:
                begun, counted = now, self._book.lines.count  # still reading what has piled up
            if now - begun > (_GRACE_S if self._book.tree.root_ended else _LETTING_GO_S):
                return

    def _let_go(self, left: Sequence[Living]) -> None:
        """Free the background programs: from strace where that is harmless, else from waiting for a reader."""
        if self._way.is_fast:
            (self._guard or Guard(self._handle)).hand_over()
            return
        for tracer in {_tracer(item.pid) for item in left} - {0}:
            with contextlib.suppress(OSError):
                os.kill(tracer, signal.SIGTERM)
        end = time.monotonic() + _LETTING_GO_S
        while time.monotonic() < end and any(_tracer(item.pid) for item in left):
            with contextlib.suppress(OSError):
                os.read(self._handle, _PIECE)
            time.sleep(0.01)
        if self._guard is not None:
            self._guard.dismiss()


class TraceSession:
    """Starts a program under a trace, for the window: events come while it runs, `wait` gives exit status and report."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        cwd: str,
        on_event: Callable[[TraceEvent], None],
        *,
        tool: Tool | None = None,
    ) -> None:
        """Take a command line that begins with a full path; nothing is started yet."""
        self._argv, self._env, self._cwd = tuple(argv), dict(env), cwd
        self._tracing = Tracing(Start(argv[0], env, cwd, tool), on_event)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The tool's process, 0 before the start."""
        return self._process.pid if self._process is not None else 0

    def start(self, *, stdin: int | None = subprocess.DEVNULL, stdout: int | None = None, stderr: int | None = None) -> None:
        """Start the tool behind strace."""
        self._tracing.open()
        try:
            self._process = subprocess.Popen(
                (*self._tracing.prefix, *self._argv), env=self._env, cwd=self._cwd, stdin=stdin, stdout=stdout, stderr=stderr
            )
        except OSError:
            self._tracing.finish()
            raise

    def stop(self) -> None:
        """Ask the tool to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, timeout_s: float | None = None, version: str = "") -> tuple[int, TraceReport]:
        """Wait for the tool's end (raises `subprocess.TimeoutExpired`) and return its exit status and the report."""
        if self._process is None:
            raise RuntimeError("start comes before wait")
        status = self._process.wait(timeout_s)
        return status, self._tracing.finish(version)


def _made_ready() -> Strace:
    """Read the rules, which may raise, while the way of starting strace is tried: both take a while in a process's first trace."""
    trying = threading.Thread(target=_try, name="telltale-strace")
    trying.start()
    try:
        load_rules()
    finally:
        trying.join()
    return strace()


def _try() -> None:
    with contextlib.suppress(TraceError):
        strace()


def _traced(start: Start) -> Traced:
    tool, home = start.tool, start.env.get("HOME", "")
    data = tuple(_data_places(tool, home)) if tool is not None else ()
    name = start.program.rpartition("/")[2]
    return Traced(
        tool.id if tool else "", name, Subject(home, data, _ancestors()), _own_test(start), _never if start.is_boxed else withheld
    )


def _never(_path: str) -> bool:
    return False


def _own_test(start: Start) -> Callable[[str, Sequence[str]], bool]:
    """Return the test whether a started program is the tool itself, as tools start themselves again, or their larger part."""
    import re

    places = own_places(start.program, os.path.realpath(start.program))
    rules = start.tool.process if start.tool is not None else {}
    programs = [re.compile(text) for text in rules.get("exe", ())]
    scripts = [re.compile(text) for text in rules.get("argv", ())]

    def is_own(path: str, words: Sequence[str]) -> bool:
        if is_below(path, places) or any(rule.search(path) for rule in programs):
            return True
        if path.rpartition("/")[2].rstrip("0123456789.") not in _INTERPRETERS:
            return False
        script = next((word for word in words[1:] if not word.startswith("-")), "")
        return is_below(script, places) or any(rule.search(script) for rule in scripts)

    return is_own


def _data_places(tool: Tool, home: str) -> list[str]:
    """Return the folders (and single files) below the home that the tool keeps its own data in."""
    found: dict[str, None] = {}
    for place in tool.places:
        parts = [part for part in place.path.split("/") if part]
        if not place.path.startswith("~/") or not home or len(parts) < 2:
            continue
        deep = 3 if parts[1] in {".config", ".cache"} else 4 if parts[1:3] in (_SHARE, _STATE) else 2
        own = parts[1:deep]
        if len(own) == deep - 1 and not any(mark in part for part in own for mark in "<*"):
            found["/".join((home.rstrip("/"), *own))] = None
    return list(found)


def _ancestors() -> frozenset[int]:
    """Return this process and those that started it: the tool's future parents."""
    found: set[int] = set()
    pid = os.getpid()
    while pid > 0 and len(found) < _MOST_PARENTS:
        found.add(pid)
        pid = _status_number(pid, "PPid")
    return frozenset(found)


def _tracer(pid: int) -> int:
    return _status_number(pid, "TracerPid")


def _status_number(pid: int, name: str) -> int:
    try:
        text = Path(f"/proc/{pid:d}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name}:")), 0)

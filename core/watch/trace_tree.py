"""The processes of a trace: who started whom, which threads are one process, and whether a program is the tool or its child."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.redact import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.watch.trace_lines import Call

FORKS: Final = frozenset({b"clone", b"clone3", b"fork", b"vfork"})
EXECS: Final = frozenset({b"execve", b"execveat"})
_MODULE: Final = re.compile(r"^(.*/node_modules/(?:@[^/]+/)?[^/]+)/")
_VENV: Final = re.compile(r"^(.*/(?:venvs|tools)/[^/]+)/")


@dataclass(slots=True)
class Process:
    """One process; its threads share it."""

    pid: int
    program: str
    is_tool: bool
    is_root: bool = False
    threads: int = 1


class Tree:
    """Keeps the processes that are alive; what a new one runs is what its parent ran, until it starts a program of its own."""

    def __init__(self, program: str, is_own: Callable[[str, Sequence[str]], bool]) -> None:
        """Take the name of the program that is traced and the test whether a started program is the tool itself."""
        self._program, self._is_own = program, is_own
        self._by_tid: dict[int, Process] = {}
        self._forking: dict[int, bytes] = {}
        self._guessed: set[int] = set()
        self._unborn: set[int] = set()  # met before their parent's call came back
        self._over: set[int] = set()  # those of them that had ended by then
        self.count = 0
        self.root_ended = False

    def has(self, tid: int) -> bool:
        """Whether a process of this id belongs to the trace now."""
        return tid in self._by_tid

    def of(self, tid: int) -> Process:
        """Return the process of a thread; one not met before belongs to whoever is starting a process right now."""
        known = self._by_tid.get(tid)
        if known is None:
            known = self._by_tid[tid] = self._guess(tid)
        return known

    def _guess(self, tid: int) -> Process:
        if not self._by_tid:
            self.count += 1
            return Process(tid, self._program, is_tool=True, is_root=True)
        self._guessed.add(tid)
        self._unborn.add(tid)
        parent = next(reversed(self._forking), None)
        return self._born(tid, parent, self._forking.get(parent, b"") if parent is not None else b"")

    def _born(self, tid: int, parent: int | None, how: bytes) -> Process:
        above = self._by_tid.get(parent) if parent is not None else None
        if above is not None and b"CLONE_THREAD" in how:
            above.threads += 1
            return above
        self.count += 1
        return Process(tid, above.program if above else "?", is_tool=above.is_tool if above else False)

    def half(self, call: Call) -> None:
        """Note that a process is being started."""
        if call.name in FORKS:
            self._forking.pop(call.pid, None)
            self._forking[call.pid] = call.rest

    def forked(self, call: Call, result: bytes) -> None:
        """Take the end of a call that starts a process or thread; a guess made in between is corrected."""
        self._forking.pop(call.pid, None)
        self.of(call.pid)
        child = int(result) if result.isdigit() else 0
        self._unborn.discard(child)
        if child in self._over:
            self._over.discard(child)
            return
        if child and (child not in self._by_tid or child in self._guessed):
            early = self._by_tid.get(child)
            if early is None:
                self._by_tid[child] = self._born(child, call.pid, call.rest)
            elif early.program == "?":
                above = self._by_tid[call.pid]
                early.program, early.is_tool = above.program, above.is_tool
        self._guessed.discard(child)

    def executed(self, tid: int, path: str, words: Sequence[str] = ()) -> Process:
        """Take that a process now runs another program; threads end with that."""
        old = self.of(tid)
        is_tool = old.is_root or self._is_own(path, words)
        name = visible(path.rpartition("/")[2])[:60]
        if old.threads > 1:
            old.threads -= 1
        fresh = Process(old.pid, name, is_tool=is_tool, is_root=old.is_root)
        self._by_tid[tid] = fresh
        self._guessed.discard(tid)
        return fresh

    def ended(self, tid: int) -> None:
        """Take the end of a thread; with the last one its process ends."""
        process = self._by_tid.pop(tid, None)
        self._forking.pop(tid, None)
        self._guessed.discard(tid)
        if tid in self._unborn:
            self._unborn.discard(tid)
            self._over.add(tid)
        if process is not None:
            process.threads -= 1
            if process.is_root and process.threads <= 0:
                self.root_ended = True

    def living(self) -> tuple[Process, ...]:
        """Return the processes that have not ended, without the one that was traced first."""
        return tuple({item.pid: item for item in self._by_tid.values() if not item.is_root}.values())


def own_places(program: str, resolved: str) -> tuple[str, ...]:
    """Return the files and folders whose programs are the tool itself: its program, and the package it is installed in."""
    places = [program, resolved]
    for pattern in (_MODULE, _VENV):
        found = pattern.match(resolved)
        if found:
            places.append(found[1] + "/")
    return tuple(dict.fromkeys(places))


def is_below(path: str, places: tuple[str, ...]) -> bool:
    """Whether a path is one of these files or lies in one of these folders."""
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from core.errors import NotThereError
from core.host.base import Process
from core.live.programs import News
from core.tools import watching as module
from core.tools.detect import Detection
from core.tools.sessions import SessionFinder
from core.tools.watching import BURST_S, EVERY_S, GLANCES, SessionEvent, SessionEventKind, SessionWatch
from tests.fakes.tools import tool

if TYPE_CHECKING:
    from collections.abc import Collection

    import pytest

    from tests.conftest import MakeHost

AGENT = tool("agent", process={"exe": ("/agent$",)})
INIT = Process(1, 0, "init", "/sbin/init", ("init",))
SHELL = Process(5, 1, "bash", "/bin/bash", ("bash", "--token=secret"))
STARTED = Process(7, 5, "agent", "/opt/agent", ("agent",), "mia", 7.0)


class Listed:
    """A process list that tests change."""

    def __init__(self, *running: Process) -> None:
        self.by_pid = {item.pid: item for item in running}
        self.looked: list[int] = []

    def put(self, *running: Process) -> None:
        self.by_pid.update({item.pid: item for item in running})

    def pids(self, *, fresh: bool = False) -> frozenset[int]:
        return frozenset(self.by_pid)

    def look(self, pid: int) -> Process:
        self.looked.append(pid)
        if pid not in self.by_pid:
            raise NotThereError("The process has ended.")
        return self.by_pid[pid]

    def program(self, pid: int) -> str:
        return self.by_pid[pid].exe if pid in self.by_pid else ""


class Scripted:
    """Gives news out of a queue and notes how long it was told to wait."""

    def __init__(self) -> None:
        self.news: queue.Queue[News] = queue.Queue()
        self.waited: list[float] = []
        self.followed: list[int] = []
        self.watched: list[str] = []
        self.is_closed = False
        self.is_idle = threading.Event()

    def watch(self, paths: Collection[str]) -> int:
        self.watched = list(paths)
        return len(paths)

    def follow(self, pid: int) -> bool:
        self.followed.append(pid)
        return True

    def wait(self, timeout_s: float) -> News:
        self.waited.append(timeout_s)
        if self.news.empty():
            self.is_idle.set()
        return self.news.get(timeout=5)

    def wake(self) -> None:
        self.news.put(News(woken=True))

    def close(self) -> None:
        self.is_closed = True


def parts(make: MakeHost, *running: Process) -> tuple[SessionWatch, Listed, Scripted, list[SessionEvent]]:
    listed, kernel, events = Listed(*running), Scripted(), list[SessionEvent]()
    watch = SessionWatch(SessionFinder(make(), [AGENT], Detection()), listed, kernel, events.append)
    return watch, listed, kernel, events


def run(watch: SessionWatch, kernel: Scripted) -> None:
    """Let the thread work off all news there is, then close."""
    watch.start()
    assert kernel.is_idle.wait(5)
    watch.close()


def told(events: list[SessionEvent]) -> list[tuple[str, int]]:
    return [(item.kind.value, item.session.pid if item.session else 0) for item in events]


def test_what_already_runs_is_told_as_started(recorded_host: MakeHost) -> None:
    watch, _, kernel, events = parts(recorded_host, INIT, STARTED)
    watch.look()
    assert told(events) == [("started", 7)]
    assert kernel.followed == [7]
    assert [item.pid for item in watch.sessions] == [7]


def test_a_start_and_an_end_are_each_told_once(recorded_host: MakeHost) -> None:
    watch, listed, _, events = parts(recorded_host, INIT, SHELL)
    watch.look()
    listed.put(STARTED)
    for _ in range(3):
        watch.look()
    del listed.by_pid[7]
    for _ in range(3):
        watch.look()
    assert told(events) == [("started", 7), ("ended", 7)]


def test_a_process_that_is_still_the_shell_at_first_is_looked_at_again(recorded_host: MakeHost) -> None:
    watch, listed, _, events = parts(recorded_host, INIT)
    watch.look()
    listed.put(Process(7, 5, "bash", "/bin/bash", ("bash",)))
    for _ in range(5):
        watch.look()
    listed.put(STARTED)
    watch.look()
    assert told(events) == [("started", 7)]


def test_an_old_process_that_becomes_a_tool_is_found_by_a_full_look(recorded_host: MakeHost) -> None:
    watch, listed, _, events = parts(recorded_host, INIT, SHELL)
    watch.look()
    watch._young.clear()
    listed.put(Process(5, 1, "agent", "/opt/agent", ("agent",)))
    watch.look()
    assert told(events) == []
    watch.look(is_full=True)
    assert told(events) == [("started", 5)]


def test_an_old_process_that_becomes_another_program_is_found_by_glances(recorded_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1_000, 2))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    watch, listed, _, events = parts(recorded_host, INIT, SHELL)
    for _ in range(3):
        watch.look()
    listed.looked.clear()
    listed.put(Process(5, 1, "agent", "/opt/agent", ("agent",)))
    for _ in range(GLANCES):
        watch.look()
    assert told(events) == [("started", 5)]
    assert set(listed.looked) == {5}


def test_only_young_processes_are_read(recorded_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1_000, 2))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    watch, listed, _, _ = parts(recorded_host, INIT, SHELL)
    for _ in range(3):
        watch.look()
    listed.looked.clear()
    for _ in range(5):
        watch.look()
    assert listed.looked == []


def test_command_lines_of_other_programs_are_not_kept(recorded_host: MakeHost) -> None:
    watch, _, _, _ = parts(recorded_host, INIT, SHELL, STARTED)
    watch.look()
    assert "secret" not in repr(vars(watch))


def test_a_process_that_ends_while_it_is_read_is_no_trouble(recorded_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    watch, listed, _, events = parts(recorded_host, INIT)
    listed.by_pid[9] = STARTED
    original = listed.look
    monkeypatch.setattr(listed, "look", lambda pid: original(10 if pid == 9 else pid))
    watch.look()
    assert told(events) == []


def test_a_number_used_again_by_another_program_is_another_session(recorded_host: MakeHost) -> None:
    watch, listed, _, events = parts(recorded_host, INIT, STARTED)
    watch.look()
    listed.put(Process(7, 5, "agent", "/usr/agent", ("agent",), "mia", 99.0))
    watch.look(is_full=True)
    assert told(events) == [("started", 7), ("ended", 7), ("started", 7)]


def test_an_opened_file_brings_quick_looks_and_then_rest(recorded_host: MakeHost) -> None:
    watch, _, kernel, _ = parts(recorded_host, INIT)
    kernel.news.put(News(opened=True))
    for _ in BURST_S:
        kernel.news.put(News())
    run(watch, kernel)
    assert kernel.waited[:1] == [EVERY_S]
    assert kernel.waited[1 : len(BURST_S) + 1] == list(BURST_S)
    assert kernel.waited[len(BURST_S) + 1] == EVERY_S
    assert kernel.is_closed


def test_an_end_is_told_although_the_parent_has_not_taken_notice_yet(recorded_host: MakeHost) -> None:
    watch, listed, kernel, events = parts(recorded_host, INIT, STARTED)
    watch.look()
    listed.put(Process(7, 5, "agent", user="mia", started=7.0))
    kernel.news.put(News(ended=frozenset({7})))
    run(watch, kernel)
    assert told(events) == [("started", 7), ("ended", 7)]


def test_an_exchanged_file_is_told(recorded_host: MakeHost) -> None:
    watch, _, kernel, events = parts(recorded_host, INIT)
    watch.watch(["/opt/agent"])
    kernel.news.put(News(replaced=frozenset({"/opt/agent"})))
    run(watch, kernel)
    assert SessionEvent(SessionEventKind.REPLACED) in events
    assert kernel.watched == ["/opt/agent"]


def test_closing_a_watch_that_never_started_is_fine(recorded_host: MakeHost) -> None:
    watch, _, kernel, _ = parts(recorded_host)
    watch.close()
    assert kernel.is_closed


def test_a_refused_process_list_is_tried_again(recorded_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    watch, listed, kernel, events = parts(recorded_host, INIT, STARTED)
    original = listed.pids
    answers = iter([True])

    def pids(*, fresh: bool = False) -> frozenset[int]:
        if next(answers, False):
            raise NotThereError("The list is not there.")
        return original()

    monkeypatch.setattr(listed, "pids", pids)
    kernel.news.put(News())
    run(watch, kernel)
    assert told(events) == [("started", 7)]

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from core.errors import NotThereError
from core.host.real import RealHost
from core.host.running import HostRunning, LinuxRunning, PortableRunning, running_on

if TYPE_CHECKING:
    from tests.conftest import MakeHost

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
def test_new_processes_are_seen_without_a_listing() -> None:
    running = LinuxRunning()
    before = running.pids(fresh=True)
    with subprocess.Popen(["sleep", "60"]) as process:
        after = running.pids()
        process.kill()
    assert process.pid in after - before


@linux
def test_a_fresh_list_holds_only_what_runs() -> None:
    running = LinuxRunning()
    with subprocess.Popen(["true"]) as process:
        pass
    assert process.pid not in running.pids(fresh=True)


@linux
def test_nothing_new_is_the_very_same_set() -> None:
    running = LinuxRunning()
    first = running.pids(fresh=True)
    assert any(running.pids() is first for _ in range(50)) or running.pids() >= first


@linux
def test_threads_are_no_processes() -> None:
    running = LinuxRunning()
    before = running.pids(fresh=True)
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    numbers = {thread.native_id for thread in threads}
    after = running.pids()
    stop.set()
    assert not numbers & (after - before)


@linux
def test_more_new_numbers_than_worth_asking_bring_a_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    running = LinuxRunning()
    running.pids(fresh=True)
    monkeypatch.setattr(running, "_asked_to", 1)
    assert os.getpid() in running.pids()


@pytest.mark.parametrize("kind", [LinuxRunning, PortableRunning])
def test_one_process_is_read_as_it_is_now(kind: type[LinuxRunning | PortableRunning]) -> None:
    if kind is LinuxRunning and sys.platform != "linux":
        pytest.skip("reads /proc")
    running = kind()
    assert os.getpid() in running.pids(fresh=True)
    assert running.look(os.getpid()).ppid == os.getppid()
    with pytest.raises(NotThereError):
        running.look(2**22 + 5)


def test_a_recorded_machine_lists_what_was_recorded(recorded_host: MakeHost) -> None:
    host = recorded_host(processes=[{"pid": 7, "ppid": 1, "name": "x"}])
    running = running_on(host)
    assert isinstance(running, HostRunning)
    assert running.pids() == {7}
    assert running.look(7).name == "x"
    with pytest.raises(NotThereError):
        running.look(8)


@linux
def test_this_machine_gets_the_cheapest_way() -> None:
    assert isinstance(running_on(RealHost()), LinuxRunning)

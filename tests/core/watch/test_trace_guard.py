from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from core.watch import trace_start
from core.watch.trace_guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
MORE_THAN_A_PIPE_HOLDS = 1 << 21
KILLED = """
import os, sys
from core.watch.trace import TraceSession
session = TraceSession((sys.argv[1], "-c", sys.argv[2]), dict(os.environ), os.getcwd(), lambda event: None)
session.start()
print(session.pid, flush=True)
session.wait()
"""


@pytest.fixture
def pipe(tmp_path: Path) -> tuple[int, int]:
    """A named pipe that has lost its name: the reading and the writing end."""
    place = tmp_path / "pipe"
    os.mkfifo(place)
    reads = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    writes = os.open(place, os.O_WRONLY)
    place.unlink()
    return reads, writes


def test_while_telltale_reads_nothing_is_taken_from_it(pipe: tuple[int, int]) -> None:
    reads, writes = pipe
    guard = Guard(reads)
    os.write(writes, b"a line")
    time.sleep(0.1)
    assert os.read(reads, 100) == b"a line"
    guard.dismiss()
    assert guard._process is not None
    assert guard._process.returncode == 0
    for handle in pipe:
        os.close(handle)


def test_when_telltale_lets_go_the_writer_neither_breaks_nor_waits(pipe: tuple[int, int]) -> None:
    reads, writes = pipe
    guard = Guard(reads)
    os.close(reads)
    assert guard.hand_over()
    assert guard._process is not None
    shell = psutil.Process(guard._process.pid)
    written = 0
    while written < MORE_THAN_A_PIPE_HOLDS:
        written += os.write(writes, b"x" * 65_536)
    os.close(writes)
    until(lambda: shell.status() == psutil.STATUS_ZOMBIE)
    os.waitpid(shell.pid, 0)


def test_without_a_shell_the_trace_goes_on_without_it(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    guard = Guard(pipe[0])
    guard.dismiss()
    assert not guard.hand_over()
    for handle in pipe:
        os.close(handle)


@pytest.mark.skipif(bool(trace_start.why_not()), reason=trace_start.why_not() or "traces work here")
def test_a_traced_tool_whose_telltale_is_killed_goes_on_as_if_nothing_was(tmp_path: Path) -> None:
    go, done = tmp_path / "go", tmp_path / "done"
    tool = f"while ! [ -e {go} ]; do sleep 0.02; done; cat /etc/passwd >/dev/null && echo fine > {done}"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", KILLED, "/bin/sh", tool], stdout=subprocess.PIPE, env=env) as telltale:
        assert telltale.stdout
        tool_process = psutil.Process(int(telltale.stdout.readline()))
        until(lambda: len(psutil.Process(telltale.pid).children()) > 1)
        os.kill(telltale.pid, signal.SIGKILL)
        telltale.wait()
        go.touch()
        until(lambda: done.exists() and done.read_text() == "fine\n")
        until(lambda: not tool_process.is_running() or tool_process.status() == psutil.STATUS_ZOMBIE)
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith("telltale")] == []


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)

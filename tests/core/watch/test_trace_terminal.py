"""A traced tool at a real terminal does what it does without a trace: keys, job control, hang-up. Each test runs it both ways."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from core.watch import trace_file, trace_start
from tests.fakes.terminals import PATIENCE_S, Person

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
STARTS = {"plain": [], "traced": [sys.executable, "-c", "import sys; from core.cli.main import main; sys.exit(main())", "run", "--trace"]}
TOOL = """
import os, signal, sys, time
def say(text):
    os.write(1, text.encode() + b"\\n")
def told(number, _frame):
    with open(os.environ["HOME"] + "/told", "a") as file:
        file.write(signal.Signals(number).name + "\\n")
    if number == signal.SIGHUP:
        os._exit(3)
    say("heard " + signal.Signals(number).name)
for name in ("SIGINT", "SIGQUIT", "SIGHUP", "SIGCONT"):
    signal.signal(getattr(signal, name), told)
with open(os.environ["HOME"] + "/pid", "w") as file:
    file.write(str(os.getpid()))
say("tool is ready")
try:
    for line in sys.stdin:
        if line == "end\\n":
            sys.exit(7)
        say("it read " + line.strip())
except OSError:
    pass
while True:
    time.sleep(0.05)
"""

pytestmark = pytest.mark.skipif(bool(trace_start.why_not()), reason=trace_start.why_not() or "traces work here")


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a person types to start the tool."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "tool.py").write_text(TOOL)
    return shlex.join([*STARTS[request.param], os.path.realpath(sys.executable), "-S", str(tmp_path / "tool.py")])


def at_a_shell(home: Path) -> Person:
    path = os.pathsep.join([str(ROOT), *(item for item in sys.path if item.endswith("site-packages"))])
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "TERM": "dumb", "PYTHONPATH": path}
    person = Person(["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"], {**env, "PYTHONDONTWRITEBYTECODE": "1"})
    person.types(b"PS1='pro''mpt '\n")
    person.waits_for(b"prompt ")
    return person


def test_keys_and_job_control_are_those_of_a_start_without_a_trace(start: str, tmp_path: Path) -> None:
    with at_a_shell(tmp_path) as person:
        person.types(start.encode() + b"\n")
        person.waits_for(b"tool is ready")
        for key, name in ((b"\x03", b"SIGINT"), (b"\x1c", b"SIGQUIT")):
            person.types(key)
            person.waits_for(b"heard " + name)
        person.types(b"\x1a")
        person.waits_for(b"Stopped")
        person.waits_for(b"prompt ")
        until(lambda: rests(tmp_path))
        person.types(b"fg\n")
        person.waits_for(b"heard SIGCONT")
        person.types(b"hello\n")
        person.waits_for(b"it read hello")
        person.types(b"\x1a")
        person.waits_for(b"prompt ")
        until(lambda: rests(tmp_path))
        person.types(b"bg\n")  # it is the shell's turn now: whoever reads the terminal from behind is stopped
        person.waits_for(b"heard SIGCONT")
        until(lambda: rests(tmp_path))
        person.types(b"fg\n")
        person.waits_for(b"heard SIGCONT")
        person.types(b"end\n")
        person.waits_for(b"prompt ")
        person.types(b"echo status-$?; exit\n")
        person.waits_for(b"status-7")
    assert (tmp_path / "told").read_text().split() == ["SIGINT", "SIGQUIT", "SIGCONT", "SIGCONT", "SIGCONT"]
    assert_traced_whole(start)


def test_ctrl_c_ends_a_tool_that_does_not_mind_it_and_the_loop_it_stands_in(start: str, tmp_path: Path) -> None:
    start = start.replace(
        str(tmp_path / "tool.py"), '-c \'import time; print("in the " + "loop", flush=True); [time.sleep(0.05) for _ in iter(int, 1)]\''
    )
    with at_a_shell(tmp_path) as person:
        person.types(f"for i in 1 2 3; do {start}; done\n".encode())
        person.waits_for(b"in the loop")
        person.types(b"\x03")
        person.waits_for(b"prompt ")
        person.types(b"echo status-$?; exit\n")
        before = person.waits_for(b"status-1")
    assert b"in the loop" not in before


def test_a_hang_up_of_the_terminal_ends_the_tool_and_all_round_it(start: str, tmp_path: Path) -> None:
    person = at_a_shell(tmp_path)
    person.types(start.encode() + b"\n")
    person.waits_for(b"tool is ready")
    family = psutil.Process(person.pid).children(recursive=True)
    assert pid_in(tmp_path) in {item.pid for item in family}
    os.close(person.terminal)
    until(lambda: all(has_ended(item) for item in family))
    os.waitpid(person.pid, 0)
    assert set((tmp_path / "told").read_text().split()) - {"SIGCONT"} == {"SIGHUP"}
    assert_traced_whole(start)


def assert_traced_whole(start: str) -> None:
    """Where the tool was traced, the trace was kept and is whole: no key and no hang-up broke it off."""
    kept = trace_file.listed()
    assert len(kept) == ("--trace" in start)
    for file in kept:
        report = trace_file.load(file)
        assert (report.is_whole, report.living) == (True, ())


def rests(home: Path) -> bool:
    """Whether the tool is stopped and stays so: a tracer looks at the stop for a moment before the tool takes it, faster than any person."""
    tool = psutil.Process(int((home / "pid").read_text()))
    for _ in range(10):
        if tool.status() not in {psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP}:
            return False
        time.sleep(0.02)
    return True


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or dead and only not yet collected."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def pid_in(home: Path) -> int:
    """Return the tool's own process id."""
    return int((home / "pid").read_text())


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)

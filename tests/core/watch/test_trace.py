from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from core.toggles.prepared import Prepared
from core.toggles.run import run
from core.watch import trace, trace_start
from core.watch.trace import Start, TraceSession, Tracing
from core.watch.trace_model import Deed, TraceError, TraceEvent, TraceReport, Who
from core.watch.trace_wrapper import TraceWrapper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SH = os.path.realpath(shutil.which("sh") or "/bin/sh")
LONG_S = 30.0
WAYS = [("-DD", "-I2", "-f", "--seccomp-bpf"), ("-DD", "-I2", "-f")]

pytestmark = pytest.mark.skipif(bool(trace_start.why_not()), reason=trace_start.why_not() or "traces work here")


@pytest.fixture(params=WAYS, ids=["chosen calls", "all calls"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> trace_start.Strace:
    found = trace_start.Strace(shutil.which("strace") or "", request.param, "--seccomp-bpf" in request.param)
    if not trace_start._works(found):
        pytest.skip("this way of strace does not work here")
    monkeypatch.setattr(trace, "strace", lambda: found)
    return found


@pytest.fixture
def left(tmp_path: Path) -> Iterator[Path]:
    """Ends the background program that a test leaves, by the id it wrote down."""
    file = tmp_path / "pid"
    yield file
    if file.exists():
        pid = int(file.read_text())
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGKILL)


def traced(script: str, folder: Path, argv: Sequence[str] = ()) -> tuple[int, TraceReport, list[TraceEvent]]:
    heard: list[TraceEvent] = []
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    session = TraceSession(argv or (SH, "-c", script), env, str(folder), heard.append)
    session.start(stdout=subprocess.DEVNULL)
    status, report = session.wait(LONG_S)
    return status, report, heard


@pytest.mark.usefixtures("way")
def test_a_real_program_is_told_with_who_read_what(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1")
    (tmp_path / ".bash_history").write_text("ls")
    status, report, heard = traced("read -r a < .env; cat .bash_history; cat .netrc 2>/dev/null; ls /proc >/dev/null; exit 7", tmp_path)
    assert status == 7
    seen = {(item.what, item.who, item.deed, item.counts) for item in heard}
    assert ("(a folder)/.env", Who.TOOL, Deed.READ, True) in seen
    assert ("~/.*_history", Who.CHILD, Deed.READ, True) in seen
    assert ("~/.netrc", Who.CHILD, Deed.NOT_THERE, False) in seen
    assert ("/proc", Who.CHILD, Deed.LISTED, True) in seen
    assert {"dotenv", "shell-history", "processes"} <= set(report.signals)
    assert (report.is_whole, report.unread, report.living) == (True, 0, ())


@pytest.mark.usefixtures("way")
def test_calls_that_read_no_file_are_told(tmp_path: Path) -> None:
    script = "import socket; socket.if_nameindex(); socket.gethostname()"
    python = os.path.realpath(sys.executable)
    status, report, _ = traced("", tmp_path, (python, "-S", "-c", script))
    assert status == 0
    called = {item.what for item in report.events if item.deed is Deed.CALLED and item.who is not Who.CHILD}
    assert {"uname()", "sendto(RTM_GETLINK)"} <= called
    assert {"hostname", "mac-address"} <= set(report.signals)


@pytest.mark.usefixtures("way")
def test_names_that_are_no_text_and_names_made_to_deceive_are_read(tmp_path: Path) -> None:
    names = [b"\xff\xfe", b'a" O_RDONLY) = 3', b"new\nline +++ exited with 0 +++", b"\\x41\\101<>", "\u00fc\u4e2d".encode()]
    for name in names:
        folder = os.fsencode(tmp_path) + b"/" + name
        os.mkdir(folder)  # noqa: PTH102 - bytes that are no text
        with open(folder + b"/.env", "wb"):  # noqa: PTH123 - bytes that are no text
            pass
    _, report, _ = traced('for f in */.env; do read -r a < "$f"; done; :', tmp_path)
    read = next(item for item in report.events if item.what == "(a folder)/.env" and item.deed is Deed.READ)
    assert read.times == len(names)
    assert (report.unread, report.is_whole) == (0, True)


def test_it_ends_with_the_tool_and_the_background_program_goes_on_working(way: trace_start.Strace, tmp_path: Path, left: Path) -> None:
    go, done = tmp_path / "go", tmp_path / "done"
    os.mkfifo(go)
    status, report, _ = traced(f"(echo started; cat {go} > {done}; sleep 100) & echo $! > {left}; exit 3", tmp_path)
    assert status == 3
    assert report.is_whole
    assert int(left.read_text()) in {item.pid for item in report.living}
    assert "Still running" in " ".join(report.sentences())
    tracer = trace._tracer(int(left.read_text()))
    assert bool(tracer) is way.is_fast
    go.write_text("x" * 1000)  # it can still open, start and write: nothing is refused, nothing waits for a reader
    wait_for(lambda: done.exists() and done.stat().st_size == 1000)


def test_a_tracer_that_stays_behind_ends_with_the_last_program_and_never_waits_for_a_reader(tmp_path: Path) -> None:
    if not trace_start.strace().is_fast:
        pytest.skip("nothing stays behind here")
    go, pid = tmp_path / "go", tmp_path / "pid"
    os.mkfifo(go)
    busy = f"read a < {go}; i=0; while [ $i -lt 20000 ]; do [ -e /etc/machine-id ]; i=$((i+1)); done"
    traced(f"({busy}) & echo $! > {pid}; exit 0", tmp_path)
    tracer = trace._tracer(int(pid.read_text()))
    assert tracer > 0
    go.write_text("\n")
    wait_for(lambda: has_ended(int(pid.read_text())) and has_ended(tracer))


@pytest.mark.usefixtures("way")
def test_a_tool_that_starts_itself_again_is_still_the_tool(tmp_path: Path) -> None:
    script = tmp_path / "agent.py"
    again = f"subprocess.run([sys.executable, '-S', {str(script)!r}, 'again'])"
    script.write_text(f"import subprocess, sys\nopen('/etc/passwd') if sys.argv[1:] else {again}\n")
    link = tmp_path / "agent"
    link.write_text(f"#!{sys.executable} -S\n{script.read_text()}")
    link.chmod(0o755)
    script.unlink()
    script.symlink_to(link)
    _, report, _ = traced("", tmp_path, (str(script),))
    assert {item.who for item in report.events if item.what == "/etc/passwd" and item.deed is Deed.READ} == {Who.LIBRARY}


@pytest.mark.usefixtures("way")
def test_a_killed_tool_is_a_whole_trace_with_its_own_status(tmp_path: Path) -> None:
    status, report, _ = traced("cat /etc/passwd; kill -9 $$", tmp_path)
    assert status == -9
    assert "user-name" in report.signals
    assert report.is_whole


def test_a_killed_tracer_is_said(tmp_path: Path) -> None:
    tracing = Tracing(Start(SH, {}, str(tmp_path)))
    tracing.open()
    with subprocess.Popen([*tracing.prefix, SH, "-c", "sleep 0.2; exec sleep 100"], env={"PATH": os.environ["PATH"]}) as process:
        wait_for(lambda: trace._tracer(process.pid) > 0)
        os.kill(trace._tracer(process.pid), signal.SIGKILL)
        wait_for(tracing._at_end.is_set)
        time.sleep(0.5)  # the tool lived on: longer than the grace for one that ends together with its tracer
        process.kill()
    report = tracing.finish()
    assert not report.is_whole
    assert "broke off" in " ".join(report.sentences())


def test_the_wrapper_of_run_keeps_status_and_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    prepared = Prepared((SH, "-c", "cat /etc/passwd > /dev/null; echo out; echo err >&2; exit 9"), dict(os.environ), str(tmp_path))
    wrapper = TraceWrapper(None)
    assert run(prepared, [wrapper]) == 9
    out, err = capfd.readouterr()
    assert (out, err) == ("out\n", "err\n")
    assert wrapper.report is not None
    assert wrapper.file is not None
    assert wrapper.file.is_relative_to(tmp_path / "state")
    assert "user-name" in wrapper.report.signals
    assert str(len(wrapper.report.signals)) in wrapper.said()[0]


def test_nothing_of_the_trace_stays_in_the_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    traced("exit 0", tmp_path)
    assert list(tmp_path.glob("telltale-trace-*")) == []
    assert not [item for item in threading.enumerate() if item.name == "telltale-trace"]


def test_the_pipe_has_no_name_any_more_once_the_tool_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session = TraceSession((SH, "-c", "read a; exit 0"), {"PATH": os.environ["PATH"]}, str(tmp_path), lambda _event: None)
    told_by, tells = os.pipe()
    session.start(stdin=told_by, stdout=subprocess.DEVNULL)
    os.close(told_by)
    wait_for(lambda: not list(tmp_path.glob("telltale-trace-*")))
    assert session.pid in {item.pid for item in psutil.Process().children()}
    os.close(tells)
    status, report = session.wait(LONG_S)
    assert (status, report.is_whole) == (0, True)


def test_rules_that_are_damaged_are_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def damaged() -> None:
        raise TraceError("The rules of traces are damaged.")

    monkeypatch.setattr(trace, "load_rules", damaged)
    with pytest.raises(TraceError, match="damaged"):
        TraceSession((SH, "-c", "exit 0"), {}, str(tmp_path), lambda _event: None)


def test_without_strace_the_reason_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trace_start.strace.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        with pytest.raises(TraceError, match=r"strace is not installed.*without the trace\.$"):
            trace_start.strace()
        for system, word in (("darwin", "macOS"), ("win32", "Windows")):
            monkeypatch.setattr(sys, "platform", system)
            assert word in trace_start.why_not()
    finally:
        trace_start.strace.cache_clear()


def test_a_strace_that_the_system_refuses_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "strace").write_text(f"#!{SH}\necho 'strace: PTRACE_SEIZE: Operation not permitted' >&2; exit 1\n")
    (tmp_path / "strace").chmod(0o755)
    trace_start.strace.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        assert "does not let strace" in trace_start.why_not()
    finally:
        trace_start.strace.cache_clear()


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or dead and only not yet collected by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return True


def wait_for(is_so: object) -> None:
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        if callable(is_so) and is_so():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen in time")

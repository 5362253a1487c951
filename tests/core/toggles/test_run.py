from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from core.toggles.launch import LaunchError, LaunchProfile
from core.toggles.prepared import Prepared, Situation, command
from core.toggles.ready import Facts
from core.toggles.run import _members, run
from tests.fakes.terminals import Person

if TYPE_CHECKING:
    from tests.fakes.starts import Desk

SANDBOXED = ("zone", "processes")
WAYS = pytest.mark.parametrize("parts", [(), SANDBOXED, ("zone",)], ids=["environment", "own processes", "shared processes"])


@WAYS
def test_arguments_input_output_and_status_are_the_tools_own(parts: tuple[str, ...], desk: Desk) -> None:
    odd = ["", "a b", "-x", "*", "$HOME", "\u00e4", "new\nline", "--"]
    script = 'for i in "$@"; do printf "%s|" "$i"; done; cat; echo error >&2; exit 37'
    done = desk.start("/bin/sh", "-c", script, "sh", *odd, parts=parts, given=b"in\x00put")
    assert done.stdout.decode() == "|".join(odd) + "|in\x00put"
    assert done.stderr == b"error\n"
    assert done.returncode == 37


@WAYS
def test_the_environment_is_set_and_left_out(parts: tuple[str, ...], desk: Desk) -> None:
    script = 'echo "$A|${B-gone}|$C"'
    done = desk.start("/bin/sh", "-c", script, parts=parts, set={"A": "x y\nz"}, unset=["B*"], env={"B1": "1", "B": "2", "C": "'\"$"})
    assert done.stdout.decode() == "x y\nz|gone|'\"$\n"


@WAYS
def test_a_broken_pipe_ends_the_tool_as_usual(parts: tuple[str, ...], desk: Desk) -> None:
    done = desk.start("/bin/sh", "-c", "yes | head -n 1; exit 0", parts=parts)
    assert (done.stdout, done.stderr, done.returncode) == (b"y\n", b"", 0)


@WAYS
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_reaches_the_tool_which_decides(number: signal.Signals, parts: tuple[str, ...], desk: Desk) -> None:
    script = f"trap 'echo got; exit 41' {int(number)}; echo ready; while :; do sleep 0.05; done"
    minding = ("/usr/bin/env", f"--default-signal={number.name[3:]}")  # what nohup or a shell's & ignores stays ignored in its children
    with subprocess.Popen(
        [*minding, *desk.argv("/bin/sh", "-c", script, parts=parts)], env=desk.env, cwd=desk.project, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.stdout.read() == b"got\n"
        assert process.wait(20) == 41


@pytest.mark.parametrize("parts", [("zone",), SANDBOXED], ids=["shared processes", "own processes"])
def test_a_signal_that_comes_while_the_tool_is_being_started_is_not_lost(
    parts: tuple[str, ...], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, got = desk.project / "ready", desk.project / "got"
    script = f"trap 'touch {got}; exit 41' TERM; touch {ready}; while :; do sleep 0.05; done"

    def slow(*arguments: Any, **more: Any) -> subprocess.Popen[bytes]:
        process = popen(*arguments, **more)
        while not ready.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)  # as if the tool were quicker than what started it
        return process

    popen = subprocess.Popen
    monkeypatch.setattr("core.toggles.run.subprocess.Popen", slow)
    monkeypatch.setattr("core.toggles.pty.has_terminal", lambda: False)
    situation = Situation(base_env=desk.env, cwd=str(desk.project), facts=Facts("t", ("tool",)))
    assert run(command(LaunchProfile("t", parts=frozenset(parts)), ["/bin/sh", "-c", script], situation)) == 41
    assert got.exists()


def test_a_signal_for_a_sandbox_that_has_not_started_the_tool_yet_is_for_the_sandbox() -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        assert _members(process.pid, 3) == [process.pid]
        process.kill()


@WAYS
def test_a_tool_that_dies_of_a_signal_gives_the_status_a_shell_gives(parts: tuple[str, ...], desk: Desk) -> None:
    assert desk.start("/bin/sh", "-c", "kill -9 $$", parts=parts).returncode in {-9, 137}


def test_nothing_is_left_running_when_telltale_is_killed(desk: Desk) -> None:
    flag = desk.project / "alive"
    script = f"echo ready; while :; do touch {flag}; sleep 0.05; done"
    with subprocess.Popen(
        desk.argv("/bin/sh", "-c", script, parts=SANDBOXED), env=desk.env, cwd=desk.project, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.kill()
        process.wait(20)
        assert process.stdout.read() == b""  # closed by the last one inside
    flag.unlink(missing_ok=True)
    time.sleep(0.2)
    assert not flag.exists()


def test_a_program_that_is_not_there_is_one_sentence(desk: Desk) -> None:
    done = desk.start("/not/there")
    assert done.returncode == 1
    assert b"could not be started (No such file or directory)" in done.stderr


def test_a_refused_sandbox_becomes_an_environment_only_start_that_says_so(desk: Desk) -> None:
    from core.toggles.halves import half_done
    from core.toggles.launch import LaunchProfile
    from core.toggles.prepared import Situation, command

    profile = LaunchProfile("t", {"TZ": "UTC"}, parts=frozenset({"zone", "home"}))
    prepared = command(profile, ["/bin/true"], Situation(base_env=desk.env, cwd=str(desk.project), refused="No sandbox here."))
    assert not prepared.is_sandboxed
    assert prepared.notes == ("No sandbox here.",)
    assert prepared.env["TZ"] == "UTC"
    assert "real zone" in half_done(prepared.profile, prepared.env)[0].sentence


# --- at a terminal ---


def at_terminal(desk: Desk, *tool: str, parts: tuple[str, ...] = SANDBOXED) -> Person:
    return Person(desk.argv(*tool, parts=parts), desk.env)


@WAYS
def test_ctrl_c_reaches_the_tool_which_decides(parts: tuple[str, ...], desk: Desk) -> None:
    with at_terminal(
        desk, "/bin/bash", "-c", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done", parts=parts
    ) as person:
        person.waits_for(b"ready")
        person.types(b"\x03")
        person.waits_for(b"caught")
        assert person.status() == 5


@WAYS
def test_a_new_size_reaches_the_tool(parts: tuple[str, ...], desk: Desk) -> None:
    script = "stty size; trap 'stty size; exit 4' WINCH; echo ready; while :; do sleep 0.05; done"
    with at_terminal(desk, "/bin/bash", "-c", script, parts=parts) as person:
        person.waits_for(b"24 80")
        person.waits_for(b"ready")
        person.resize(33, 99)
        person.waits_for(b"33 99")
        assert person.status() == 4


@WAYS
def test_the_tool_has_a_terminal_and_may_set_it(parts: tuple[str, ...], desk: Desk) -> None:
    script = "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo tty >/dev/tty; stty raw -echo; echo ready; head -c 3 | od -An -tx1; exit 6"
    with at_terminal(desk, "/bin/sh", "-c", script, parts=parts) as person:
        person.waits_for(b"tty")
        person.waits_for(b"ready")
        person.types(b"\x03\x1a\r")
        person.waits_for(b"03 1a 0d")
        assert person.status() == 6


def test_the_terminal_has_its_own_settings_again_afterwards(desk: Desk) -> None:
    words = desk.script("/bin/stty", "raw", "-echo", parts=SANDBOXED)
    with Person(["/bin/sh", "-c", f"stty -g; {words}; echo; stty -g; exit 3"], desk.env) as person:
        assert person.status() == 3
        first, second = (line for line in person.seen.split() if line.count(b":") > 10)
        assert first == second


def test_an_interactive_shell_inside_has_job_control(desk: Desk) -> None:
    with at_terminal(desk, "/bin/bash", "--norc", "--noediting", "-i") as person:
        person.types(b"PS1=; sleep 30\n")
        person.waits_for(b"sleep 30")
        time.sleep(0.5)
        person.types(b"\x1a")
        person.waits_for(b"Stopped")
        person.types(b"jobs; fg\n")
        person.waits_for(b"Stopped")
        person.waits_for(b"sleep 30")
        time.sleep(0.3)
        person.types(b"\x03")
        person.types(b"echo still-$((40+2)); exit 9\n")
        person.waits_for(b"still-42")
        assert person.status() == 9


def test_ctrl_z_stops_the_tool_and_telltale_and_fg_goes_on(desk: Desk) -> None:
    word = desk.script("/bin/sh", "-c", "echo ready; read x; echo got-$x; exit 8", parts=SANDBOXED)
    with Person(["/bin/bash", "--norc", "--noediting", "-i"], desk.env) as person:
        person.types(f"cd {desk.project}; PS1=pro''mpt\n{word}".encode() + b"\n")
        person.waits_for(b"ready")
        person.types(b"\x1a")
        person.waits_for(b"Stopped")
        person.types(b"echo out''side; fg\n")
        person.waits_for(b"outside")
        time.sleep(0.3)
        person.types(b"word\n")
        person.waits_for(b"got-word")
        person.waits_for(b"prompt")  # what is typed earlier belongs to the tool
        person.types(b"echo status-$?; exit\n")
        person.waits_for(b"status-8")


def test_input_and_output_that_are_files_stay_files(desk: Desk) -> None:
    words = desk.script("/bin/sh", "-c", "cat; [ -t 1 ] || echo file", parts=SANDBOXED)
    with Person(["/bin/sh", "-c", f"cd {desk.project}; echo piped | {words} > {desk.project}/out; echo status-$?"], desk.env) as person:
        person.waits_for(b"status-0")
    assert (desk.project / "out").read_bytes() == b"piped\nfile\n"


def test_ctrl_c_in_a_pipeline_reaches_the_tool(desk: Desk) -> None:
    words = desk.script("/bin/sleep", "30", parts=SANDBOXED)
    with Person(["/bin/bash", "-c", f"cd {desk.project}; {words} > {desk.project}/out; echo status-$?"], desk.env) as person:
        time.sleep(1.5)
        person.types(b"\x03")
        person.waits_for(b"status-130")


def test_much_output_arrives_whole(desk: Desk) -> None:
    with at_terminal(desk, "/bin/sh", "-c", "head -c 2000000 /dev/zero | tr '\\0' x; echo; echo END; exit 2") as person:
        assert person.waits_for(b"END").count(b"x") == 2_000_000
        assert person.status() == 2


def test_the_tool_cannot_type_into_the_persons_terminal(desk: Desk) -> None:
    inject = "import fcntl, termios\nfor c in 'echo ty''ped\\n':\n    fcntl.ioctl(0, termios.TIOCSTI, c.encode())\n"
    (desk.project / "inject.py").write_text(inject)
    word = desk.script("/usr/bin/python3", "inject.py", parts=SANDBOXED)
    with Person(["/bin/bash", "--norc", "--noediting", "-i"], desk.env) as person:
        person.types(f"cd {desk.project}; PS1=; {word}; echo do''ne\n".encode())
        person.waits_for(b"done")
        person.types(b"echo en''d; exit\n")
        person.waits_for(b"end")
        person.status()
    assert b"\ntyped" not in person.seen


def test_a_wrapper_that_cannot_be_made_leaves_nothing_of_the_one_before_it() -> None:
    ended: list[str] = []

    class Begun:
        def prepare(self, prepared: Prepared) -> Prepared:
            return replace(prepared, cleanup=(*prepared.cleanup, lambda: ended.append("ended")))

    class Refused:
        def prepare(self, prepared: Prepared) -> Prepared:
            raise LaunchError(f"no trace of {len(prepared.argv)} words is possible")

    with pytest.raises(LaunchError, match="no trace"):
        run(Prepared(("/bin/sh", "-c", "exit 0"), {}, "/"), [Begun(), Refused()])
    assert ended == ["ended"]

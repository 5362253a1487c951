"""What a person types at a terminal to a tool in the whole Strict sandbox: started by its shim, the long way and from a kept start."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from core.toggles import kept_start
from tests.fakes.shimmed import Shimmed, written
from tests.fakes.starts import needs_sandbox
from tests.fakes.terminals import Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Strict = Callable[[str], tuple[Shimmed, dict[str, str]]]

SHELL = "#!/bin/sh\nexec /bin/bash --norc --noediting -i\n"
# stops only itself, as tools that read Ctrl-Z as a key do
STOPS_ITSELF = """#!/usr/bin/python3
import os, signal, sys
sys.stdin.isatty() or sys.exit()
print("asks", flush=True)
print("heard", sys.stdin.readline().strip(), flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
print("back", flush=True)
sys.exit(int(sys.stdin.readline()))
"""
TYPES = """#!/usr/bin/python3
import fcntl, termios
for key in "touch typed\\n":
    try:
        fcntl.ioctl(0, termios.TIOCSTI, key.encode())
    except OSError as error:
        print(error.strerror)
        break
"""
OUTER = ["/bin/bash", "--norc", "--noediting", "-i"]


@pytest.fixture(params=["the long way", "a kept start"])
def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Strict:
    """Return a function that makes a tool with its shim and the environment in which the shim takes one of its ways."""
    needs_sandbox()
    if kept_start.reader() is None:
        pytest.skip("This system cannot use kept starts.")

    def make(tool: str) -> tuple[Shimmed, dict[str, str]]:
        shimmed = Shimmed(tmp_path / "home of mia", monkeypatch)
        written(shimmed.tool, tool)
        shimmed.choose_preset("strict")
        shimmed.install()
        if request.param == "the long way":
            return shimmed, {**shimmed.env, "PERL5OPT": ""}
        assert shimmed.is_kept()
        start = kept_start.folder("x").parent.parent / "start.py"
        start.write_text("raise SystemExit(77)\n")
        return shimmed, shimmed.env

    return make


def at_terminal(shimmed: Shimmed, env: dict[str, str]) -> Person:
    """Return a person at a shell in the project."""
    person = Person(OUTER, env)
    person.types(f"PS1='out''side> '; cd '{shimmed.project}'\n".encode())
    person.waits_for(b"outside> ")
    return person


def test_an_interactive_shell_works_as_ever(strict: Strict) -> None:
    shimmed, env = strict(SHELL)
    with at_terminal(shimmed, env) as person:
        person.types(b"claude\n")
        person.types(b"PS1='in''side> '; id -un; tty >/dev/null && echo is-a-te''rminal\n")
        person.waits_for(b"user")
        person.waits_for(b"is-a-terminal")
        person.types(b"sleep 100\n")
        time.sleep(0.5)
        person.types(b"\x1a")
        person.waits_for(b"Stopped")
        person.types(b"sleep 200 & jobs | wc -l; fg %1\n")
        person.waits_for(b"2\r\n")
        person.waits_for(b"sleep 100")
        time.sleep(0.3)
        person.types(b"\x03")
        person.types(b"kill %2; stty size; echo left-$((40+2))\n")
        person.waits_for(b"24 80")
        person.waits_for(b"left-42")
        person.resize(31, 97)
        person.types(b"stty size\n")
        person.waits_for(b"31 97")
        person.types(b"exit 7\n")
        person.waits_for(b"outside> ")
        person.types(b"echo st''atus-$?; stty -a | grep -ow isig; exit\n")
        person.waits_for(b"status-7")
        person.waits_for(b"isig")


def test_a_tool_that_stops_itself_gives_the_terminal_back(strict: Strict) -> None:
    shimmed, env = strict(STOPS_ITSELF)
    with at_terminal(shimmed, env) as person:
        person.types(b"claude\n")
        person.waits_for(b"asks")
        person.types(b"me\n")
        person.waits_for(b"heard me")
        person.waits_for(b"Stopped")
        person.waits_for(b"outside> ")
        person.types(b"echo mean''while; fg\n")
        person.waits_for(b"meanwhile")
        person.waits_for(b"back")
        person.types(b"5\n")
        person.waits_for(b"outside> ")
        person.types(b"echo st''atus-$?; exit\n")
        person.waits_for(b"status-5")


def test_a_tool_cannot_type_for_the_person(strict: Strict) -> None:
    shimmed, env = strict(TYPES)
    with at_terminal(shimmed, env) as person:
        person.types(b"claude; echo d''one\n")
        person.waits_for(b"done")
        person.types(b"echo e''nd; exit\n")
        person.waits_for(b"end")
        person.status()
    assert not (shimmed.project / "typed").exists()
    if "PERL5OPT" not in env:  # a kept start shares the terminal, so it must have been refused there
        assert b"Operation not permitted" in person.seen


def test_what_follows_in_a_script_still_has_the_terminal(strict: Strict) -> None:
    shimmed, env = strict("#!/bin/sh\nexit 6\n")
    with Person(["/bin/sh", "-c", f"cd '{shimmed.project}'; claude; echo status-$?; read x; echo got-$x"], env) as person:
        person.waits_for(b"status-6")
        person.types(b"word\n")
        person.waits_for(b"got-word")


@pytest.mark.skipif(shutil.which("less") is None, reason="There is no less here.")
def test_a_pager_fills_the_screen_and_leaves_it(strict: Strict) -> None:
    shimmed, env = strict('#!/bin/sh\n[ -t 0 ] && exec less "$@"\n')
    (shimmed.project / "text").write_text("".join(f"line {number}\n" for number in range(200)))
    with at_terminal(shimmed, env) as person:
        person.types(b"claude text\n")
        person.waits_for(b"line 22")
        person.types(b"G")
        person.waits_for(b"line 199")
        person.types(b"q")
        person.waits_for(b"outside> ")
        person.types(b"echo st''atus-$?; exit\n")
        person.waits_for(b"status-0")
    assert re.search(rb"\x1b\[\?1049h.*\x1b\[\?1049l", person.seen, re.DOTALL)


@pytest.mark.skipif(shutil.which("vim") is None, reason="There is no vim here.")
def test_an_editor_writes_a_file_of_the_project(strict: Strict) -> None:
    shimmed, env = strict('#!/bin/sh\n[ -t 0 ] && exec vim -N -u NONE -i NONE "$@"\n')
    with at_terminal(shimmed, env) as person:
        person.types(b"claude text\n")
        person.waits_for(b"text")
        time.sleep(0.5)
        person.types(b"iwritten inside\x1b")
        person.resize(30, 90)
        person.types(b"\x1a")
        person.waits_for(b"Stopped")
        person.waits_for(b"outside> ")
        person.types(b"fg\n")
        person.waits_for(b"written inside")
        person.types(b":wq\n")
        person.waits_for(b"outside> ")
        person.types(b"echo st''atus-$?; exit\n")
        person.waits_for(b"status-0")
    assert (shimmed.project / "text").read_text() == "written inside\n"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.model import Changes
from core.tools.detect import Detection, detect
from core.tools.sessions import SessionFinder, sessions
from tests.fakes.machines import signal
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

AGENT = tool(
    "agent", finder("native-install", paths=("/opt/agent/versions/*",)), process={"exe": ("/agent/versions/",)}, hosts=("api.acme.test",)
)
EDITOR = tool("editor", process={"exe": ("/opt/editor/editor$",)})
TOOLS = [AGENT, EDITOR]
EXE = "/opt/agent/versions/1.2.3"


def process(pid: int, ppid: int, name: str, exe: str = "", **more: Any) -> dict[str, Any]:
    return {"pid": pid, "ppid": ppid, "name": name, "exe": exe, "argv": [name], "user": "mia", "started": float(pid), **more}


RUNNING = [
    process(1, 0, "systemd", "/usr/lib/systemd/systemd"),
    process(10, 1, "konsole", "/usr/bin/konsole"),
    process(11, 10, "bash", "/usr/bin/bash"),
    process(20, 11, "agent", EXE),
    process(21, 20, "agent", EXE),
    process(22, 21, "bash", "/usr/bin/bash"),
    process(23, 22, "git", "/usr/bin/git"),
    process(30, 1, "editor", "/opt/editor/editor"),
    process(31, 30, "zsh", "/usr/bin/zsh"),
    process(32, 31, "agent", EXE),
    process(40, 1, "agent", "/usr/bin/agent"),
]


def tables(**more: Any) -> dict[str, Any]:
    return {"processes": RUNNING, "files": {EXE: "x"}, "links": {"/proc/20/cwd": "/home/mia/project"}, **more}


def test_a_session_is_one_tree_with_its_place_and_what_started_it(recorded_host: MakeHost) -> None:
    host = recorded_host(**tables())
    first = sessions(host, TOOLS, detect(host, TOOLS))[0]
    assert (first.tool, first.pid, first.pids, first.started) == ("agent", 20, (20, 21, 22, 23), 20.0)
    assert (first.version, first.cwd, first.user, first.parent) == ("1.2.3", "/home/mia/project", "mia", "konsole")


def test_a_tool_inside_another_tool_is_a_session_of_its_own(recorded_host: MakeHost) -> None:
    host = recorded_host(**tables())
    found = {item.pid: item for item in sessions(host, TOOLS, detect(host, TOOLS))}
    assert found[30].pids == (30, 31)
    assert (found[32].tool, found[32].pids, found[32].parent) == ("agent", (32,), "editor")


def test_a_program_that_only_has_the_name_is_no_session(recorded_host: MakeHost) -> None:
    host = recorded_host(**tables())
    assert 40 not in [item.pid for item in sessions(host, TOOLS, detect(host, TOOLS))]


def test_sockets_are_told_and_named_only_by_what_this_machine_knows(recorded_host: MakeHost) -> None:
    sockets = [
        {"kind": "tcp", "local": "127.0.0.1:25463", "state": "LISTEN", "pid": 21},
        {"kind": "tcp", "local": "10.0.0.2:1", "remote": "10.1.1.1:443", "state": "ESTABLISHED", "pid": 20},
        {"kind": "tcp", "local": "10.0.0.2:2", "remote": "10.1.1.2:443", "state": "ESTABLISHED", "pid": 23},
        {"kind": "tcp", "local": "10.0.0.2:3", "remote": "10.9.9.9:443", "state": "ESTABLISHED", "pid": 11},
    ]
    files = {EXE: "x", "/etc/hosts": "10.1.1.1 api.acme.test # note\n10.1.1.2 other.test\nbroken\n"}
    host = recorded_host(**tables(connections=sockets, files=files))
    first = sessions(host, TOOLS, detect(host, TOOLS))[0]
    assert first.listening == ("tcp 127.0.0.1:25463",)
    assert first.connections == ("api.acme.test:443", "10.1.1.2:443")


def test_open_files_that_tell_a_signal_are_told(recorded_host: MakeHost) -> None:
    links = {
        "/proc/21/fd/3": "/etc/machine-id",
        "/proc/21/fd/4": "socket:[7]",
        "/proc/23/fd/5": "/home/mia/.gitconfig",
        "/proc/11/fd/1": "/etc/hostname",
    }
    signals = [
        signal("machine-id", changes=Changes(watch=("/etc/machine-id",))),
        signal("git-name", changes=Changes(watch=("~/.gitconfig",))),
        signal("host-name", changes=Changes(watch=("/etc/hostname",))),
    ]
    host = recorded_host(**tables(links=links))
    first = sessions(host, TOOLS, detect(host, TOOLS), signals)[0]
    assert set(first.open_signals) == {"machine-id", "git-name"}


def test_no_session_costs_no_look_at_sockets(recorded_host: MakeHost) -> None:
    host = recorded_host(processes=RUNNING[:3])
    assert sessions(host, TOOLS, Detection()) == ()


@pytest.mark.parametrize("parents", [[(5, 5)], [(5, 6), (6, 5)]])
def test_a_process_list_that_runs_in_circles_ends(recorded_host: MakeHost, parents: list[tuple[int, int]]) -> None:
    running = [process(pid, ppid, "agent", EXE) for pid, ppid in parents]
    host = recorded_host(processes=running)
    assert len(sessions(host, TOOLS, Detection())) <= len(running)


def test_sessions_with_the_same_processes_are_taken_over(recorded_host: MakeHost) -> None:
    host = recorded_host(**tables())
    seeker = SessionFinder(host, TOOLS, detect(host, TOOLS))
    first = seeker.find(host.processes())
    second = seeker.find(host.processes(), before=first)
    assert all(one is other for one, other in zip(first, second, strict=True))
    without = [item for item in host.processes() if item.pid != 23]
    assert seeker.find(without, before=first)[0].pids == (20, 21, 22)


def test_the_name_of_a_parent_cannot_act_on_a_terminal(recorded_host: MakeHost) -> None:
    host = recorded_host(processes=[process(1, 0, "\x1b[2Jevil"), process(2, 1, "agent", EXE)])
    assert "\x1b" not in sessions(host, TOOLS, Detection())[0].parent


def test_environments_are_never_asked_for(recorded_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    host = recorded_host(**tables())
    monkeypatch.setattr(type(host), "process_env", lambda *_: pytest.fail("an environment was read"))
    assert sessions(host, TOOLS, detect(host, TOOLS))

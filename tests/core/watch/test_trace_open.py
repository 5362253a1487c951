from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from core.host.real import RealHost
from core.model import Grade
from core.tools.model import Session
from core.watch.trace_open import evidence, seen_open, why_not

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeHost


def session(*pids: int, connections: tuple[str, ...] = ()) -> Session:
    return Session("claude-code", pids[0], 1.0, "/opt/agent", "1.2.3", "/srv", "mia", "bash", pids, connections=connections)


def test_what_a_running_process_holds_open_is_told_without_its_path(tmp_path: Path) -> None:
    project = tmp_path / "zq-project"
    project.mkdir()
    (project / ".env").write_text("A=1")
    script = "import sys; a = open('.env'); b = open('/etc/passwd'); print('ready', flush=True); sys.stdin.read()"
    argv = [sys.executable, "-S", "-c", script]
    with subprocess.Popen(argv, cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        seen = seen_open(RealHost(), session(process.pid, connections=("198.51.100.7:443",)))
        process.communicate()
    assert {"(a folder)/.env", "/etc/passwd"} <= {item.what for item in seen.files}
    assert seen.connections == ("198.51.100.7:443",)
    assert seen.programs[0].startswith("python")
    assert seen.refused == 0
    assert "zq-project" not in str(seen.files)
    found = evidence(seen)
    assert {item.signal for item in found} >= {"dotenv", "user-name"}
    assert {(item.grade, item.method, item.tool_version) for item in found} == {(Grade.SAW_READ, "seen-open", "1.2.3")}
    assert all("one moment" in item.limits for item in found)


def test_a_process_that_is_gone_or_closed_to_us_is_counted(recorded_host: MakeHost) -> None:
    host = recorded_host(
        folders={"/proc/5/fd": ["3", "4"]},
        links={"/proc/5/exe": "/opt/agent (deleted)", "/proc/5/fd/3": "/etc/machine-id", "/proc/5/fd/4": "socket:[77]"},
        denied=["/proc/6/fd"],
    )
    seen = seen_open(host, session(5, 6, 7))
    assert [(item.pid, item.program, item.what) for item in seen.files] == [(5, "agent", "/etc/machine-id")]
    assert seen.refused == 2


def test_other_systems_say_what_is_not_possible(recorded_host: MakeHost) -> None:
    assert why_not(recorded_host()) == ""
    for system in ("macos", "windows"):
        host = recorded_host(system)
        assert "Linux only" in why_not(host)
        assert seen_open(host, session(5)).files == ()

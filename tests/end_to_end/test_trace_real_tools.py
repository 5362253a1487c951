"""Real tools under a trace, without a way out of this machine: what was seen by hand before is seen again, and by whom."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from core.catalogue.tools import load_tools
from core.watch.trace import TraceSession, _tracer
from core.watch.trace_model import Deed, TraceReport, Who
from core.watch.trace_start import why_not
from tests.end_to_end import launch_tools
from tests.end_to_end.test_detection_sessions import is_alone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = 25
COMMANDS = {
    "claude-code": ("claude", ["-p", "hello"]),
    "codex-cli": ("codex", ["exec", "--skip-git-repo-check", "hello"]),
    "cline-cli": ("cline", ["hello"]),
    "qoder-cli": ("qodercli", ["-p", "hello"]),
    "llm": ("llm", ["-m", "gpt-4o-mini", "hello"]),
}
# signal, what is shown, who: as found with strace by hand before, but SIOCGIFCONF, which was first seen in a trace of ours
EXPECTED = {
    "claude-code": [("machine-id", "/etc/machine-id", Who.TOOL), ("os-version", "/etc/os-release", Who.TOOL)],
    "codex-cli": [("time-zone", "/etc/localtime", Who.TOOL), ("os-version", "lsb_release", Who.CHILD)],
    "cline-cli": [("machine-id", "/etc/machine-id", Who.CHILD)],
    "qoder-cli": [("machine-id", "/etc/machine-id", Who.TOOL), ("interfaces", "ioctl(SIOCGIFCONF)", Who.CHILD)],
    "llm": [("hostname", "uname()", Who.LIBRARY)],
}
NEVER = {"llm": {"machine-id", "git-identity", "shell-history", "processes"}, "codex-cli": {"machine-id"}}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "traces work here"),
    pytest.mark.skipif(not is_alone(), reason="real tools are started only where the network is loopback alone"),
]


class Refusing(http.server.BaseHTTPRequestHandler):
    """Answers every request with 404."""

    def do_POST(self) -> None:
        self.send_response(404)
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the name the server looks for

    def log_message(self, *_: object) -> None:  # type: ignore[override]  # says nothing
        return


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def traced(name: str, home: Path, url: str) -> TraceReport:
    command, arguments = COMMANDS[name]
    program = launch_tools.program(command)
    if program is None:
        pytest.skip(f"not installed: python3 -m tests.end_to_end.launch_tools {command}")
    project = home / "project"
    project.mkdir(parents=True)
    git = shutil.which("git")
    if git is not None:
        subprocess.run([git, "init", "-q"], cwd=project, env={"HOME": str(home), "PATH": os.environ["PATH"]}, check=True)
    keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "QODER_API_KEY"), "fake-key")
    urls = dict.fromkeys(("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"), url)
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **keys, **urls}
    session = TraceSession([str(program), *arguments], env, str(project), lambda _event: None, tool=load_tools()[0][name])
    session.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _, report = session.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        session.stop()
        _, report = session.wait(LIMIT_S)
    for item in report.living:  # only what this test's own tool left, which its tracer proves
        if _tracer(item.pid):
            os.kill(item.pid, 9)
    return report


@pytest.mark.parametrize("name", COMMANDS)
def test_a_trace_sees_what_a_real_tool_reads_and_who_does_it(name: str, tmp_path: Path, endpoint: str) -> None:
    report = traced(name, tmp_path / "home", endpoint)
    seen = {(signal, item.what, item.who) for item in report.events if item.counts for signal in item.signals}
    assert set(EXPECTED[name]) <= seen
    assert not NEVER.get(name, set()) & set(report.signals)
    assert report.unread == 0
    assert report.is_whole
    assert str(tmp_path) not in str(report.events)
    assert not [item for item in report.events if item.deed is Deed.READ and item.what.startswith("~/.ssh")]

"""Real tools, started without a way out of this machine: fake keys, a home of their own, an endpoint that never answers."""

from __future__ import annotations

import contextlib
import http.server
import os
import queue
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.catalogue import load_catalogue
from core.catalogue.tools import load_tools
from core.host.real import RealHost
from core.probes.result import Ok
from core.redact import raw
from core.tools.detect import detect
from core.tools.sessions import session_readings, sessions
from core.tools.watching import SessionEvent, SessionEventKind, watch_sessions
from tests.end_to_end.real_tools import HOME, NEWEST, NPM_GLOBAL, STAMP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.tools.model import Session

LONG_S = 15.0
NATIVE = NEWEST / "lib/node_modules/@anthropic-ai/claude-code/node_modules/@anthropic-ai/claude-code-linux-x64/claude"
TOOLS: dict[str, list[str]] = {
    "claude-code": [str(NATIVE), "-p", "hello"],
    "gemini-cli": [str(NPM_GLOBAL / "bin/gemini"), "-p", "hello"],
    "qwen-code": [str(NPM_GLOBAL / "bin/qwen"), "-p", "hello"],
    "qoder-cli": [str(NPM_GLOBAL / "bin/qodercli"), "-p", "hello"],
    "llm": [str(HOME / ".local/bin/llm"), "-m", "gpt-4o-mini", "hello"],
}


def is_alone() -> bool:
    """Whether this network holds nothing but loopback."""
    try:
        rows = Path("/proc/net/dev").read_text(encoding="ascii").splitlines()[2:]
    except OSError:
        return False
    return [row.partition(":")[0].strip() for row in rows] == ["lo"]


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not STAMP.is_file(), reason="no real tools are installed: python3 -m tests.end_to_end.real_tools"),
    pytest.mark.skipif(not is_alone(), reason="real tools are started only where the network is loopback alone"),
]


class Silent(http.server.BaseHTTPRequestHandler):
    """Takes every request and answers none until the test is over."""

    over = threading.Event()

    def handle(self) -> None:
        self.connection.recv(1)
        self.over.wait(LONG_S)


@pytest.fixture
def endpoint() -> Iterator[str]:
    Silent.over = threading.Event()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Silent.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@contextlib.contextmanager
def started(name: str, home: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    project = home / "project"
    project.mkdir(parents=True)
    keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "QODER_API_KEY"), "fake-key")
    urls = dict.fromkeys(("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"), url)
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "Asia/Tokyo", "LANG": "C.UTF-8", **keys, **urls}
    pipes: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(TOOLS[name], env=environment, cwd=project, start_new_session=True, **pipes) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("name", TOOLS)
def test_a_real_session_is_noticed_described_and_looked_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, endpoint: str, name: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("HOME", str(HOME))
        detection = detect(RealHost(), load_tools()[0].values())
    tools, catalogue = tuple(load_tools()[0].values()), load_catalogue()
    events: queue.Queue[SessionEvent] = queue.Queue()
    watch = watch_sessions(RealHost(), tools, detection, (), events.put)
    watch.start()
    try:
        with started(name, tmp_path / "home", endpoint) as process:
            first = next_of(events, SessionEventKind.STARTED, name, process.pid)
            now = next(item for item in sessions(RealHost(), tools, detection) if item.pid == first.pid)
            check(now, name, tmp_path / "home" / "project", {item.version for item in detection.installations if item.tool == name})
            zone = next(item for item in session_readings(now, catalogue) if item.signal == "time-zone")
            handed = next(source.result for source in zone.sources if source.name == "TZ")
            assert isinstance(handed, Ok)
            assert [raw(value) for value in handed.values] == ["Asia/Tokyo"]
        ended = next_of(events, SessionEventKind.ENDED, name, first.pid)
        assert (ended.pid, ended.started) == (first.pid, first.started)
    finally:
        watch.close()


def next_of(events: queue.Queue[SessionEvent], kind: SessionEventKind, tool: str, pid: int | None = None) -> Session:
    """Return the next of a tool, or of one of its processes: tests beside this one start the same tools."""
    while True:
        event = events.get(timeout=LONG_S)
        if event.kind is kind and event.session is not None and event.session.tool == tool and pid in {None, event.session.pid}:
            return event.session


def check(session: Session, name: str, folder: Path, versions: set[str]) -> None:
    assert session.tool == name
    assert session.version in versions
    assert session.cwd == str(folder)
    assert session.pids[0] == session.pid
    assert session.confinement.own_namespaces == ()
    assert session.parent
    assert all(address.rpartition(":")[0] in {"127.0.0.1", "[::1]"} for address in session.connections)


def test_a_session_in_a_sandbox_says_what_surrounds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, endpoint: str) -> None:
    way = ["unshare", "--uts", "--ipc", "--user", "--map-current-user", "--", *TOOLS["qwen-code"]]
    if subprocess.run([*way[:6], "true"], check=False, capture_output=True).returncode:
        pytest.skip("this kernel lets nobody make namespaces")
    monkeypatch.setitem(TOOLS, "qwen-code", way)
    with monkeypatch.context() as patch:
        patch.setenv("HOME", str(HOME))
        detection = detect(RealHost(), load_tools()[0].values())
    tools = tuple(load_tools()[0].values())
    events: queue.Queue[SessionEvent] = queue.Queue()
    watch = watch_sessions(RealHost(), tools, detection, (), events.put)
    watch.start()
    try:
        with started("qwen-code", tmp_path / "home", endpoint):
            session = next_of(events, SessionEventKind.STARTED, "qwen-code")
            assert {"user", "uts", "ipc"} <= set(session.confinement.own_namespaces)
    finally:
        watch.close()

"""Faults through the real `telltale run --inspect TOOL`: what the tool gets, what the person is told, and what stays behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from core.watch import inspector_setup
from tests.fakes.origin import Exchange, Origin, make_certificate
from tests.fakes.real_run import EMAIL, LIMIT_S, RealRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE = """
sys.stdout.reconfigure(line_buffering=True)
port, down = int(os.environ["ORIGIN"]), int(os.environ["DOWN"])
HEAD = b"POST AT/v1/messages HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 2\\r\\n"
print("down:", ask(down, HEAD + b"\\r\\n", b"{}"))
bomb = gzip.compress(b"\\0" * (1 << 27))
print("bomb:", ask(port, b"POST AT/bomb HTTP/1.1\\r\\nHost: h\\r\\nContent-Encoding: gzip\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(bomb), bomb))
print("nonsense:", ask(port, b"\\x00\\x01\\x02\\r\\n\\r\\n")[:10])
print("bad answer:", ask(port, b"POST AT/nonsense HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 2\\r\\n\\r\\n", b"{}"))
print("hostile name:", ask(port, HEAD + b"X-\\x1b[31m: <b>1</b>\\r\\n\\r\\n", b"{}"))
print("hostile value:", ask(port, HEAD + b"X-Bad: <script>\\xe2\\x80\\xae\\xff\\r\\nX-Who: EMAIL\\r\\n\\r\\n", b"{}"))
results = []
def one():
    results.append(ask(port, HEAD + b"\\r\\n", b"{}"))
threads = [threading.Thread(target=one) for _ in range(100)]
[item.start() for item in threads]; [item.join() for item in threads]
print("many:", results.count("HTTP/1.1 200 OK"))
sys.exit(6)
""".replace("EMAIL", EMAIL)

FILLING = """
try:
    with open(os.environ["XDG_STATE_HOME"] + "/fills", "wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
except OSError:
    pass
head = b"POST AT/v1/messages HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 2\\r\\n\\r\\n"
print("many:", [ask(int(os.environ["ORIGIN"]), head, b"{}") for _ in range(300)].count("HTTP/1.1 200 OK"))
sys.exit(6)
"""

WAITING = """
open(os.path.expanduser("~/tool.pid"), "w").write(str(os.getpid()))
while not os.path.exists(os.path.expanduser("~/go")):
    time.sleep(0.05)
try:
    print("answered", post("https://api.anthropic.com/v1/messages", b"{}")[:1])
except urllib.error.URLError as error:
    print("clean error:", type(error.reason).__name__)
sys.exit(8)
"""

pytestmark = pytest.mark.skipif(not inspector_setup.is_installed(), reason="mitmproxy is not installed here: telltale requests --set-up")


def nonsense(exchange: Exchange) -> None:
    exchange.connection.sendall(b"\x00\xff nonsense\r\n\r\n")
    exchange.connection.close()


def test_what_goes_wrong_on_the_way_is_a_clean_answer_for_the_tool_and_words_for_the_person(tmp_path: Path) -> None:
    here = RealRun(tmp_path, HOSTILE)
    with Origin() as gone:
        down = gone.port
    with Origin({"/nonsense": nonsense}) as origin:
        done = here.run("run", "--inspect", "claude", ORIGIN=str(origin.port), DOWN=str(down))
        arrived = len(origin.seen)
    assert done.stdout.splitlines() == [
        "down: HTTP/1.1 502 Bad Gateway",
        "bomb: HTTP/1.1 200 OK",
        "nonsense: HTTP/1.1 4",
        "bad answer: HTTP/1.1 502 Bad Gateway",
        "hostile name: HTTP/1.1 400 Bad Request",  # no HTTP at all, so it is not passed on
        "hostile value: HTTP/1.1 200 OK",
        "many: 100",
    ], done.stderr
    assert done.returncode == 6
    assert arrived == 103
    capture = here.document("requests", "--session", "last")
    notes = {(item["path"], item["note"]) for item in capture["requests"] if item["note"]}
    assert ("/v1/messages", "The host could not be reached, so the request was not delivered.") in notes
    assert any(path == "/bomb" and ("limit" in note or "first" in note) for path, note in notes)
    assert {path for path, _ in notes} == {"/v1/messages", "/bomb", "/nonsense"}, notes
    assert sum(item["status"] == 200 for item in capture["requests"]) == 102
    told = done.stdout + done.stderr + here.run("requests", "--session", "last").stdout + str(capture)
    assert all(character.isprintable() or character == "\n" for character in told)
    assert "<script>" not in told
    assert EMAIL not in told
    assert_nothing_left(here)


def test_a_tool_that_does_not_accept_the_certificate_is_told_in_words(tmp_path: Path) -> None:
    context, authority = make_certificate(tmp_path, "api.anthropic.com")
    pinned = """
def talk():
    with proxy() as to:
        to.sendall(b"CONNECT localhost:%d HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n" % int(os.environ["ORIGIN"]))
        while b"\\r\\n\\r\\n" not in to.recv(65536):
            pass
        with ssl.create_default_context(cafile=os.environ["PINNED"]).wrap_socket(to, server_hostname="localhost") as made:
            made.sendall(b"POST / HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
            return made.recv(65536)[-2:]
for _ in range(30):
    try:
        print("answered", talk())
        break
    except ssl.SSLCertVerificationError:
        print("refused")
        time.sleep(0.2)
"""
    here = RealRun(tmp_path, pinned)
    with Origin(context=context) as origin:
        done = here.run(
            "run", "--inspect", "--all-hosts", "claude", ORIGIN=str(origin.port), PINNED=str(authority), SSL_CERT_FILE=str(authority)
        )
    assert done.stdout.splitlines()[0] == "refused"
    assert done.stdout.splitlines()[-1] == "answered b'ok'"
    assert "did not accept Telltale's certificate for localhost" in done.stderr
    assert_nothing_left(here)


@pytest.mark.parametrize("victim", ["tool", "inspector"])
def test_who_is_killed_is_told_and_the_other_goes_on(victim: str, tmp_path: Path) -> None:
    here = RealRun(tmp_path, WAITING)
    process = here.start("run", "--inspect", "--answer", "claude")
    tool = psutil.Process(number_in(here.home / "tool.pid"))
    others = [item for item in psutil.Process(process.pid).children() if item.pid != tool.pid]
    if victim == "tool":
        tool.kill()
    else:
        (inspector,) = others
        inspector.kill()
        until(lambda: has_ended(inspector))
        (here.home / "go").touch()
    out, err = process.communicate(timeout=LIMIT_S)
    err = " ".join(err.split())
    if victim == "tool":
        assert (process.returncode, out) == (137, "")
        assert "No request was read." in err
    else:
        assert (process.returncode, out) == (8, "clean error: ConnectionRefusedError\n"), err
        assert "The inspector stopped before the tool did" in err
    state = here.document("requests", "--session", "last")["session"]["state"]
    assert state == ("ended" if victim == "tool" else "broken")
    assert_nothing_left(here)
    assert all(has_ended(item) for item in others)


def test_when_telltale_itself_is_killed_all_of_it_ends_and_the_next_command_cleans_up(tmp_path: Path) -> None:
    here = RealRun(tmp_path, WAITING)
    process = here.start("run", "--trace", "--inspect", "--answer", "claude")
    tool = psutil.Process(number_in(here.home / "tool.pid"))
    until(lambda: len(psutil.Process(process.pid).children()) == 3)  # the tool, the inspector, who keeps the trace's pipe
    family = psutil.Process(process.pid).children()
    (inspector,) = (item for item in family if "core.watch.addon" in " ".join(item.cmdline()))
    process.kill()
    process.wait(LIMIT_S)
    until(lambda: has_ended(inspector))
    assert not has_ended(tool)
    (here.home / "go").touch()
    until(lambda: all(has_ended(item) for item in family))
    assert process.stdout
    assert process.stdout.read() == "clean error: ConnectionRefusedError\n"
    with process:  # its pipes were the tool's, too
        pass
    assert not any((here.home / "tmp").iterdir())
    for item in (here.state / "inspector" / "sessions").iterdir():
        os.utime(item, (1, 1))  # a minute later
    document = here.document("requests")["captures"][0]
    assert document["state"] == "broken"
    assert "Telltale ended before the tool did" in document["coverage"]
    assert_nothing_left(here)


def test_behind_a_socks_proxy_a_sentence_comes_before_the_start_and_nothing_runs(tmp_path: Path) -> None:
    here = RealRun(tmp_path, WAITING)
    done = here.run("run", "--inspect", "claude", ALL_PROXY="socks5://mia:pass@127.0.0.1:1080")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("telltale: Your own proxy is of the kind 'socks5', through which the inspector cannot pass anything on")
    assert "mia" not in done.stderr
    assert not (here.home / "tool.pid").exists()
    assert_nothing_left(here)


def test_a_full_disk_costs_the_record_and_never_the_tool(tmp_path: Path) -> None:
    here = RealRun(tmp_path, FILLING)
    small = here.home / "small"
    small.mkdir()
    mounted = f'mount -t tmpfs -o size=3m none {small} && exec "$@"'
    room = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--mount", "sh", "-c", mounted, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*room, "true"], capture_output=True, check=False).returncode:
        pytest.skip("No disk of its own can be made here.")
    with Origin() as origin:
        done = here.run("run", "--inspect", "claude", within=room, ORIGIN=str(origin.port), XDG_STATE_HOME=str(small))
    assert (done.returncode, done.stdout) == (6, "many: 300\n"), done.stderr
    assert "Traceback" not in done.stderr
    assert "(is the disk full?) and are lost" in done.stderr


def assert_nothing_left(here: RealRun) -> None:
    """No process with this home, no file of a running capture, nothing in the temporary folder."""
    assert not any((here.home / "tmp").iterdir())
    sessions = here.state / "inspector" / "sessions"
    assert not sessions.is_dir() or not any(sessions.iterdir())
    mine = [item for item in psutil.process_iter(["cmdline"]) if any(str(here.home) in word for word in item.info["cmdline"] or ())]
    assert [item for item in mine if not has_ended(item)] == []


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or dead and only not yet collected."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def number_in(file: Path) -> int:
    """Wait for the process id that the tool writes down."""
    until(lambda: file.exists() and file.read_text().isdigit())
    return int(file.read_text())


def until(is_so: Callable[[], Any]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)

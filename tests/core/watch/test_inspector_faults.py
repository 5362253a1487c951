from __future__ import annotations

import contextlib
import gzip
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from core.watch import inspector_run, inspector_setup, store_schema
from core.watch.inspector_env import WayError
from core.watch.inspector_run import InspectOptions, clean_up, inspector_folder, remove_authority
from core.watch.inspector_setup import InspectorMissingError
from core.watch.store import Store
from core.watch.store_model import CaptureSession, SessionState, StoreError
from tests.fakes.capture import USER, connect, proxy_of, receive
from tests.fakes.origin import Exchange, Origin, make_certificate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.tools.model import Tool
    from core.watch.inspector_run import Inspection
    from tests.core.watch.conftest import Inspect

ASK = b"POST /v1/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"


def plain(session: Inspection, port: int, data: bytes) -> bytes:
    """Send bytes to a plain server by the proxy's own way of asking."""
    with socket.create_connection(("127.0.0.1", session.port), 20) as connection:
        connection.sendall(data.replace(b"POST /", b"POST http://127.0.0.1:%d/" % port))
        return receive(connection)


def wait_for(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_an_upstream_that_is_down_is_a_clean_answer_for_the_tool_and_a_sentence(inspect: Inspect, store: Store) -> None:
    session = inspect()
    with Origin() as gone:
        port = gone.port
    assert plain(session, port, ASK).startswith(b"HTTP/1.1 502 ")
    session.finish()
    assert store.requests(session.id)[0].note == "The host could not be reached, so the request was not delivered."


def test_an_upstream_with_a_certificate_nobody_vouches_for_is_refused_as_the_tool_would(
    inspect: Inspect, tmp_path: Path, store: Store
) -> None:
    context, _ = make_certificate(tmp_path)
    session = inspect()
    environment = session.additions.environment
    with Origin(context=context) as origin, connect(proxy_of(environment), "127.0.0.1", origin.port, environment["SSL_CERT_FILE"]) as tool:
        tool.sendall(ASK)
        assert receive(tool).startswith(b"HTTP/1.1 502 ")
        assert origin.seen == []
    session.finish()
    assert "could not be verified" in store.requests(session.id)[0].note


def test_a_tool_that_refuses_the_certificate_is_told_in_words_and_passes_unread_from_then_on(
    inspect: Inspect, tmp_path: Path, store: Store
) -> None:
    context, authority = make_certificate(tmp_path)
    session = inspect(trusted=str(authority))
    with Origin(context=context) as origin:
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(proxy_of(session.additions.environment), "localhost", origin.port, str(authority))
        wait_for(lambda: store.troubles(session.id))
        with connect(proxy_of(session.additions.environment), "localhost", origin.port, str(authority)) as tool:
            tool.sendall(ASK)
            assert receive(tool).endswith(b"ok")
    report = session.finish()
    assert "did not accept Telltale's certificate for localhost" in report.lines[0]
    assert "the tool did not accept Telltale's certificate" in report.coverage


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"\x00\xff\x00", b""])
def test_a_malformed_answer_ends_in_a_clean_error(inspect: Inspect, store: Store, answer: bytes) -> None:
    def talk(exchange: Exchange) -> None:
        exchange.connection.sendall(answer)
        exchange.connection.shutdown(socket.SHUT_RDWR)

    session = inspect()
    with Origin({"/v1/messages": talk}) as origin:
        assert plain(session, origin.port, ASK).startswith(b"HTTP/1.1 502 ")
    session.finish()
    assert store.requests(session.id)[0].note


@pytest.mark.parametrize(
    "nonsense", [b"\x00\x01\x02\r\n\r\n", b"POST\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n"]
)
def test_a_malformed_request_harms_nothing_and_the_next_one_passes(inspect: Inspect, store: Store, nonsense: bytes) -> None:
    session = inspect()
    plain(session, 1, nonsense)
    with Origin() as origin:
        assert plain(session, origin.port, ASK).endswith(b"ok")
    session.finish()
    assert store.requests(session.id)[-1].path == "/v1/messages"


def test_hostile_headers_and_paths_are_kept_without_values_and_without_characters_that_act(inspect: Inspect, store: Store) -> None:
    session = inspect()
    hostile = (
        b"POST /\x1b]0;owned\x07<img onerror=1>/x HTTP/1.1\r\nHost: h\r\nX-\x1b[31m: <script>alert(1)</script>\r\n"
        b"X-Long: " + b"a" * 20_000 + b"\r\nContent-Type: text/\x1b[2J\r\nContent-Length: 2\r\n\r\n{}"
    )
    with Origin() as origin:
        plain(session, origin.port, hostile)
        plain(session, origin.port, ASK.replace(b"Host: h", b"X-" + USER.encode() + b": 1\r\nX-Bad: \xe2\x80\xae\xff"))
    session.finish()
    for request in store.requests(session.id):
        text = repr(store.request(session.id, request.number))
        assert text.isascii() or all(ch.isprintable() for ch in text)
        assert USER not in text
        assert "<script>" not in text


def test_a_small_body_that_unfolds_into_a_large_one_is_looked_at_within_limits(inspect: Inspect, store: Store) -> None:
    bomb = gzip.compress(b"\0" * (1 << 28))
    session = inspect()
    head = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    before = psutil.Process().memory_info().rss
    with Origin() as origin:
        assert plain(session, origin.port, head + bomb).endswith(b"ok")
        assert origin.seen[0][1] == bomb
    session.finish()
    assert "limit" in store.requests(session.id)[0].note or "first" in store.requests(session.id)[0].note
    assert psutil.Process().memory_info().rss - before < 200 << 20


def test_when_the_inspector_is_killed_the_tool_gets_a_clean_error_and_telltale_says_so(inspect: Inspect, store: Store) -> None:
    session = inspect()
    os.kill(session.inspector_pid, signal.SIGKILL)
    wait_for(lambda: store.troubles(session.id))
    with pytest.raises(ConnectionRefusedError):
        plain(session, 1, ASK)
    report = session.finish()
    assert "The inspector stopped before the tool did" in report.coverage
    stored = store.session(session.id)
    assert stored is not None
    assert stored.state is SessionState.BROKEN


def test_a_tool_that_is_killed_in_the_middle_costs_only_its_request(inspect: Inspect, store: Store) -> None:
    session = inspect()
    with Origin() as origin:
        with socket.create_connection(("127.0.0.1", session.port), 20) as tool:
            tool.sendall(b"POST http://127.0.0.1:%d/half HTTP/1.1\r\nHost: h\r\nContent-Length: 999\r\n\r\n{" % origin.port)
            time.sleep(0.1)
        assert plain(session, origin.port, ASK).endswith(b"ok")
    session.finish()
    notes = {item.path: item.note for item in store.requests(session.id)}
    assert notes["/v1/messages"] == ""
    assert notes["/half"]


def test_a_full_disk_costs_the_record_but_never_the_traffic(inspect: Inspect, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = inspect()
    pages = store._base.execute("PRAGMA page_count").fetchone()[0]
    store._base.execute(f"PRAGMA max_page_count={pages}")
    with Origin() as origin:
        for _ in range(40):
            assert plain(session, origin.port, ASK).endswith(b"ok")
        store._base.execute("PRAGMA max_page_count=1000000")
    report = session.finish()
    assert store.count(session.id) == 40  # what did not fit was kept in memory and written at the end
    assert "lost" not in report.coverage


def test_a_store_that_another_program_holds_at_the_start_does_not_keep_the_tool_from_starting(
    inspect: Inspect, store: Store, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store._base.execute("PRAGMA busy_timeout=50")
    with contextlib.closing(sqlite3.connect(state / "captures.sqlite", isolation_level=None)) as other, Origin() as origin:
        other.execute("BEGIN IMMEDIATE")
        session = inspect()
        other.execute("COMMIT")
        assert plain(session, origin.port, ASK).endswith(b"ok")
    session.finish()
    assert [(item.id, item.requests) for item in store.sessions()] == [(session.id, 1)]


def test_a_store_that_stays_full_is_told_with_the_number_of_lost_records(inspect: Inspect, store: Store) -> None:
    session = inspect()
    store._base.execute(f"PRAGMA max_page_count={store._base.execute('PRAGMA page_count').fetchone()[0]}")
    with Origin() as origin:
        for number in range(60):
            plain(session, origin.port, ASK.replace(b"/v1/messages", b"/a" * 60 + b"/%d" % number))
    report = session.finish()
    assert "records could not be written to the store (is the disk full?) and are lost" in " ".join([report.coverage, *report.lines])


def test_after_a_kill_nothing_goes_on_and_the_next_start_cleans_up(state: Path, tmp_path: Path) -> None:
    if not inspector_setup.is_installed():
        pytest.skip("mitmproxy is not installed here: telltale requests --set-up")
    code = (
        "import sys, time, pathlib\n"
        "from core import paths\n"
        f"paths.state_dir = lambda: pathlib.Path({str(state)!r})\n"
        "from core.watch.inspector_run import Inspection, Subject\n"
        "from tests.fakes.capture import searcher\n"
        "session = Inspection(Subject(None, 'toy', '1', {}), searcher)\n"
        "session.start(); print(session.inspector_pid, session.id, flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    pid, session = process.stdout.readline().split()
    inspector = psutil.Process(int(pid))
    process.kill()
    process.wait()
    process.stdout.close()
    wait_for(lambda: not inspector.is_running() or inspector.status() == psutil.STATUS_ZOMBIE)  # it ends by itself
    old = inspector_folder() / "sessions" / session
    assert old.is_dir()
    os.utime(old, (1, 1))
    with Store() as store:
        assert clean_up(store) == 1
        found = store.session(session)
        assert found is not None
        assert (found.state, old.exists()) == (SessionState.BROKEN, False)


def test_a_capture_that_still_runs_is_left_alone(store: Store) -> None:
    me = psutil.Process()
    store.begin(CaptureSession("mine", "toy", "1", "proxy", time.time()), me.pid, me.create_time())
    store.begin(
        CaptureSession("other", "toy", "1", "proxy", time.time()), me.pid, me.create_time() - 100
    )  # the same number, another process
    assert clean_up(store) == 1
    found = store.session("mine")
    assert found is not None
    assert found.state is SessionState.RUNNING


def test_nothing_is_left_of_a_capture_but_the_key_which_one_call_removes(inspect: Inspect, state: Path) -> None:
    session = inspect()
    folder = inspector_folder()
    assert (folder / "sessions" / session.id / "trust").is_dir()
    session.finish()
    assert [item.name for item in folder.rglob("*") if item.is_file()] == ["ca-key.pem"]
    assert remove_authority()
    assert not folder.exists()
    assert not remove_authority()


def test_without_mitmproxy_a_sentence_says_what_to_do_and_nothing_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspector_setup, "_find", lambda: None)
    session = inspector_run.Inspection(inspector_run.Subject(None, "toy", "1", {}), lambda: pytest.fail("asked too early"), store=store)
    with pytest.raises(InspectorMissingError, match="nothing was started; install it with: telltale requests --set-up"):
        session.start()
    assert list((inspector_folder() / "sessions").iterdir()) == []
    assert store.sessions() == ()


def test_a_tool_that_offers_no_way_in_is_refused_with_a_sentence(store: Store, a_tool: Tool) -> None:
    session = inspector_run.Inspection(
        inspector_run.Subject(a_tool, "", "1", {"HTTPS_PROXY": "socks5://127.0.0.1:1080"}),
        lambda: pytest.fail("asked too early"),
        store=store,
    )
    with pytest.raises(WayError, match="through which the inspector cannot pass anything on, so nothing was started"):
        session.start()


def test_the_answerer_takes_the_vendors_place_without_network_or_account(inspect: Inspect, store: Store, a_tool: Tool) -> None:
    session = inspect(InspectOptions(answers=True), tool=a_tool)
    environment = session.additions.environment
    with connect(proxy_of(environment), "api.example", 443, environment["SSL_CERT_FILE"], alpn=("http/1.1",)) as tool:
        tool.sendall(ASK.replace(b"Host: h", b"Host: api.example"))
        assert b"no model was asked" in receive(tool)
    assert environment["ANTHROPIC_API_KEY"].startswith("sk-ant-not-a-key")
    session.finish()
    assert store.requests(session.id)[0].host == "api.example"


def test_a_store_of_another_version_is_set_aside_and_not_guessed_at(state: Path) -> None:
    with Store() as store:
        store._base.execute(f"PRAGMA user_version={store_schema.VERSION + 1}")
    with Store() as store:
        assert store.sessions() == ()
    assert len(list(state.glob("captures.sqlite.set-aside-*"))) == 1


def test_a_store_that_is_no_database_is_set_aside(state: Path) -> None:
    state.mkdir()
    (state / "captures.sqlite").write_bytes(b"nothing of the kind" * 100)
    with Store() as store:
        assert store.sessions() == ()


def test_a_store_that_cannot_be_made_is_a_sentence(state: Path) -> None:
    state.write_text("a file in the way")
    with pytest.raises(StoreError, match="could not be opened"):
        Store()

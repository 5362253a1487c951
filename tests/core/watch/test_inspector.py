from __future__ import annotations

import base64
import gzip
import hashlib
import json
import ssl
import subprocess
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]  # has no types
import psutil
import pytest
import zstandard

from core.watch import inspector_setup
from tests.fakes.capture import HOME, HOST_NAME, USER, connect, proxy_of, receive
from tests.fakes.origin import Exchange, Origin, make_certificate

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from core.tools.model import Tool
    from core.watch.inspector_run import Inspection
    from core.watch.store import Store
    from core.watch.store_model import StoredRequest
    from tests.core.watch.conftest import Inspect

SECRET = b'{"messages":[{"content":"cwd ' + HOME.encode() + b"/work on " + HOST_NAME.encode() + b'"}],"user":"' + USER.encode() + b'"}'


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return make_certificate(tmp_path_factory.mktemp("origin"), "elsewhere.example")


@pytest.fixture
def origin(certificate: tuple[ssl.SSLContext, Path]) -> Iterator[Origin]:
    with Origin(context=certificate[0]) as running:
        yield running


@pytest.fixture
def session(inspect: Inspect, certificate: tuple[ssl.SSLContext, Path]) -> Inspection:
    return inspect(trusted=str(certificate[1]))


def through(session: Inspection, origin: Origin, data: bytes) -> bytes:
    environment = session.additions.environment
    with connect(proxy_of(environment), "127.0.0.1", origin.port, environment["SSL_CERT_FILE"]) as connection:
        connection.sendall(data)
        return receive(connection)


def receive_until(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while end not in data:
        piece = connection.recv(65_536)
        assert piece, data
        data += piece
    return data


def request_bytes(path: str, body: bytes, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def kept(session: Inspection, store: Store) -> list[StoredRequest]:
    session.finish()
    return [full for item in store.requests(session.id) if (full := store.request(session.id, item.number))]


def test_a_request_passes_byte_for_byte_and_its_facts_are_found(session: Inspection, origin: Origin, store: Store) -> None:
    sent = request_bytes(
        "/v1/messages?q=%2Fx&q=", SECRET, "x-ODD-Case:  two  blanks ", "X-Twice: 1", "x-twice: 2", "Authorization: Bearer k"
    )
    assert through(session, origin, sent) == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    head, body = origin.seen[0]
    assert head + body == sent.replace(b":  two  blanks ", b": two  blanks")  # blanks round a value belong to no value
    request = kept(session, store)[0]
    assert {(fact.signal, fact.place) for fact in request.facts} == {
        ("home-path", "$.messages[0].content"),
        ("host-name", "$.messages[0].content"),
        ("user-name", "$.messages[0].content"),
        ("user-name", "$.user"),
    }
    assert (request.host, request.method, request.status, request.size) == ("127.0.0.1", "POST", 200, len(SECRET))


def test_nothing_of_the_values_is_on_disk(session: Inspection, origin: Origin, store: Store, state: Path) -> None:
    through(
        session, origin, request_bytes(f"/{USER}/x?u={USER}", SECRET, "Authorization: Bearer sk-very-secret-key-1", f"X-{USER}: {USER}")
    )
    session.finish()
    store.close()
    data = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert len(data) > 10_000
    for value in (USER, HOST_NAME, HOME, "sk-very-secret-key-1"):
        assert value.encode() not in data
    assert {path.stat().st_mode & 0o077 for path in state.rglob("*")} == {0}


def test_a_chunked_body_arrives_whole_and_is_searched(session: Inspection, origin: Origin, store: Store) -> None:
    head = b"POST /c HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [SECRET[:7], SECRET[7:40], SECRET[40:]]
    through(session, origin, head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")
    assert origin.seen[0] == (head, SECRET)
    assert {fact.signal for fact in kept(session, store)[0].facts} == {"home-path", "host-name", "user-name"}


PACKERS = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "deflate": zlib.compress,
    "deflate without its wrapper": lambda data: zlib.compress(data, wbits=-15),
}


@pytest.mark.parametrize("coding", PACKERS)
def test_a_packed_body_arrives_as_it_was_and_is_unpacked_only_to_be_searched(
    session: Inspection, origin: Origin, store: Store, coding: str
) -> None:
    marked = json.dumps({"user": USER, "system": "Today\u2019s date is 2026/11/21."}, ensure_ascii=False).encode()
    packed = PACKERS[coding](marked)
    through(session, origin, request_bytes("/p", packed, f"Content-Encoding: {coding.split(maxsplit=1)[0]}"))
    assert origin.seen[0][1] == packed
    request = kept(session, store)[0]
    assert [(fact.signal, fact.place) for fact in request.facts] == [("user-name", "$.user")]
    assert {(marker.place, marker.code_points[0].code) for marker in request.markers} == {("$.system", 0x2019)}


@pytest.mark.parametrize("coding", PACKERS)
def test_a_packed_answer_arrives_as_it_was(session: Inspection, origin: Origin, coding: str) -> None:
    packed = PACKERS[coding](b"x" * 1000)
    head = f"HTTP/1.1 200 Fine\r\nx-Odd: 1\r\nContent-Encoding: {coding.split(maxsplit=1)[0]}\r\nContent-Length: {len(packed)}\r\n\r\n"
    origin.answers["/g"] = head.encode() + packed
    assert through(session, origin, request_bytes("/g", b"{}")) == head.encode() + packed


def test_events_arrive_one_by_one_and_not_at_the_end(session: Inspection, origin: Origin) -> None:
    goes_on = threading.Event()

    def slowly(exchange: Exchange) -> None:
        exchange.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        exchange.connection.sendall(b"9\r\ndata: 1\n\n\r\n")
        assert goes_on.wait(20)
        exchange.connection.sendall(b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")

    origin.answers["/events"] = slowly
    environment = session.additions.environment
    with connect(proxy_of(environment), "127.0.0.1", origin.port, environment["SSL_CERT_FILE"]) as connection:
        connection.sendall(request_bytes("/events", b"{}"))
        arrived = receive_until(connection, b"data: 1\n\n")
        goes_on.set()  # only now may the second event exist
        assert b"data: 2" not in arrived
        assert b"data: 2\n\n" in receive_until(connection, b"0\r\n\r\n")


def test_a_channel_passes_both_ways_and_what_the_tool_says_on_it_is_searched(session: Inspection, origin: Origin, store: Store) -> None:
    def channel(exchange: Exchange) -> None:
        key = origin.seen[-1][0].partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324  the protocol's own
        exchange.connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept
            + b"\r\n\r\n"
        )
        size = exchange.file.read(2)[1] & 127
        mask = exchange.file.read(4)
        data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(exchange.file.read(size)))
        exchange.connection.sendall(bytes([0x81, len(data)]) + data)
        exchange.file.read(1)

    origin.answers["/ws"] = channel
    text = f'{{"user":"{USER}"}}'.encode()
    hello = (
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    environment = session.additions.environment
    with connect(proxy_of(environment), "127.0.0.1", origin.port, environment["SSL_CERT_FILE"]) as connection:
        connection.sendall(hello)
        assert receive_until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
        connection.sendall(bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text)
        assert receive(connection, len(text) + 2)[2:] == text
    found = [item for item in kept(session, store) if item.kind == "websocket"]
    assert [(fact.signal, fact.place) for fact in found[0].facts] == [("user-name", "$.user")]


def times_missed(request: StoredRequest) -> list[int]:
    """Return how many of the names, one per MB behind the first 16, were not found in what was looked at."""
    rest = [fact for fact in request.facts if fact.place.startswith("body after its first")]
    return [(request.looked_at >> 20) - 16 - fact.times for fact in rest if fact.signal == "user-name"]


def test_a_hundred_megabytes_pass_without_being_held(session: Inspection, origin: Origin, store: Store) -> None:
    block = bytes(range(256)) * 4095 + b" canaryuser ".center(256)
    digest, total, arrived = hashlib.sha256(), 100, hashlib.sha256()

    def upload() -> bytes:
        environment = session.additions.environment
        with connect(proxy_of(environment), "127.0.0.1", large.port, environment["SSL_CERT_FILE"]) as connection:
            connection.sendall(f"POST /big HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {total * len(block)}\r\n\r\n".encode())
            for _ in range(total):
                connection.sendall(block)
                digest.update(block)
            return receive(connection)

    class Large(Origin):
        def _serve(self, connection: socket.socket) -> None:
            assert self._context
            with self._context.wrap_socket(connection, server_side=True) as wrapped, wrapped.makefile("rb") as file:
                while file.readline(65_536) != b"\r\n":
                    pass
                for _ in range(total):
                    arrived.update(file.read(len(block)))
                wrapped.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    peak, proxy = 0, psutil.Process(session.inspector_pid)
    before = proxy.memory_info().rss
    with Large(context=origin._context) as large, ThreadPoolExecutor(1) as pool:
        done = pool.submit(upload)
        while not done.done():
            peak = max(peak, proxy.memory_info().rss)
            time.sleep(0.05)
        assert done.result().endswith(b"ok")
    assert arrived.digest() == digest.digest()
    assert peak - before < 90 * 1024 * 1024
    request = kept(session, store)[0]
    assert request.size == total * len(block)
    assert "What follows the first 16,777,216 bytes was searched as it stands" in request.note
    assert request.looked_at > 17 * 1024 * 1024  # a proxy that is faster than the search drops parts, and says so
    assert ("Only" in request.note) == (request.looked_at < request.size)
    (missed,) = times_missed(request)
    assert abs(missed) <= (4 if request.looked_at < request.size else 0)  # parts end within blocks


def test_a_hundred_requests_at_once_are_all_answered_and_all_kept(session: Inspection, origin: Origin, store: Store) -> None:
    def one(number: int) -> bytes:
        return through(session, origin, request_bytes(f"/n/{number}", SECRET + b" " * number))

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(one, range(100)))
    assert {answer[-2:] for answer in answers} == {b"ok"}
    session.finish()
    assert store.count(session.id) == 100
    assert {item.size for item in store.requests(session.id)} == {len(SECRET) + number for number in range(100)}
    assert [count for _, fact, count in store.facts(session.id) if fact.place == "$.user"] == [100]


def test_a_host_beyond_the_certificate_passes_unread_is_told_and_read_the_next_time(
    inspect: Inspect, origin: Origin, certificate: tuple[ssl.SSLContext, Path], store: Store, a_tool: Tool
) -> None:
    def call(session: Inspection) -> bytes:
        environment = session.additions.environment
        plain = connect(proxy_of(environment), "127.0.0.1", origin.port)
        context = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
        with context.wrap_socket(plain, server_hostname="elsewhere.example") as connection:
            connection.sendall(request_bytes("/x", SECRET))
            return receive(connection)

    first = inspect(tool=a_tool, trusted=str(certificate[1]))
    assert call(first).endswith(b"ok")
    report = first.finish()
    assert store.count(first.id) == 0
    assert "Passed unread: 1 connection to elsewhere.example" in report.coverage
    second = inspect(tool=a_tool, trusted=str(certificate[1]))
    assert call(second).endswith(b"ok")
    assert json.dumps([item.place for item in kept(second, store)[0].facts]).count("$.user") == 1


def test_http_2_stays_http_2_with_several_requests_on_one_connection(inspect: Inspect, tmp_path: Path, store: Store) -> None:
    _, authority = make_certificate(tmp_path)
    session = inspect(trusted=str(authority))
    environment = session.additions.environment
    talk = [str(inspector_setup.interpreter()), str(Path(__file__).parents[2] / "fakes" / "h2_talk.py")]
    with subprocess.Popen([*talk, "serve", str(tmp_path / "origin.pem")], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        port = server.stdout.readline().strip()
        asked = subprocess.run(
            [*talk, "ask", proxy_of(environment), "127.0.0.1", port, environment["SSL_CERT_FILE"]],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert asked.stdout, asked.stderr
        arrived = [json.loads(server.stdout.readline()) for _ in range(2)]
        server.kill()
    assert json.loads(asked.stdout) == {"protocol": "h2", "answers": {"1": "answer", "3": "answer"}}
    large, small = b'{"user":"canaryuser"}' * 10_000, b"small"
    assert {item["digest"] for item in arrived} == {hashlib.sha256(body).hexdigest() for body in (large, small)}
    assert {name for name, _ in arrived[0]["headers"]} == {":method", ":scheme", ":authority", ":path", "x-odd"}  # all, and none added
    requests = kept(session, store)
    assert {(item.path, item.http, item.size) for item in requests} == {("/1", "HTTP/2.0", len(large)), ("/3", "HTTP/2.0", len(small))}

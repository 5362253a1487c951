"""A small server on this computer that answers AI tools in place of a vendor: no account, no network, no model.

With it a tool can be shown and compared offline. It listens on loopback only and ends with its context.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Self

from core.watch.answerer_shapes import TEXT, reply
from core.watch.bodies import Request

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

_LARGEST: Final = 64 * 1024 * 1024
_STEP: Final = 65_536


class Answerer:
    """Listens from `start` (or `with`) to `close`; keeps what it was asked, the newest `keep` requests."""

    def __init__(
        self,
        text: str = TEXT,
        *,
        port: int = 0,
        keep: int = 500,
        on_request: Callable[[Request], None] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Answer with `text`; `on_request` is called on a server thread for each request.

        With `tls` it answers by https only. Where `tunnels` is set, it stands in for a proxy of https too, not of http only.
        """
        self.text = text
        self._wanted_port = port
        self._kept: deque[Request] = deque(maxlen=keep)
        self._listener = on_request
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self.tls = tls
        self.tunnels: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """End."""
        self.close()

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        if self._server is None:
            self._server = _Server(self, self._wanted_port)
            threading.Thread(target=self._server.serve_forever, args=(0.05,), name="answerer", daemon=True).start()
        return self

    def close(self) -> None:
        """Stop listening."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    @property
    def port(self) -> int:
        """The port it listens on (0 while it does not)."""
        return int(self._server.server_address[1]) if self._server else 0

    @property
    def url(self) -> str:
        """The address to give a tool as base URL, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked, oldest first."""
        with self._lock:
            return tuple(self._kept)

    def clear(self) -> None:
        """Forget what was asked."""
        with self._lock:
            self._kept.clear()

    def note(self, request: Request) -> None:
        """Keep one request (called by the server's threads)."""
        with self._lock:
            self._kept.append(request)
        if self._listener is not None:
            self._listener(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, owner: Answerer, port: int) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Agree on encryption first, on the connection's own thread."""
        if self.owner.tls is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_Handler.timeout)
        with self.owner.tls.wrap_socket(request, server_side=True) as channel:
            super().finish_request(channel, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away."""

    def server_bind(self) -> None:
        """Bind without asking the resolver for this computer's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 300
    is_encrypted = False

    def setup(self) -> None:
        """Send small pieces at once."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_any(self) -> None:
        """Read one request, note it, answer it."""
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(400, "text/plain", (b"The body's length is not stated in a way that can be read.",))
            return
        host = self.headers.get("Host", "127.0.0.1")
        scheme = "https" if self.server.owner.tls or self.is_encrypted else "http"
        url = self.path if "://" in self.path else f"{scheme}://{host}{self.path}"
        self.server.owner.note(Request(self.command, url, tuple(self.headers.items()), body))
        if self.headers.get("Upgrade"):
            self._send(426, "text/plain", (b"No channel is offered here.",))
            return
        answer = reply(self.command, self.path, body, self.server.owner.text)
        self._send(*answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any  # noqa: N815  the server's own names

    def do_CONNECT(self) -> None:
        """Stand in for a proxy: whatever comes through the tunnel is a request to this computer, in the clear or encrypted."""
        inner = self.server.owner.tunnels
        is_plain = not self.path.endswith(":443")
        self.send_response(200 if is_plain or inner else 502)
        self.end_headers()
        self.wfile.flush()
        self.close_connection = not (is_plain or inner)
        if inner and not is_plain:
            self.request = inner.wrap_socket(self.connection, server_side=True)
            self.is_encrypted = True
            self.setup()

    def finish(self) -> None:
        """End; the encrypted channel of a tunnel is the handler's own."""
        super().finish()
        if self.is_encrypted:
            self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def _send(self, status: int, content_type: str, pieces: tuple[bytes, ...]) -> None:
        with contextlib.suppress(OSError):  # the tool went away
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            if content_type == "text/event-stream":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for piece in (*pieces, b""):
                    self.wfile.write(b"%X\r\n%s\r\n" % (len(piece), piece))
                return
            self.send_header("Content-Length", str(sum(map(len, pieces))))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"".join(pieces))

    def _body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            return None
        return self._exactly(int(length))

    def _chunks(self) -> bytes | None:
        parts: list[bytes] = []
        while True:
            size_text = self.rfile.readline(1024).partition(b";")[0].strip()
            try:
                size = int(size_text, 16)
            except ValueError:
                return None
            if size <= 0:
                while self.rfile.readline(_STEP).strip():  # trailers
                    pass
                return b"".join(parts)[:_LARGEST]
            parts.append(self._exactly(size))
            self.rfile.readline(8)

    def _exactly(self, count: int) -> bytes:
        """Read so many bytes; of a very large body only the beginning is kept."""
        kept = bytearray()
        while count > 0:
            data = self.rfile.read(min(count, _STEP))
            if not data:
                break
            count -= len(data)
            if len(kept) < _LARGEST:
                kept += data
        return bytes(kept)

"""A server on loopback that keeps the very bytes it was sent and answers with the very bytes it was given, with or without TLS."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.watch.ca import authority_usage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Exchange:
    """One connection's side of the origin: what arrived, and how to send."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.file = connection.makefile("rb")

    def request(self) -> tuple[bytes, bytes]:
        """Read one request: its head as it came, and its body without chunk marks."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.file.readline(65_536)
            if not line:
                return b"", b""
            head += line
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            return head, self._chunks()
        length = lower.partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
        return head, self.file.read(int(length)) if length else b""

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.file.readline().partition(b";")[0], 16):
            body += self.file.read(size)
            self.file.readline()
        self.file.readline()
        return body


class Origin:
    """Listens; `answers` maps a path to bytes, or to a function that talks on the connection itself."""

    def __init__(self, answers: dict[str, bytes | Callable[[Exchange], None]] | None = None, context: ssl.SSLContext | None = None) -> None:
        self.answers = answers or {}
        self.seen: list[tuple[bytes, bytes]] = []
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                exchange = Exchange(connection)
                while True:
                    head, body = exchange.request()
                    if not head:
                        return
                    self.seen.append((head, body))
                    answer = self.answers.get(head.split(b" ")[1].decode(), OK)
                    if isinstance(answer, bytes):
                        connection.sendall(answer)
                    else:
                        answer(exchange)


def make_certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS settings for these names (and loopback), and the file of the authority behind them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "origin of the tests")])
    now = dt.datetime.now(dt.UTC)
    alternatives: list[x509.GeneralName] = [x509.DNSName(item) for item in ("localhost", *names)]
    alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(authority_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "origin.pem").write_bytes(private + pem)
    (folder / "authority.pem").write_bytes(pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "origin.pem")
    return context, folder / "authority.pem"

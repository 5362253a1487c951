"""A capture for tests: a store of its own, a marked machine's facts, and a client that speaks through the inspector."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.watch.facts import Searcher

if TYPE_CHECKING:
    from collections.abc import Mapping

USER, HOST_NAME, HOME = "canaryuser", "canary-host-7f3a", "/home/canaryuser"
VALUES = {"user-name": (USER, MaskKind.FULL), "host-name": (HOST_NAME, MaskKind.HOST), "home-path": (HOME, MaskKind.PATH)}


def searcher() -> Searcher:
    """Return the search for the marked machine's facts."""
    return Searcher([reading(signal, *value) for signal, value in VALUES.items()])


def reading(signal: str, text: str, kind: MaskKind) -> Reading:
    """Return a reading with one value."""
    result = Ok((Sensitive(text, kind),))
    return Reading(signal, result, (), Agreement.SINGLE, "", datetime(2026, 11, 21, tzinfo=UTC), "test")


def connect(proxy: str, host: str, port: int, trusted: str = "", alpn: tuple[str, ...] = ()) -> socket.socket:
    """Return a connection to a host through a proxy: encrypted if the file of trusted authorities is given."""
    parts = urlsplit(proxy)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), 20)
    connection.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            raise ConnectionError("the proxy closed the connection")
        answer += piece
    if b" 200 " not in answer.split(b"\r\n")[0]:
        raise ConnectionError(answer.split(b"\r\n")[0].decode())
    if not trusted:
        return connection
    context = ssl.create_default_context(cafile=trusted)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context.wrap_socket(connection, server_hostname=host)


def receive(connection: socket.socket, size: int = 0) -> bytes:
    """Return what arrives: so many bytes, or all until the other side closes or has sent a whole answer."""
    data = b""
    while not (len(data) >= size if size else _is_whole(data)):
        piece = connection.recv(65_536)
        if not piece:
            break
        data += piece
    return data


def _is_whole(data: bytes) -> bool:
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        return False
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        return body.endswith(b"0\r\n\r\n")
    length = lower.partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
    return bool(length) and len(body) >= int(length)


def proxy_of(environment: Mapping[str, str]) -> str:
    """Return the proxy that a tool would be told."""
    return environment["HTTPS_PROXY"]

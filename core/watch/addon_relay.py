"""What mitmproxy calls for each connection and message: everything is passed on unchanged and told to Telltale."""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING, Any, Final

from core.watch import addon_peers

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.watch.addon_frames import Sender

KEPT: Final = 16 * 1024 * 1024
_KEPT_MESSAGE: Final = 1024 * 1024
_MORE: Final = 1024 * 1024
_MOST_MORE: Final = 240 * 1024 * 1024
_REASONS: Final = (
    ("name or service not known", "name"),
    ("name resolution", "name"),
    ("getaddrinfo", "name"),
    ("certificate", "certificate"),
    ("tls", "tls"),
    ("ssl", "tls"),
    ("connect call failed", "unreachable"),
    ("refused", "unreachable"),
    ("unreachable", "unreachable"),
    ("timed out", "unreachable"),
    ("invalid", "malformed"),
    ("malformed", "malformed"),
    ("http/2", "malformed"),
    ("disconnected", "closed"),
    ("closed", "closed"),
)


def reason(text: str) -> str:
    """Return the kind of an error without its words, which may hold names and addresses."""
    lower = text.lower()
    return next((kind for words, kind in _REASONS if words in lower), "other")


class Tap:
    """Copies the beginning of a body that streams by, hands on the rest in parts of one megabyte, and counts all of it."""

    __slots__ = ("_at", "_more", "_part", "data", "size")

    def __init__(self, more: Callable[[int, bytes], None] | None = None) -> None:
        """Hand what follows the beginning to `more`, with the place of its first byte in the body."""
        self.data = bytearray()
        self.size = 0
        self._more = more
        self._part = bytearray()
        self._at = KEPT

    def __call__(self, chunk: bytes) -> bytes:
        """Take note of a piece and pass it on."""
        room = max(KEPT - len(self.data), 0)
        if room:
            self.data += chunk[:room]
        self.size += len(chunk)
        if self._more and len(chunk) > room and self.size <= KEPT + _MOST_MORE:
            self._part += chunk[room:]
            if len(self._part) >= _MORE:
                self.end()
        return chunk

    def end(self) -> None:
        """Hand on what is left of the rest."""
        if self._more and self._part:
            at, part = self._at, bytes(self._part)
            self._at, self._part = at + len(part), bytearray()
            self._more(at, part)


class Count:
    """Counts a body that streams by."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = 0

    def __call__(self, chunk: bytes) -> bytes:
        """Count a piece and pass it on."""
        self.size += len(chunk)
        return chunk


class Relay:
    """mitmproxy's hooks; each flow is known by a number of ours from its first line to its end."""

    def __init__(self, order: dict[str, Any], sender: Sender) -> None:
        """Follow an order: hosts to read (none: all), where the answerer listens, whether only own programs may connect."""
        self._send = sender.send
        self._hosts = tuple(host.removeprefix("*.").strip("[].").lower() for host in order["read_hosts"])
        self._answer_at: tuple[str, int] | None = tuple(order["answer_at"]) if order.get("answer_at") else None
        self._own_only = bool(order.get("own_only", True)) and addon_peers.can_tell()
        self._refused: dict[str, int] = {}
        self._number = 0
        self._peers: set[tuple[str, str]] = set()

    # connections

    def client_connected(self, client: Any) -> None:
        """Turn away programs of other users."""
        if self._own_only and not addon_peers.is_own(client.peername[:2], client.sockname[:2]):
            client.error = "not a program of this user"
            self._send({"kind": "stranger"})

    def tls_clienthello(self, data: Any) -> None:
        """Let pass unread what the certificate may not speak for, and what refused it before."""
        host = data.client_hello.sni or (data.context.server.address or ("",))[0]
        if self._refused.get(host, 0) >= 2:
            why = "refused"
        elif not self._may_read(host):
            why = "not-in-scope"
        else:
            return
        if self._answer_at:
            return  # there is nobody to pass it on to
        data.ignore_connection = True
        self._send({"kind": "unread", "host": host, "port": (data.context.server.address or ("", 0))[1], "why": why})

    def tls_failed_client(self, data: Any) -> None:
        """Tell that the tool did not take the certificate."""
        host = data.context.client.sni or (data.context.server.address or ("",))[0]
        text = str(data.conn.error or "").lower()
        is_sure = any(word in text for word in ("unknown ca", "bad certificate", "certificate unknown", "does not trust", "not trust"))
        self._refused[host] = self._refused.get(host, 0) + (2 if is_sure else 1)
        self._send({"kind": "tls-refused", "host": host, "sure": is_sure})

    def server_connected(self, data: Any) -> None:
        """Tell which address a host has, so that connections past the inspector can be named."""
        address, peer = data.server.address, data.server.peername
        if address and peer and (address[0], peer[0]) not in self._peers:
            self._peers.add((address[0], peer[0]))
            self._send({"kind": "peer", "host": address[0], "address": peer[0]})

    def _may_read(self, host: str) -> bool:
        if not self._hosts:
            return True
        name = host.lower().strip("[].")
        if name == "localhost" or any(name == known or name.endswith("." + known) for known in self._hosts):
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    # messages

    def requestheaders(self, flow: Any) -> None:
        """Let the body stream by; send the request to the answerer where there is no upstream."""
        self._number += 1
        number, send = self._number, self._send
        is_packed = flow.request.headers.get("content-encoding", "identity").strip().lower() != "identity"
        tap = Tap(None if is_packed else lambda at, part: send({"kind": "more", "number": number, "at": at}, part))
        flow.metadata["number"], flow.metadata["tap"] = self._number, tap
        flow.metadata["target"] = (flow.request.scheme, flow.request.host, flow.request.port)
        flow.request.stream = tap
        if self._answer_at:
            host_header = flow.request.headers.get("host")
            flow.request.data.scheme, flow.request.data.host, flow.request.data.port = b"http", *self._answer_at
            if host_header is not None:
                flow.request.headers["host"] = host_header

    def request(self, flow: Any) -> None:
        """Tell of a request that was sent."""
        self._tell(flow)

    def responseheaders(self, flow: Any) -> None:
        """Let the answer stream by."""
        if flow.response.status_code != 101:
            flow.metadata["count"] = count = Count()
            flow.response.stream = count

    def response(self, flow: Any) -> None:
        """Tell of an answer that came."""
        self._tell(flow)
        count = flow.metadata.get("count")
        self._send(
            {
                "kind": "response",
                "number": flow.metadata["number"],
                "status": flow.response.status_code,
                "size": count.size if count else 0,
                "seconds": round(time.time() - flow.request.timestamp_start, 4),
                "content_type": flow.response.headers.get("content-type", "")[:200],
            }
        )

    def error(self, flow: Any) -> None:
        """Tell of a request that got no answer."""
        if "number" in flow.metadata:
            self._tell(flow)
            news = {"number": flow.metadata["number"], "host": flow.metadata["target"][1], "why": reason(flow.error.msg)}
            self._send({"kind": "broken", **news})

    def http_connect_error(self, flow: Any) -> None:
        """Tell of a host that could not be reached."""
        text = flow.response.text if flow.response else ""
        self._send({"kind": "fault", "what": "upstream", "host": flow.request.host, "why": reason(text or "")})

    def websocket_message(self, flow: Any) -> None:
        """Tell of a message that the tool sent on an open channel; keep none."""
        message = flow.websocket.messages[-1]
        flow.websocket.messages.clear()
        if message.from_client:
            self._number += 1
            body = message.content
            channel = {"channel": flow.metadata["number"], "text": message.is_text}
            self._send(self._about(flow, self._number, len(body), "websocket") | channel, body[:_KEPT_MESSAGE])

    def tcp_start(self, flow: Any) -> None:
        """Tell of a channel that is no HTTP and passes unread."""
        host, port = (flow.server_conn.address or ("", 0))[:2]
        self._send({"kind": "unread", "host": host, "port": port, "why": "no-http"})

    def tcp_message(self, flow: Any) -> None:
        """Keep nothing of a channel that is no HTTP."""
        flow.messages.clear()

    def _tell(self, flow: Any) -> None:
        tap = flow.metadata.pop("tap", None)
        if tap is None:
            return
        tap.end()
        body = flow.request.raw_content if tap.size == 0 and flow.request.raw_content else bytes(tap.data)
        size = max(tap.size, len(body))
        self._send(self._about(flow, flow.metadata["number"], size, "http"), body[:KEPT])

    def _about(self, flow: Any, number: int, size: int, kind: str) -> dict[str, Any]:
        scheme, host, port = flow.metadata["target"]
        decode = _readable
        return {
            "kind": "request",
            "what": kind,
            "number": number,
            "at": flow.request.timestamp_start,
            "method": flow.request.method,
            "scheme": scheme,
            "host": host,
            "port": port,
            "path": flow.request.path,
            "http": flow.request.http_version,
            "headers": [[decode(name), decode(value)] for name, value in flow.request.headers.fields],
            "size": size,
        }


def _readable(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")

"""The inspector's process: mitmproxy, reduced to passing everything on as it is, and telling Telltale what passed.

It runs in an environment of its own that holds mitmproxy and nothing of Telltale but four small modules. Orders come as one
line of JSON on the standard input, whose end (also when Telltale is killed) ends the process; news leave on the standard
output as frames. Bodies are streamed: of each only the beginning is kept, for as long as it takes to hand it over.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

import mitmproxy
from mitmproxy import options
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig, upstream_auth
from mitmproxy.master import Master

from core.watch import ca
from core.watch.addon_frames import Sender
from core.watch.addon_relay import Relay


def main() -> None:
    """Take the order, pass traffic on until the standard input ends."""
    os.umask(0o077)
    sender = Sender(os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=1 << 16))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing but frames may enter the pipe
    try:
        order: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
        certificate = ca.make(Path(order["key_folder"]), Path(order["session_folder"]), order["read_hosts"])
        sender.send({"kind": "certificate", "pem": certificate.decode("ascii")})
        asyncio.run(_serve(order, sender))
    except (OSError, ValueError, KeyError) as error:
        sender.send({"kind": "failed", "why": type(error).__name__})
    finally:
        sender.close()


async def _serve(order: dict[str, Any], sender: Sender) -> None:
    logging.getLogger().addHandler(_News(sender))
    logging.getLogger("mitmproxy").setLevel(logging.WARNING)
    master = Master(options.Options(confdir=order["session_folder"]))
    server = proxyserver.Proxyserver()
    relay = Relay(order, sender)
    parts = [
        core.Core(),
        server,
        next_layer.NextLayer(),
        tlsconfig.TlsConfig(),
        upstream_auth.UpstreamAuth(),
        relay,
        _Start(server, sender),
    ]
    master.addons.add(*parts)
    master.options.update(**_options(order))
    threading.Thread(target=_end_with, args=(master,), name="orders", daemon=True).start()
    await master.run()


def _options(order: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "mode": [order["mode"]],
        "listen_host": "127.0.0.1",
        "listen_port": order.get("port", 0),
        "upstream_cert": False,  # its names could lie beyond what our certificate may speak for
        "connection_strategy": "lazy" if order.get("answer_at") else "eager",
        "http3": False,
        "normalize_outbound_headers": False,
        "rawtcp": True,
    }
    if order.get("trusted"):
        chosen["ssl_verify_upstream_trusted_ca"] = order["trusted"]
    if order.get("upstream_auth"):
        chosen["upstream_auth"] = order["upstream_auth"]
    return chosen


class _Start:
    """Tells Telltale where the proxy listens."""

    def __init__(self, server: Any, sender: Sender) -> None:
        self.server = server
        self.sender = sender

    def running(self) -> None:
        """Called by mitmproxy once it listens, or could not."""
        places = self.server.listen_addrs()
        if places:
            self.sender.send({"kind": "ready", "port": places[0][1], "version": mitmproxy.version.VERSION})
        else:
            self.sender.send({"kind": "failed", "why": "no port"})


class _News(logging.Handler):
    """Turns the few log records that nothing else tells into news; their texts may hold values, so only the kind goes on."""

    def __init__(self, sender: Sender) -> None:
        super().__init__(logging.WARNING)
        self.sender = sender

    def emit(self, record: logging.LogRecord) -> None:
        """Called for each record."""
        text = record.getMessage()
        if "HTTP/2 connection closed" in text or "HTTP/2 protocol error" in text or "malformed" in text.lower():
            self.sender.send({"kind": "fault", "what": "malformed"})
        elif record.exc_info and record.exc_info[0]:
            self.sender.send({"kind": "fault", "what": "inspector", "why": record.exc_info[0].__name__})


def _end_with(master: Any) -> None:
    while sys.stdin.buffer.read(65_536):
        pass
    master.shutdown()
    threading.Timer(5, os._exit, (1,)).start()  # a hanging connection must not keep the process


if __name__ == "__main__":
    main()

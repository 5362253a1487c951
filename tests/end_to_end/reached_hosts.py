"""Runs in a network of its own: `OPT_OUT` starts Qoder CLI with that opt-out, listens where it goes without the proxy, and prints as
JSON how often it called which host there (the name stands in the first bytes of a TLS connection) beside what passed the inspector.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from typing import Any

from tests.end_to_end.inspected_tools import ADDRESS, AROUND
from tests.end_to_end.marked_machine import run_marked

HELD_S = 2.0


def listen(port: int, called: Counter[str]) -> None:
    """Accept every connection, note the host it asks for, and hold it for a moment, as a server does."""
    server = socket.create_server((ADDRESS, port), backlog=64)

    def one(connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            first = connection.recv(4096)
        except OSError:
            first = b""
        called[next((host for host in AROUND["qodercli"] if host.encode() in first), "unknown")] += 1
        time.sleep(HELD_S)
        connection.close()

    def accept() -> None:
        while True:
            threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def main(opt_out: str) -> dict[str, Any]:
    """Run the tool and say whom it called around the proxy."""
    called: Counter[str] = Counter()
    listen(443, called)
    found = run_marked("tests.end_to_end.switched_tools", "qodercli", opt_out)
    return {**found, "called": called}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])) + "\n")

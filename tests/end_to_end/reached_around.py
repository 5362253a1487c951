"""Runs in a network of its own: listens where Qoder CLI goes without the proxy, runs it, and prints what its capture covers."""

from __future__ import annotations

import socket
import sys
import threading
from typing import Any

from tests.end_to_end.inspected_tools import ADDRESS
from tests.end_to_end.marked_machine import run_marked


def listen(port: int) -> None:
    """Accept every connection and hold it for a while, as a server does."""
    server = socket.create_server((ADDRESS, port))

    def accept() -> None:
        while True:
            connection, _ = server.accept()
            threading.Timer(3, connection.close).start()

    threading.Thread(target=accept, daemon=True).start()


if __name__ == "__main__":
    listen(443)
    found: Any = run_marked("tests.end_to_end.inspected_tools", "qodercli")
    sys.stdout.write(str(found["coverage"]) + "\n")

"""Runs in a network of its own that has a way out: starts a toy in a sandbox with a private network, under the inspector. The toy
asks its model through the proxy, and once goes around it for a moment too short to be seen by looking. Prints the coverage.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

from core.toggles.launch import LaunchProfile
from core.toggles.prepared import command
from core.toggles.run import run
from core.watch.inspect_wrapper import InspectWrapper
from core.watch.inspector_run import InspectOptions
from tests.fakes.capture import searcher

AROUND = "203.0.113.1"
TOY = f"""
import socket, urllib.request
for _ in range(3):
    socket.create_connection(("{AROUND}", 8443), 10).close()
print(urllib.request.urlopen("https://api.example/v1/models", timeout=20).status)
"""


def main() -> int:
    """Start the toy and say what its capture covers."""
    server = socket.create_server((AROUND, 8443))
    threading.Thread(target=lambda: [server.accept()[0].close() for _ in range(3)], daemon=True).start()
    os.chdir(Path.home())
    inspected = InspectWrapper(None, "1", InspectOptions(answers=True), searcher=searcher)
    start = command(LaunchProfile("toy", parts=frozenset({"network", "processes"})), [sys.executable, "-c", TOY])
    status = run(start, [inspected])
    for line in inspected.said():
        sys.stdout.write(line + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())

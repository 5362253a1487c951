"""Toy AI tools, one a mode: some mark what they send in ways that nobody reported, some hang, crash or leave programs behind.

Run as `odd_agent.py MODE`; the API address comes from TOY_BASE_URL.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

ZERO_WIDTH = {"de_DE.UTF-8": "\u200b", "zh_CN.UTF-8": "\u2060"}


def text(mode: str) -> str:
    """Return what the tool tells its model."""
    if mode == "spaces":
        return f"Be brief.{'  ' if socket.gethostname() == 'mia-laptop' else ''}\nNumber {uuid.uuid4().hex}"
    if mode == "zero-width":
        return f"Be{ZERO_WIDTH.get(os.environ['LANG'], '')} brief, please. {time.time_ns()}"
    if mode == "zone-link":
        return f"The zone is {Path('/etc/localtime').readlink().as_posix().partition('zoneinfo/')[2]}."
    if mode == "zone-file":
        return f"The zone is {Path('/etc/timezone').read_text().strip()}."
    if mode == "order":
        words = ["read", "write", "list"]
        return " ".join(reversed(words) if os.environ["LANG"].startswith("de") else words)
    return "Be brief."


def main(mode: str) -> None:
    """Send one request, or do something odd instead."""
    if mode == "silent":
        sys.exit(3)
    if mode == "hanging":
        time.sleep(600)
    body = json.dumps({"messages": [{"role": "user", "content": text(mode)}]}).encode()
    url = os.environ["TOY_BASE_URL"] + "/v1/chat/completions"
    urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"})).read()  # noqa: S310  loopback
    if mode == "crashing":
        os.kill(os.getpid(), signal.SIGSEGV)
    if mode == "leaving":
        Path(os.environ["HOME"], "left").write_text("left behind")
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "telltale-left-behind"], start_new_session=True)
    if mode == "lingering":
        time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1])

"""A toy AI tool that tells what machine it is on, each value in another form; the API address comes from TOY_BASE_URL.

Run as `telling_agent.py HOW`: `telling`, `silent` (it asks, and tells nothing) or `failing` (it tells, and ends with an error).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pwd
import socket
import sys
import urllib.request
from pathlib import Path


def mail() -> str:
    """Return the e-mail address of Git's settings."""
    lines = Path(os.environ["HOME"], ".gitconfig").read_text().splitlines()
    return next(line.partition("=")[2].strip() for line in lines if "email" in line)


def main(how: str) -> None:
    """Send one request, and end as is wished."""
    body = {
        "user": pwd.getpwuid(os.getuid()).pw_name,
        "device": hashlib.sha256(Path("/etc/machine-id").read_text().strip().encode()).hexdigest(),
        "account": base64.b64encode(mail().encode()).decode(),
    }
    if how == "silent":
        body = {"hello": "there"}
    headers = {"Content-Type": "application/json", "X-Machine": socket.gethostname() if how != "silent" else "none"}
    url = os.environ["TOY_BASE_URL"] + "/v1/messages"
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)).read()  # noqa: S310  loopback
    if how == "failing":
        sys.exit(4)


if __name__ == "__main__":
    main(sys.argv[1])

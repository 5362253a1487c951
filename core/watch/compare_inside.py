"""Runs inside a comparison's own network: answers the tool on 127.0.0.1, records what it asks, and runs it once.

Started as a module with a file of instructions. It writes one line of JSON per request, in order, and a last line on how
the tool ended. Everything the tool left running ends with this program, because it is the first of its process list.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from core.watch.answerer import Answerer

if TYPE_CHECKING:
    from core.watch.bodies import Request

TOO_SLOW: Final = "too slow"
GREW_QUIET: Final = "grew quiet"
_STEP_S: Final = 0.1


class _Notes:
    """Writes what happens, in order; requests arrive on several threads."""

    def __init__(self, out: TextIO, most: int, most_bytes: int) -> None:
        self._out = out
        self._left, self._left_bytes, self.left_out = most, most_bytes, 0
        self._lock = threading.Lock()
        self.last_request = 0.0

    def request(self, request: Request) -> None:
        self.last_request = time.monotonic()
        with self._lock:
            self._left, self._left_bytes = self._left - 1, self._left_bytes - len(request.body)
            if self._left < 0 or self._left_bytes < 0:
                self._left = 0  # what follows a request that is left out would be taken for it
                self.left_out += 1
                return
        body = base64.b64encode(request.body).decode()
        self.note({"method": request.method, "url": request.url, "headers": request.headers, "body": body})

    def note(self, entry: dict[str, Any]) -> None:
        with self._lock:
            self._out.write(json.dumps(entry) + "\n")
            self._out.flush()


def run(instructions: dict[str, Any], out: TextIO) -> None:
    """Answer, run the tool once within its time, and note how it ended."""
    notes = _Notes(out, int(instructions["most"]), int(instructions["most_bytes"]))
    with contextlib.ExitStack() as stack:
        context = None
        if instructions["certificate"]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(instructions["certificate"])
            stack.enter_context(Answerer(port=443, keep=0, on_request=notes.request, tls=context))
        answerer = Answerer(port=int(instructions["port"]), keep=0, on_request=notes.request)
        answerer.tunnels = context
        stack.enter_context(answerer)
        try:
            ended = _run_tool(instructions, notes)
            notes.note({"ended": ended, "left_out": notes.left_out})
        except OSError as error:
            notes.note({"ended": type(error).__name__})


def _run_tool(instructions: dict[str, Any], notes: _Notes) -> str:
    tool = subprocess.Popen(
        instructions["command"],
        env=instructions["environment"],
        cwd=instructions["folder"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    end = time.monotonic() + float(instructions["seconds"])
    quiet = float(instructions["quiet"])
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return str(tool.wait(_STEP_S))
        now = time.monotonic()
        is_quiet = 0 < notes.last_request < now - quiet
        if is_quiet or now > end:
            os.killpg(tool.pid, signal.SIGKILL)
            tool.wait()
            return GREW_QUIET if is_quiet else TOO_SLOW


def main(plan: str) -> None:
    """Read the instructions and run."""
    given = json.loads(Path(plan).read_text(encoding="utf-8"))
    Path(plan).unlink()  # the tool's command may hold a key
    with Path(given["out"]).open("w", encoding="utf-8") as results:
        run(given, results)


if __name__ == "__main__":
    main(sys.argv[1])

"""Runs inside a comparison's own network: answers the tool on 127.0.0.1, records what it asks, and runs it once.

Started as a module with a file of instructions. It writes one line of JSON per request, in order, and a last line on how
the tool ended.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from core.watch.answerer import Answerer

if TYPE_CHECKING:
    from core.watch.bodies import Request


def run(instructions: dict[str, Any], out: TextIO) -> None:
    """Answer, run the tool once within its time, and note how it ended."""
    lock = threading.Lock()  # requests arrive on several threads

    def note(entry: dict[str, Any]) -> None:
        with lock:
            out.write(json.dumps(entry) + "\n")
            out.flush()

    with Answerer(port=int(instructions["port"]), on_request=lambda request: note(_line(request))):
        try:
            note({"ended": _run_tool(instructions)})
        except OSError as error:
            note({"ended": type(error).__name__})


def _line(request: Request) -> dict[str, Any]:
    body = base64.b64encode(request.body).decode()
    return {"method": request.method, "url": request.url, "headers": request.headers, "body": body}


def _run_tool(instructions: dict[str, Any]) -> str:
    tool = subprocess.Popen(
        instructions["command"],
        env=instructions["environment"],
        cwd=instructions["folder"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return str(tool.wait(float(instructions["seconds"])))
    except subprocess.TimeoutExpired:
        os.killpg(tool.pid, signal.SIGKILL)
        tool.wait()
        return "too slow"


def main(plan: str) -> None:
    """Read the instructions and run."""
    given = json.loads(Path(plan).read_text(encoding="utf-8"))
    with Path(given["out"]).open("w", encoding="utf-8") as results:
        run(given, results)


if __name__ == "__main__":
    main(sys.argv[1])

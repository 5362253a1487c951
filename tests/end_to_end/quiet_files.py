"""Runs in the enclosure: llm and aider against an answerer on this computer; prints what they keep with and without their opt-outs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final

from tests.end_to_end import launch_tools

ANSWER: Final = json.dumps(
    {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "mine",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
).encode()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the library
        """Say nothing."""


class Desk:
    """A home, and a model of this computer's own."""

    def __init__(self, home: Path, address: str) -> None:
        """Make the home."""
        self.home, self.address = home, address
        models = home / ".config/io.datasette.llm/extra-openai-models.yaml"
        models.parent.mkdir(parents=True)
        models.write_text(f"- model_id: mine\n  model_name: mine\n  api_base: {address}\n  can_stream: false\n")

    def run(self, name: str, *words: str) -> str:
        """Start a tool in an empty folder of this home and return what it says."""
        path = launch_tools.program(name)
        assert path is not None
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "OPENAI_API_KEY": "sk-fake", "LANG": "C.UTF-8", "TERM": "dumb"}
        folder = self.home / "project"
        folder.mkdir(exist_ok=True)
        done = subprocess.run([str(path), *words], env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=100)
        return done.stdout + done.stderr

    def kept(self, word: str) -> bool:
        """Return whether any file of llm holds a word."""
        folder = self.home / ".config/io.datasette.llm"
        return any(word.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def llm(desk: Desk) -> dict[str, Any]:
    """Ask with the log on, off, and off for one question."""
    desk.run("llm", "-m", "mine", "--no-stream", "canaryone")
    desk.run("llm", "-m", "mine", "--no-stream", "-n", "canarytwo")
    desk.run("llm", "logs", "off")
    status = desk.run("llm", "logs", "status").splitlines()[:1]
    answered = desk.run("llm", "-m", "mine", "--no-stream", "canarythree")
    return {"answered": answered.strip(), "status": status, "kept": [desk.kept(f"canary{number}") for number in ("one", "two", "three")]}


def aider(desk: Desk, *more: str) -> dict[str, Any]:
    """Ask once and return what it remembers of analytics."""
    plain = ("--no-show-model-warnings", "--yes-always", "--no-check-update", "--no-git")
    desk.run("aider", "--message", "hi", "--model", "openai/mine", "--openai-api-base", desk.address, *plain, *more)
    found: dict[str, Any] = json.loads((desk.home / ".aider/analytics.json").read_text())
    return found


def main(name: str) -> object:
    """Run one tool with and without its opt-out."""
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/v1"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as one, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as other:
        if name == "llm":
            return llm(Desk(Path(one), address))
        return [aider(Desk(Path(one), address)), aider(Desk(Path(other), address), "--analytics-disable")]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))

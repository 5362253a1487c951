"""Runs inside a comparison's own network: answers the tool on 127.0.0.1, records what it asks, and runs it once.

Started by its path with a file of instructions; it needs nothing but Python's own library, because of Telltale only this
file is wanted in there. It writes one line of JSON per request, in order, and a last line on how the tool ended.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TextIO

LARGEST_BODY = 64 * 1024 * 1024
TEXT = "Hello"


class Recorder(ThreadingHTTPServer):
    """A server that keeps every request before it answers."""

    daemon_threads = True

    def __init__(self, port: int, out: TextIO) -> None:
        """Listen on a loopback port and write to an open file."""
        self._out = out
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)

    def note(self, entry: dict[str, Any]) -> None:
        """Write one line."""
        with self._lock:
            self._out.write(json.dumps(entry) + "\n")
            self._out.flush()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a tool hangs up."""


class Handler(BaseHTTPRequestHandler):
    """Records a request and gives the shortest answer of the service that the path belongs to."""

    protocol_version = "HTTP/1.1"
    server: Recorder

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the library's
        """Say nothing."""

    def _answer(self) -> None:
        body = self._body()
        entry = {
            "method": self.command,
            "url": f"http://{self.headers.get('host', '')}{self.path}",
            "headers": list(self.headers.items()),
            "body": base64.b64encode(body).decode(),
        }
        self.server.note(entry)
        kind, content = reply(self.path, body)
        self.send_response(200 if content else 404)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815  the names are the library's

    def do_CONNECT(self) -> None:
        """Record that a proxy was asked, and refuse."""
        self.server.note({"method": "CONNECT", "url": f"https://{self.path}", "headers": list(self.headers.items()), "body": ""})
        self.send_error(502)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("content-length") or 0), LARGEST_BODY))
        out = b""
        while (size := int(self.rfile.readline().split(b";")[0] or b"0", 16)) and len(out) < LARGEST_BODY:
            out += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return out


def reply(path: str, body: bytes) -> tuple[str, bytes]:
    """Return type and content of the answer; nothing for a path that is no model's."""
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        asked = {}
    is_stream = isinstance(asked, dict) and bool(asked.get("stream"))
    path = path.partition("?")[0]
    if path.endswith("/messages"):
        return _events(_anthropic()) if is_stream else _json(_message([{"type": "text", "text": TEXT}]))
    if path.endswith("/chat/completions"):
        choice = {"index": 0, "finish_reason": "stop"}
        if is_stream:
            chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "telltale"}
            return _events([("", chunk | {"choices": [choice | {"delta": {"role": "assistant", "content": TEXT}}]}), ("", "[DONE]")])
        whole = {"id": "c", "object": "chat.completion", "created": 0, "model": "telltale"}
        return _json(whole | {"choices": [choice | {"message": {"role": "assistant", "content": TEXT}}]})
    if "GenerateContent" in path or "generateContent" in path:
        candidate = {"candidates": [{"content": {"role": "model", "parts": [{"text": TEXT}]}, "finishReason": "STOP", "index": 0}]}
        return _events([("", candidate)]) if "stream" in path else _json(candidate)
    return "application/json", b""


def _message(content: list[dict[str, str]]) -> dict[str, Any]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "telltale"}
    return {**head, "content": content, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}


def _anthropic() -> list[tuple[str, Any]]:
    start = _message([]) | {"stop_reason": None}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": TEXT}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]
    return [(event["type"], event) for event in events]


def _json(value: Any) -> tuple[str, bytes]:
    return "application/json", json.dumps(value).encode()


def _events(events: list[tuple[str, Any]]) -> tuple[str, bytes]:
    out = ""
    for name, value in events:
        content = value if isinstance(value, str) else json.dumps(value)
        out += (f"event: {name}\n" if name else "") + f"data: {content}\n\n"
    return "text/event-stream", out.encode()


def run(instructions: dict[str, Any], out: TextIO) -> None:
    """Serve, run the tool once within its time, and note how it ended."""
    server = Recorder(int(instructions["port"]), out)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        tool = subprocess.Popen(
            instructions["command"],
            env=instructions["environment"],
            cwd=instructions["folder"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        server.note({"ended": type(error).__name__})
        return
    try:
        server.note({"ended": tool.wait(float(instructions["seconds"]))})
    except subprocess.TimeoutExpired:
        os.killpg(tool.pid, signal.SIGKILL)
        server.note({"ended": "too slow"})
    finally:
        server.shutdown()


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123  nothing but what is needed
        given = json.load(file)
    with open(given["out"], "w", encoding="utf-8") as results:  # noqa: PTH123  nothing but what is needed
        run(given, results)

"""The inspector as Telltale sees it: starts the proxy's process, hears what passes, and ends it.

The process holds an anonymous pipe from Telltale; when Telltale ends, in whatever way, the pipe ends and so does the proxy.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.watch import addon_frames, inspector_setup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.watch.addon_frames import Frame

_START_LIMIT_S: Final = 30.0
_END_LIMIT_S: Final = 8.0


class InspectorError(TelltaleError):
    """The inspector could not be started; the message says why and that the tool was not started."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the inspector's process is to do; an empty `read_hosts` lets it read everything."""

    mode: str
    key_folder: Path
    session_folder: Path
    read_hosts: tuple[str, ...] = ()
    answer_at: tuple[str, int] | None = None
    trusted: str = ""
    upstream_auth: str = ""
    port: int = 0

    def line(self) -> bytes:
        """Return the order as the process reads it."""
        fields = {
            "mode": self.mode,
            "key_folder": str(self.key_folder),
            "session_folder": str(self.session_folder),
            "read_hosts": self.read_hosts,
            "answer_at": self.answer_at,
            "trusted": self.trusted,
            "upstream_auth": self.upstream_auth,
            "port": self.port,
        }
        return json.dumps(fields).encode("ascii") + b"\n"


class Inspector:
    """One running proxy; `listener` gets every message on a thread of its own, `on_end` is called if it ends unasked."""

    def __init__(self, order: Order, listener: Callable[[Frame], None], on_end: Callable[[], None] | None = None) -> None:
        """Prepare; nothing runs before `start`."""
        self._order = order
        self._listener = listener
        self._on_end = on_end
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: queue.Queue[Frame | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._is_ending = False
        self.port = 0
        self.certificate = b""
        self.version = ""

    @property
    def pid(self) -> int:
        """The proxy's process (0 before the start)."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        """Whether the proxy runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process and wait until it listens."""
        command = inspector_setup.command()
        environment = {"PATH": os.defpath, "HOME": str(self._order.session_folder), "LANG": "C.UTF-8"}
        environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd=self._order.session_folder,
                pipesize=1 << 20,  # a large body should not have to wait for Telltale to read
                start_new_session=True,  # an interrupt from the terminal is for the tool
            )
            self._talk(self._process)
        except OSError as error:
            raise InspectorError(f"The inspector could not be started ({type(error).__name__}), so the tool was not started.") from error
        self._wait()

    def close(self) -> None:
        """End the process; what was still passing gets a few seconds."""
        self._is_ending = True
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError):
            if process.stdin:
                process.stdin.close()
        try:
            process.wait(_END_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._thread:
            self._thread.join(_END_LIMIT_S)
        if process.stdout:
            process.stdout.close()

    def _talk(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin and process.stdout:
            self._thread = threading.Thread(target=self._listen, args=(process.stdout,), name="inspector", daemon=True)
            self._thread.start()
            process.stdin.write(self._order.line())
            process.stdin.flush()

    def _wait(self) -> None:
        limit = time.monotonic() + _START_LIMIT_S
        while not self.port:
            try:
                frame = self._ready.get(timeout=max(0.0, limit - time.monotonic()))
            except queue.Empty:
                frame = None
            if frame is None or frame.data["kind"] == "failed":
                self.close()
                why = frame.data["why"] if frame else "it did not answer"
                raise InspectorError(f"The inspector did not start ({why}), so the tool was not started; nothing else was changed.")
            if frame.data["kind"] == "certificate":
                self.certificate = frame.data["pem"].encode("ascii")
            else:
                self.version, self.port = frame.data["version"], int(frame.data["port"])

    def _listen(self, stream: IO[bytes]) -> None:
        while (frame := addon_frames.read(stream)) is not None:
            if frame.data.get("kind") in {"certificate", "ready", "failed"}:
                self._ready.put(frame)
            else:
                self._listener(frame)
        self._ready.put(None)
        if not self._is_ending and self.port and self._on_end:
            self._on_end()

"""Running the system's read-only commands: no shell, no terminal, bounded in time and output, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

from core.errors import NotAllowedError, NotThereError, TooSlowError, UnreadableError
from core.host.base import Output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_OUTPUT: Final = 4 << 20
_CHUNK: Final = 1 << 16
_WINDOWS: Final = sys.platform == "win32"


class _Drain:
    """Collects one pipe up to the cap on its own thread, which alone closes it: nobody reads a number that means another file by then."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self.data = bytearray()
        self.is_over = False
        self._thread = threading.Thread(target=self._collect, name="command-output", daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        with self._pipe:
            while chunk := os.read(self._pipe.fileno(), _CHUNK):
                self.data += chunk
                if len(self.data) > MAX_OUTPUT:
                    self.is_over = True
                    return

    def wait(self, deadline: float) -> bool:
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def text(self) -> str:
        return self.data.decode("utf-8", "replace").replace("\r\n", "\n")


def run(program: str, argv: Sequence[str], environ: Mapping[str, str], timeout_s: float) -> Output:
    """Run `program` with `argv` in the C locale and return its output; its whole process group ends on time-out or too much output."""
    try:
        child = _start(program, argv, environ)
    except PermissionError:
        raise NotAllowedError(f"{argv[0]} may not be run by this user.") from None
    except FileNotFoundError:
        raise NotThereError(f"{argv[0]} is not there.") from None
    except (OSError, ValueError):
        raise UnreadableError(f"{argv[0]} could not be started.") from None
    try:
        return _collect(child, argv[0], time.monotonic() + timeout_s)
    finally:
        child.wait()


def _collect(child: subprocess.Popen[bytes], name: str, deadline: float) -> Output:
    if child.stdout is None or child.stderr is None:
        raise UnreadableError(f"{name} gave no output to read.")
    out, err = _Drain(child.stdout), _Drain(child.stderr)
    try:
        in_time = out.wait(deadline) and err.wait(deadline)
        if out.is_over or err.is_over:
            raise UnreadableError(f"{name} printed too much to be read.")
        if not in_time:
            raise TooSlowError(f"{name} did not answer in time.")
        code = child.wait(max(0.001, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise TooSlowError(f"{name} did not answer in time.") from None
    finally:
        if child.returncode is None:  # not collected yet, so its number still means this process group and no other
            _end(child)
    return Output(code, out.text(), err.text())


def _start(program: str, argv: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(argv),
        executable=program,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environ, "LC_ALL": "C"},
        bufsize=0,
        start_new_session=not _WINDOWS,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and all it started (its own process group, of which it is the leader)."""
    if _WINDOWS:
        _end_tree(child.pid)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()


def _end_tree(pid: int) -> None:
    import psutil

    try:
        for process in psutil.Process(pid).children(recursive=True):
            process.kill()
    except psutil.Error:
        pass

"""Keeps a trace's pipe readable without Telltale: a tracer that cannot write any more would make the kernel refuse the tool's calls.

A small shell waits beside the trace. When Telltale lets go of it, or is killed, it throws away what the tracer still writes, until the
last writer has ended.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from typing import Final

_SCRIPT: Final = "read -r word && exit 0; exec cat <&1 >/dev/null"  # a word: all is over; none: Telltale is gone. The pipe comes as output
_OF_TERMINALS: Final = [
    number
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTSTP", "SIGTTIN", "SIGTTOU")
    if (number := getattr(signal, name, None)) is not None  # Windows has few
]
_OVER: Final = b"over\n"


class Guard:
    """Waits beside one trace; `handle` is Telltale's own end of the pipe, which is opened once more."""

    def __init__(self, handle: int) -> None:
        """Start the shell; where there is none, or no process can be made, the trace goes on without it."""
        self._tells = -1
        self._process: subprocess.Popen[bytes] | None = None
        shell = shutil.which("sh")
        if shell is None:
            return
        # a stop key that hit the new process before it is a session of its own would hold its parent, too
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_TERMINALS)
        try:
            with contextlib.suppress(OSError):
                self._start(shell, handle)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _start(self, shell: str, handle: int) -> None:
        reads = os.open(f"/proc/self/fd/{handle}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # waits for no writer
        told_by, self._tells = os.pipe()
        try:
            os.set_blocking(reads, True)
            self._process = subprocess.Popen(
                [shell, "-c", _SCRIPT, "telltale-trace"],
                stdin=told_by,
                stdout=reads,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath},
                cwd="/",
                start_new_session=True,
            )
        finally:
            os.close(reads)
            os.close(told_by)

    def dismiss(self) -> None:
        """End it: nobody writes any more."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                os.write(self._tells, _OVER)
            self._process.wait()
        self._close()

    def hand_over(self) -> bool:
        """Let it read until the last writer has ended, also without this process; say whether it does."""
        self._close()
        if self._process is None:
            return False
        self._process.returncode = 0  # it outlives this process on purpose and is nobody's to wait for
        return True

    def _close(self) -> None:
        if self._tells >= 0:
            os.close(self._tells)
            self._tells = -1

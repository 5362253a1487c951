"""A person at a terminal: starts a program on a new terminal, types, looks, changes the size, and waits for words instead of times."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE_S = 20


class Person:
    """One program on one terminal."""

    def __init__(self, argv: Sequence[str], env: dict[str, str], size: tuple[int, int] = (24, 80)) -> None:
        """Start it."""
        self.seen = b""
        self._at = 0
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
            for number in (signal.SIGINT, signal.SIGQUIT):  # ignored where the tests run behind a shell's &, and so it would stay
                signal.signal(number, signal.SIG_DFL)
            os.execve(argv[0], [*argv], env)  # noqa: S606 - no shell wanted

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if self.pid > 0:
                os.kill(self.pid, 9)
                os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def resize(self, rows: int, columns: int) -> None:
        """Change the terminal's size."""
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def types(self, text: bytes) -> None:
        """Type."""
        os.write(self.terminal, text)

    def waits_for(self, text: bytes) -> bytes:
        """Look until the text appears after what was waited for last; return what came before it."""
        end = time.monotonic() + PATIENCE_S
        while text not in self.seen[self._at :]:
            assert time.monotonic() < end, f"{text!r} did not appear after {self.seen[self._at :]!r}"
            assert self._look(0.1), f"the program ended without {text!r}: {self.seen[self._at :]!r}"
        place = self.seen.index(text, self._at)
        before, self._at = self.seen[self._at : place], place + len(text)
        return before

    def status(self) -> int:
        """Wait for the end and return the exit status (negative for a signal)."""
        end = time.monotonic() + PATIENCE_S
        while self._look(0.05):
            assert time.monotonic() < end, f"it does not end: {self.seen[-300:]!r}"
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.pid = -1
        return code

    def _look(self, seconds: float) -> bool:
        if not select.select([self.terminal], [], [], seconds)[0]:
            return True
        try:
            self.seen += (piece := os.read(self.terminal, 65536))
        except OSError:
            return False
        return bool(piece)

"""A terminal of the tool's own: it can neither type into the person's terminal nor lose its own, and full-screen programs work.

The relay copies between both terminals, passes the size on, and stops and goes on with the tool. Inside, a few lines of sh
start the tool in a process group of its own, so that Ctrl-C reaches the tool and not the sandbox around it, and say when
it stopped.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import signal
import struct
import termios
import tty
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from core.toggles.starter import GO_ON, TOLD

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK: Final = 1 << 16


def has_terminal() -> bool:
    """Return whether input and output are a terminal, which a full-screen program needs."""
    return os.isatty(0) and os.isatty(1)


def copy_size(source: int, target: int) -> None:
    """Give one terminal the size of the other; the kernel tells the programs on it."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(target, termios.TIOCSWINSZ, fcntl.ioctl(source, termios.TIOCGWINSZ, struct.pack("HHHH", 0, 0, 0, 0)))


@dataclass(slots=True)
class Terminal:
    """A new terminal with the settings and size of the person's, and the two pipes to the starter inside."""

    settings: list[Any] = field(default_factory=lambda: termios.tcgetattr(0))
    master: int = -1
    slave: int = -1
    told: tuple[int, int] = (-1, -1)
    go_on: tuple[int, int] = (-1, -1)

    def open(self) -> None:
        """Make the terminal and the pipes."""
        self.master, self.slave = os.openpty()
        termios.tcsetattr(self.slave, termios.TCSANOW, self.settings)
        copy_size(0, self.slave)
        self.told, self.go_on = os.pipe(), os.pipe()

    def take(self) -> None:
        """In the new process: make this its controlling terminal, keep a redirected error output, hand over the pipes."""
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        is_error_shown = os.isatty(2)
        for number in (0, 1, 2) if is_error_shown else (0, 1):
            os.dup2(self.slave, number)
        written, read = (fcntl.fcntl(handle, fcntl.F_DUPFD, 20) for handle in (self.told[1], self.go_on[0]))
        os.dup2(written, TOLD)
        os.dup2(read, GO_ON)
        os.close(written)
        os.close(read)

    def leave_to_child(self) -> None:
        """In the relay: close what only the new process uses."""
        for handle in (self.slave, self.told[1], self.go_on[0]):
            os.close(handle)


class Relay:
    """Copies between the person's terminal and the tool's until the tool has ended."""

    def __init__(self, terminal: Terminal, deliver: Callable[[int], None]) -> None:
        """`deliver` passes a signal sent to Telltale on to the tool."""
        self._terminal = terminal
        self._deliver = deliver
        self._to_tool = b""
        self._is_open = True
        self._ended: int | None = None
        self._wake, self._woken_by = os.pipe()
        for handle in (self._wake, self._woken_by, terminal.master):
            os.set_blocking(handle, False)

    def run(self) -> int | None:
        """Relay and return the exit status if the starter told it; the person's terminal is as before, whatever happens."""
        told = {signal.SIGWINCH, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
        before = {number: signal.signal(number, lambda *_: None) for number in told}
        woken_before = signal.set_wakeup_fd(self._woken_by)
        try:
            self._raw()
            while self._turn():
                pass
        finally:
            self._as_before()
            signal.set_wakeup_fd(woken_before)
            for number, handler in before.items():
                signal.signal(number, handler)
        return self._ended

    def _raw(self) -> None:
        tty.setraw(0, termios.TCSADRAIN)

    def _as_before(self) -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(0, termios.TCSADRAIN, self._terminal.settings)

    def _turn(self) -> bool:
        """Wait for something and pass it on; False when the tool's side is closed."""
        told, master = self._terminal.told[0], self._terminal.master
        reads = [master, told, self._wake] + ([0] if self._is_open and len(self._to_tool) < _CHUNK else [])
        readable, writable, _ = select.select(reads, [master] if self._to_tool else [], [])
        if self._wake in readable:
            self._signals()
        if 0 in readable:
            self._from_person()
        if writable:
            self._write_to_tool()
        if master in readable and not self._to_person():
            while said := os.read(told, 64):  # what the starter said last; its end of the pipe is closed by now
                self._hear(said)
            return False
        return told not in readable or self._hear(os.read(told, 64))

    def _hear(self, said: bytes) -> bool:
        """Take what the starter says: the tool stopped, it ended with a status, or (nothing) the starter itself is gone."""
        if said == b"stopped\n":
            self._stop()
            return True
        if said.strip().isdigit():
            self._ended = int(said)
            return True
        self._drain()
        return False

    def _from_person(self) -> None:
        try:
            typed = os.read(0, _CHUNK)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            typed = b""
        self._is_open = bool(typed)
        self._to_tool += typed
        if not typed:
            self._deliver(signal.SIGHUP)  # the person's terminal is gone

    def _write_to_tool(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._to_tool = self._to_tool[os.write(self._terminal.master, self._to_tool) :]

    def _to_person(self) -> bool:
        try:
            shown = os.read(self._terminal.master, _CHUNK)
        except BlockingIOError:
            return True
        except OSError:  # EIO: nobody has the tool's terminal open any more
            return False
        while shown:
            shown = shown[os.write(1, shown) :]
        return True

    def _drain(self) -> None:
        """Show what the tool wrote last; a child it left behind does not keep the person waiting."""
        while select.select([self._terminal.master], [], [], 0)[0] and self._to_person():
            pass

    def _signals(self) -> None:
        for number in os.read(self._wake, 256):
            if number == signal.SIGWINCH:
                copy_size(0, self._terminal.master)
            else:
                self._deliver(number)

    def _stop(self) -> None:
        """The tool stopped (Ctrl-Z): give the terminal back, stop as well, and go on together."""
        self._drain()
        self._as_before()
        os.kill(0, signal.SIGSTOP)
        self._raw()
        copy_size(0, self._terminal.master)
        os.write(self._terminal.go_on[1], b"\n")

"""Start a prepared tool so that nothing between it and the person is noticed: terminal, input, output, signals, exit status."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Final

from core.toggles import pty
from core.toggles.launch import LaunchError
from core.toggles.prepared import Prepared, Sealed, clean_up, seal
from core.toggles.starter import STARTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import FrameType

    from core.toggles.prepared import Wrapper

    Handler = Callable[[int, FrameType | None], None]

_PASSED_ON: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_OF_TERMINAL: Final = (signal.SIGINT, signal.SIGQUIT)
_OF_PYTHON: Final = ("SIGPIPE", "SIGXFSZ")  # signals Python ignores, which the tool must get as usual
_DEEPEST: Final = 6


class Ended(int):
    """An exit status as a shell says it; `killed_by` is the signal that killed a tool which stood in no sandbox, 0 if none did."""

    killed_by = 0


def run(prepared: Prepared, wrappers: Iterable[Wrapper] = ()) -> int:
    """Start the tool and return its exit status (128 + number after a signal). A plain start replaces this process."""
    for wrapper in wrappers:
        try:
            prepared = wrapper.prepare(prepared)
        except BaseException:
            clean_up(prepared.cleanup)  # what the wrappers before it have started
            raise
    if prepared.is_sandboxed and pty.has_terminal():
        return _on_own_terminal(prepared)
    sealed = seal(prepared)
    if prepared.is_sandboxed:
        return _beside(sealed)
    if sealed.cleanup:
        return _waited(sealed)
    return _become(sealed)


def completed(prepared: Prepared, *, timeout_s: float = 60, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a prepared program to its end and return what it wrote (for measuring inside a profile)."""
    sealed = seal(prepared)
    pipe = subprocess.PIPE
    with _cleaned(sealed), _popen(sealed, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            _settle(sealed)
            out, err = process.communicate(data, timeout_s)
        except BaseException:
            process.kill()
            raise
        return subprocess.CompletedProcess(list(prepared.argv), process.returncode, out, err)


def _popen(sealed: Sealed, **more: int | bool) -> subprocess.Popen[bytes]:
    try:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]  # the overloads cannot see through **more
            sealed.argv, env=dict(sealed.env), cwd=sealed.cwd, pass_fds=sealed.pass_fds, **more
        )
    except OSError as error:
        raise LaunchError(f"The program could not be started ({error.strerror}); nothing was changed.") from error
    return process


@contextlib.contextmanager
def _cleaned(sealed: Sealed) -> Iterator[None]:
    try:
        yield
    finally:
        clean_up(sealed.cleanup)


def _settle(sealed: Sealed) -> None:
    if sealed.settle:
        sealed.settle()


def _become(sealed: Sealed) -> int:
    """Replace this process by the tool: nothing of Telltale stays."""
    for handle in sealed.pass_fds:
        os.set_inheritable(handle, True)
    _usual_signals()
    try:
        os.execve(sealed.argv[0], sealed.argv, dict(sealed.env))  # noqa: S606 - no shell wanted: this process becomes the tool
    except OSError as error:
        raise LaunchError(f"The program could not be started ({error.strerror}); nothing was changed.") from error


def _usual_signals() -> None:
    for name in _OF_PYTHON:
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_DFL)


def _waited(sealed: Sealed) -> int:
    """Wait for a plain start that leaves something to clean up; the terminal's own signals reach the tool without us."""
    told = {signal.SIGTERM, signal.SIGHUP}
    with _remembered({*told, *_OF_TERMINAL}) as early, _cleaned(sealed), _popen(sealed) as process:
        with _handling(told, process.send_signal, [number for number in early if number in told], quiet=True):
            code = process.wait()
        ended = Ended(_status(code))
        ended.killed_by = max(0, -code)
        return ended


@contextlib.contextmanager
def _remembered(numbers: Iterable[signal.Signals]) -> Iterator[list[int]]:
    """Note the signals that come while the tool is being started; what is ignored stays so, for the tool inherits it."""
    early: list[int] = []
    taken = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    with _replaced({number: lambda got, _frame: early.append(got) for number in taken}):
        yield early


@contextlib.contextmanager
def _handling(
    numbers: Iterable[signal.Signals], deliver: Callable[[int], None], early: Iterable[int], *, quiet: bool = False
) -> Iterator[None]:
    """Pass signals on, first those that came early; with `quiet` also ignore those which the terminal sends to the tool itself."""
    handlers: dict[signal.Signals, Handler] = {number: lambda got, _frame: deliver(got) for number in numbers}
    if quiet:
        handlers.update({number: lambda _got, _frame: None for number in _OF_TERMINAL})
    with _replaced(handlers):
        for number in early:
            deliver(number)
        yield


@contextlib.contextmanager
def _replaced(handlers: Mapping[signal.Signals, Handler]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _beside(sealed: Sealed) -> int:
    """Run a sandbox without a terminal of its own (input or output is a file or a pipe): no controlling terminal, signals passed on."""
    with _remembered(_PASSED_ON) as early, _cleaned(sealed), _popen(sealed, start_new_session=True) as process:
        try:
            _settle(sealed)
        except BaseException:
            process.kill()
            raise

        def stop(*_: object) -> None:
            members = _members(process.pid, sealed.layers)
            _tell(members, signal.SIGSTOP)
            os.kill(os.getpid(), signal.SIGSTOP)
            _tell(members, signal.SIGCONT)

        stopped_before = signal.signal(signal.SIGTSTP, stop)
        try:
            with _handling(_PASSED_ON, lambda number: _tell(_members(process.pid, sealed.layers), number), early):
                return _status(process.wait())
        finally:
            signal.signal(signal.SIGTSTP, stopped_before)


def _on_own_terminal(prepared: Prepared) -> int:
    """Run a sandbox on a terminal of its own and relay until it has ended."""
    terminal = pty.Terminal()
    terminal.open()
    sealed = seal(prepared, STARTER)
    with _cleaned(sealed):
        pid = os.fork()
        if pid == 0:
            _start_on(terminal, sealed)
        try:
            terminal.leave_to_child()
            _settle(sealed)
            told = pty.Relay(terminal, lambda number: _tell(_members(pid, sealed.layers + 1)[:1], number)).run()
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        own = _status(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        return own if told is None else told


def _start_on(terminal: pty.Terminal, sealed: Sealed) -> None:
    try:
        terminal.take()
        for handle in sealed.pass_fds:
            os.set_inheritable(handle, True)
        os.chdir(sealed.cwd)
        _usual_signals()
        os.execve(sealed.argv[0], sealed.argv, dict(sealed.env))  # noqa: S606 - no shell wanted
    finally:
        os._exit(126)


def end_alike(status: int) -> None:
    """End this process by Ctrl+C if that ended the tool: a shell leaves its loop or script only for a program that died of it."""
    if getattr(status, "killed_by", 0) == signal.SIGINT:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)


def _status(code: int) -> int:
    """Return the exit status as a shell would say it."""
    return code if code >= 0 else 128 - code


def _members(pid: int, layers: int) -> list[int]:
    """Return the tool and what it started, without the sandbox's own processes, which stand `layers` deep above it and come first."""
    import psutil  # only a signal needs it

    with contextlib.suppress(psutil.Error):
        top = psutil.Process(pid)
        for _ in range(min(layers, _DEEPEST)):
            below = top.children()
            if not below:
                return [pid]  # the tool is not started yet: the signal is for what starts it
            top = below[0]
        return [top.pid, *(child.pid for child in top.children(recursive=True))]
    return []


def _tell(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

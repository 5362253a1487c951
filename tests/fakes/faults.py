"""What can go wrong at every single operation that changes something: the process is killed, the system refuses, another program writes.

Python tells an audit hook of every file it opens for writing, every rename, removal and program it starts, before it happens.
Hooks cannot be taken off again, so the work is done in a child.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGING = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.setxattr", "subprocess.Popen"}
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
DONE, SAID, BROKEN = 0, 3, 4


def is_changing(event: str, given: tuple[Any, ...]) -> bool:
    """Return whether an operation changes something on the disk or starts a program."""
    return event in CHANGING or (event == "open" and isinstance(given[2], int) and bool(given[2] & WRITING) and given[0] != os.devnull)


def in_child(work: Callable[[], object], at: Callable[[int], None], expected: type[Exception] = Exception) -> int:
    """Do the work in a child, calling `at` with a number before every changing operation; return how it ended (minus a signal)."""
    child = os.fork()
    if child == 0:
        status = BROKEN
        try:
            sys.addaudithook(_hook(at))
            work()
            status = DONE
        except expected:
            status = SAID
        except BaseException:  # noqa: BLE001  whatever it is, the child ends here and says so
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _hook(at: Callable[[int], None]) -> Callable[[str, tuple[Any, ...]], None]:
    count, is_inside = -1, False

    def hook(event: str, given: tuple[Any, ...]) -> None:
        nonlocal count, is_inside
        if is_inside or not is_changing(event, given):
            return
        count, is_inside = count + 1, True
        try:
            at(count)
        finally:
            is_inside = False

    return hook


def killed(work: Callable[[], object], number: int) -> bool:
    """Do the work, killed before the changing operation of that number; False if there are not so many."""

    def at(count: int) -> None:
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    status = in_child(work, at)
    assert status in {DONE, -signal.SIGKILL}, status
    return status == -signal.SIGKILL


def refused(work: Callable[[], object], number: int, error: OSError, expected: type[Exception], *, lasts: bool) -> int | None:
    """Do the work while one changing operation (or each from that one on) fails; return how it ended, None if there are not so many."""
    reader, writer = os.pipe()

    def at(count: int) -> None:
        if count == number:
            os.write(writer, b"x")
        if count == number or (lasts and count > number):
            raise type(error)(*error.args)

    status = in_child(work, at, expected)
    os.close(writer)
    was_reached = os.read(reader, 1) == b"x"
    os.close(reader)
    return status if was_reached else None

"""What the making of a start looked at: each question to the file system with its answer, so that a start can be kept and used again.

The recipe of a sandbox asks here instead of asking the system itself. Outside `noting` these are the plain questions.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# questions, as a kept start names them
TYPE, LINK, RUNS, WRITES, STATE, CONTENT, ENTRIES = "t", "l", "x", "w", "s", "c", "e"
_LAG_S: Final = 0.05  # a file's time may lie this far behind the clock
_MOST_LINKS: Final = 40


@dataclass(slots=True)
class Looks:
    """The questions and answers of one start; `keepable` is False once something was used that must not be kept."""

    since: int = field(default_factory=lambda: int(time.time() - _LAG_S))
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    newest: int = 0
    keepable: bool = True

    @property
    def is_settled(self) -> bool:
        """Whether every later change of what was read will show: times are told apart by whole seconds only."""
        return self.newest < self.since

    def needed(self) -> dict[tuple[str, str], str]:
        """Return the answers without those that follow from others: of a path whose whole state is noted, or what is in a folder."""
        states = {path for question, path in self.answers if question == STATE}

        def follows(question: str, path: str) -> bool:
            if question in {STATE, CONTENT, ENTRIES}:
                return False
            is_plain_entry = question in {TYPE, LINK} and self.answers.get((LINK, path)) == ""
            return path in states or (is_plain_entry and os.path.dirname(path) in states)

        return {key: answer for key, answer in self.answers.items() if not follows(*key)}


_NOTED: Final[ContextVar[Looks | None]] = ContextVar("looks", default=None)


@contextlib.contextmanager
def noting() -> Iterator[Looks]:
    """Note every question asked in this block."""
    looks = Looks()
    token = _NOTED.set(looks)
    try:
        yield looks
    finally:
        _NOTED.reset(token)


def never_keep() -> None:
    """Say that this start holds something that is not written to any file."""
    if looks := _NOTED.get():
        looks.keepable = False


def kind(path: str) -> str:
    """Return `d`, `f`, `o` (other) or nothing for what a path leads to."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        answer = ""
    else:
        answer = "d" if stat.S_ISDIR(mode) else "f" if stat.S_ISREG(mode) else "o"
    return _note(TYPE, path, answer)


def exists(path: str) -> bool:
    """Return whether a path leads to anything."""
    return kind(path) != ""


def is_folder(path: str) -> bool:
    """Return whether a path leads to a folder."""
    return kind(path) == "d"


def is_file(path: str) -> bool:
    """Return whether a path leads to an ordinary file."""
    return kind(path) == "f"


def link(path: str) -> str:
    """Return what a link says, or nothing if it is none."""
    try:
        answer = os.readlink(path)
    except OSError:
        answer = ""
    return _note(LINK, path, answer)


def runs(path: str) -> bool:
    """Return whether this user may execute a path."""
    return bool(_note(RUNS, path, "1" if os.access(path, os.X_OK) else ""))


def is_writable(path: str) -> bool:
    """Return whether this user may write to a path."""
    return bool(_note(WRITES, path, "1" if os.access(path, os.W_OK) else ""))


def real(path: str) -> str:
    """Return a path without links; every link on the way is noted."""
    if _NOTED.get():
        _walk(path)
    return os.path.realpath(path)


def _walk(path: str) -> None:
    waiting, done, left = [part for part in os.path.abspath(path).split("/") if part], "/", _MOST_LINKS
    while waiting and left:
        step = os.path.join(done, waiting.pop(0))
        if target := link(step):
            left -= 1
            waiting = [part for part in os.path.normpath(os.path.join(done, target)).split("/") if part] + waiting
            done = "/"
        else:
            done = step


def is_plain(path: str, limit: int) -> bool:
    """Return whether a file is readable, no program and smaller than `limit`; not noted, since it changes nothing that is seen."""
    return os.access(path, os.R_OK) and not os.access(path, os.X_OK) and os.stat(path).st_size < limit


def read(path: str, limit: int = 1 << 20) -> bytes:
    """Return a file's content, or nothing if it cannot be read."""
    state(path)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size  # asking for much more than there is takes longer than all the rest
            return file.read(min(size, limit) or limit)
    except OSError:
        return b""


def names(path: str) -> list[str]:
    """Return the sorted names in a folder, or none if it cannot be read."""
    state(path)
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def entries(path: str, folders: Iterable[str], files: Iterable[str], *, deeper: bool) -> None:
    """Note which files of a project's folder count, and which subfolders (if it is looked at deeper); others may come and go."""
    looks = _NOTED.get()
    if looks is None:
        return
    own = [name for name in folders if not os.path.islink(os.path.join(path, name))]
    counted = "\0".join(sorted([*(f"d{name}" for name in own), *(f"f{name}" for name in files)]))
    item = os.lstat(path)
    is_settled = int(item.st_ctime) < looks.since
    _note(ENTRIES, path, f"{_told(item) if is_settled else '?'} {int(deeper)}\n{counted}")


def host_name() -> str:
    """Return this computer's name."""
    _note(CONTENT, "/proc/sys/kernel/hostname", f"{os.uname().nodename}\n")
    return os.uname().nodename


def own_file(path: Path, content: bytes) -> None:
    """Note the content of one of Telltale's own files, which is compared as a whole."""
    _note(CONTENT, str(path), os.fsdecode(content))


def state(path: str) -> str:
    """Return what tells whether a file or folder is still the same: itself, and what it leads to if it is a link."""
    found = []
    for follow in (False, True):
        try:
            item = os.stat(path, follow_symlinks=follow)
        except OSError:
            found.append("-")
            break
        if looks := _NOTED.get():
            looks.newest = max(looks.newest, int(item.st_ctime))
        found.append(_told(item))
        if not stat.S_ISLNK(item.st_mode):
            break
    return _note(STATE, path, " ".join(found))


def _told(item: os.stat_result) -> str:
    return f"{item.st_dev}:{item.st_ino}:{item.st_ctime_ns // 1_000_000_000}:{item.st_size}"


def _note(question: str, path: str, answer: str) -> str:
    if looks := _NOTED.get():
        looks.answers[question, path] = answer
    return answer

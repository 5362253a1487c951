"""A sandboxed start kept for the next time, so that a shim starts a tool without Python (`resources/shims/start.pl` reads it).

It is the very start that was made the long way, with every question that was asked of the file system and its answer
(`core.toggles.looked`); as long as each is answered alike, the same start is right. One file for each tool and working folder,
readable by this user only. It holds rules for the environment, never a value but those of search path, home and shell;
nothing of a project's files and nothing that could be a secret (`looked.never_keep`).
"""

from __future__ import annotations

import os
import platform
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import core
from core import paths
from core.toggles import looked
from core.toggles.launch import TIGHTENED
from core.toggles.program import below, find
from core.toggles.ready import ready_path
from core.toggles.sandbox import replaced
from core.toggles.sandbox_etc import Data
from core.toggles.sandbox_home import PASSED_OVER, words_of
from core.toggles.starter import STARTER
from core.toggles.tty_filter import tty_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.toggles.looked import Looks
    from core.toggles.prepared import Prepared, Situation
    from core.toggles.sandbox_etc import Argument

_BEGINS, _ENDS = "telltale start 1", "end"
_MOST_KEPT: Final = 32  # working folders of one tool
_MOST_QUESTIONS: Final = 4000
_SAME: Final = ("HOME", "PATH", "SHELL", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
_PERLS: Final = ("/usr/bin/perl", "/bin/perl", "/usr/local/bin/perl")
# machine -> the numbers of memfd_create and setsid (asm/unistd_64.h, asm-generic/unistd.h), for which perl has no words of its own
CALLS: Final = {"x86_64": (319, 112), "aarch64": (279, 157)}


@dataclass(frozen=True, slots=True)
class Start:
    """One start as it was asked for: the tool and its program as the shim names them, where, and with which environment."""

    tool: str
    program: str
    situation: Situation
    env: Mapping[str, str]
    cwd: str


def folder(tool: str) -> Path:
    """Return where a tool's starts are kept."""
    return paths.state_dir() / "shims.d" / "starts" / tool


def reader() -> tuple[str, str] | None:
    """Return the interpreter and the program that read kept starts, or None where this system cannot use them.

    A kernel of 64 bits may run programs of 32 (as on some small boards), whose calls have other numbers.
    """
    perl = next((path for path in _PERLS if os.access(path, os.X_OK)), "")
    is_known = platform.machine() in CALLS and sys.maxsize > 1 << 32 and Path(f"/proc/self/task/{os.getpid()}/children").exists()
    return (perl, str(paths.resource_root() / "shims" / "start.pl")) if perl and is_known else None


def name_of(program: str, cwd: str) -> str:
    """Return the file name for a program in a working folder; the file itself says which, so two may share one."""
    number = 5381
    for byte in os.fsencode(f"{program}\0{cwd}"):
        number = (number * 33 ^ byte) & 0xFFFFFFFF
    return f"{number:08x}"


def keep(start: Start, prepared: Prepared, looks: Looks) -> bool:
    """Keep a start if it can be used again as it is; say whether it was kept."""
    if not _may_be_kept(start, prepared, looks):
        return False
    content = b"".join(struct.pack(">I", len(item)) + item for item in map(_bytes, _items(start, prepared, looks)))
    _make_room(folder(start.tool))
    return paths.write_private(folder(start.tool) / name_of(start.program, start.cwd), content)


def forget(tool: str) -> None:
    """Take a tool's kept starts away."""
    shutil.rmtree(folder(tool), ignore_errors=True)
    for above in (folder(tool).parent, folder(tool).parent.parent):
        if above.is_dir() and not any(above.iterdir()):
            above.rmdir()


def _may_be_kept(start: Start, prepared: Prepared, looks: Looks) -> bool:
    patterns = (*prepared.profile.keep_only, *prepared.profile.environment_unset)
    home = start.env.get("HOME", "")
    return (
        prepared.is_sandboxed
        and "network" not in prepared.parts
        and looks.keepable
        and looks.is_settled
        and len(looks.answers) < _MOST_QUESTIONS
        and home.startswith("/")
        and not home.endswith("/")
        and not any(character in pattern for pattern in patterns for character in "[]")
        and reader() is not None
    )


def _items(start: Start, prepared: Prepared, looks: Looks) -> Iterable[str | bytes]:
    facts, profile = start.situation.facts, prepared.profile
    home = start.env["HOME"]
    words = words_of(facts)
    owned = {name: value for name, value in start.env.items() if name.startswith(words) and value != home and below(value, home)}
    dropped, fixed = replaced(profile)
    keep_only = (*profile.keep_only, *sorted(TIGHTENED)) if profile.keep_only else ()
    yield from (_BEGINS, start.program, start.cwd, str(os.getuid()), str(os.geteuid()))
    yield from _many((name,) for name in sorted(PASSED_OVER))
    yield from _many(((question, path, answer) for (question, path), answer in looks.needed().items()))
    yield from _many((name, _given(name, start.env)) for name in _SAME)
    yield from _many((word,) for word in words)
    yield from _many(owned.items())
    for names in (keep_only, profile.environment_unset, sorted(dropped)):
        yield from _many((name,) for name in names)
    yield from _many((name, _given(name, prepared.env)) for name in sorted(fixed))
    yield from _many(prepared.names)
    yield from _many((note,) for note in prepared.notes)
    yield from _system(start, prepared)
    yield from _many((_argument(item),) for item in prepared.arguments)
    yield _ENDS


def _system(start: Start, prepared: Prepared) -> Iterable[str | bytes]:
    machine = platform.machine()
    yield find("bwrap", start.env.get("PATH", ""))
    yield from map(str, CALLS[machine])
    yield tty_filter(machine) or b""
    yield "2" if "processes" in prepared.parts else "1"
    yield from _many((word,) for word in STARTER)
    yield prepared.argv[0]


def _many(rows: Iterable[tuple[str | bytes, ...]]) -> Iterable[str | bytes]:
    """Return rows in one line, after their number."""
    found = [*rows]
    yield str(len(found))
    for row in found:
        yield from row


def _argument(item: Argument) -> str | bytes:
    if not isinstance(item, Data):
        return f"a{item}"
    return f"f{item.source}" if item.source else b"d" + item.content


def _given(name: str, env: Mapping[str, str]) -> str:
    return f"={env[name]}" if name in env else ""


def _bytes(item: str | bytes) -> bytes:
    return item if isinstance(item, bytes) else os.fsencode(item)


def _make_room(place: Path) -> None:
    kept = sorted(place.iterdir(), key=lambda file: file.lstat().st_mtime) if place.is_dir() else []
    for file in kept[: max(0, len(kept) - _MOST_KEPT + 1)]:
        file.unlink(missing_ok=True)


def note_own_files(tool: str) -> None:
    """Note what is Telltale's own: what was chosen, by content, and the version of the program."""
    looked.own_file(ready_path(tool), paths.read_private(ready_path(tool)))
    for file in (Path(core.__file__), paths.resource_root() / "shims" / "start.pl"):
        looked.state(str(file))

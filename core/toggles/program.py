"""Where a program really is, past shims and links, and which folders it needs to run: its package, its interpreter."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.toggles import looked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")  # what every sandbox shows
_DEEPEST: Final = 40


def below(path: str, folder: str) -> bool:
    """Return whether `path` is `folder` or lies in it (by name; links are not followed)."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def find(command: str, path: str, *, but_not: Iterable[str] = ()) -> str:
    """Return the program a shell would start for `command`, not looking in the folders `but_not`; empty if there is none."""
    if os.sep in command:
        return os.path.abspath(command) if looked.runs(command) and looked.is_file(command) else ""
    left_out = {os.path.realpath(folder) for folder in but_not}
    endings = os.environ.get("PATHEXT", "").split(os.pathsep) if os.name == "nt" else [""]
    for folder in path.split(os.pathsep):
        for ending in endings if folder else []:
            file = os.path.join(folder, command + ending)
            if looked.is_file(file) and looked.runs(file) and os.path.realpath(folder) not in left_out:
                return file
    return ""


def hops(program: str) -> list[str]:
    """Return every path on the way from a program's name to the real file."""
    found = [os.path.abspath(program)]
    while len(found) < _DEEPEST and (target := looked.link(found[-1])):
        found.append(os.path.normpath(os.path.join(os.path.dirname(found[-1]), target)))
    real = looked.real(program)
    return found if found[-1] == real else [*found, real]


def interpreter(program: str, path: str) -> str:
    """Return the interpreter a script's first line asks for, or an empty text."""
    line = looked.read(program, 512).partition(b"\n")[0]
    if not line.startswith(b"#!"):
        return ""
    words = os.fsdecode(line[2:]).split()
    if words and os.path.basename(words[0]) == "env":
        named = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        return find(named[0], path) if named else ""
    return words[0] if words and looked.exists(words[0]) else ""


def install_roots(program: str, path: str, home: str) -> tuple[str, ...]:
    """Return the folders outside the system that a program and its interpreters need, shortest set, in a stable order."""
    found: dict[str, None] = {}
    waiting, seen = [program], set[str]()
    while waiting and len(seen) < _DEEPEST:
        item = waiting.pop()
        if not item or item in seen:
            continue
        seen.add(item)
        for hop in hops(item):
            found.update(dict.fromkeys(_roots(hop, home)))
        waiting += [interpreter(looked.real(item), path), *_base_of_venv(item)]
    kept = [root for root in found if not any(root != other and below(root, other) for other in found)]
    return tuple(root for root in kept if not any(below(root, folder) for folder in SYSTEM))


def _roots(hop: str, home: str) -> Iterator[str]:
    parts = Path(hop).parts
    if "node_modules" in parts:
        prefix = Path(*parts[: parts.index("node_modules")])
        prefix = prefix.parent if prefix.name == "lib" else prefix
        yield str(prefix) if _may_be_shown(str(prefix), home) else str(Path(*parts[: parts.index("node_modules") + 1]))
        return
    folder = os.path.dirname(hop)
    above = os.path.dirname(folder)
    if os.path.basename(folder) in {"bin", "shims", "libexec"} and _may_be_shown(above, home):
        yield above
    elif _may_be_shown(folder, home):
        yield folder
    else:
        yield hop


def _may_be_shown(folder: str, home: str) -> bool:
    """Return whether a folder belongs to one program: not the home, not one of its shared folders, not the top."""
    shared = {home, f"{home}/.local", f"{home}/.local/share", f"{home}/.config", f"{home}/.cache"}
    return folder not in shared and len(Path(folder).parts) > 2 and not below(home, folder)


def _base_of_venv(item: str) -> list[str]:
    """Return the interpreter a Python environment was made from."""
    for hop in hops(item):
        text = looked.read(str(Path(hop).parent.parent / "pyvenv.cfg")).decode("utf-8", "replace")
        if found := re.search(r"^home\s*=\s*(.+)$", text, re.MULTILINE):
            return [str(Path(found.group(1).strip()) / "python3")]
    return []

"""What of the home and the project folder a sandboxed tool gets, and under which names it sees them."""

from __future__ import annotations

import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.toggles import looked
from core.toggles.launch import LaunchError
from core.toggles.program import below
from core.toggles.sandbox_etc import HOME, Data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.toggles.launch import LaunchProfile
    from core.toggles.ready import Facts
    from core.toggles.sandbox_etc import Argument

_SHARED: Final = {".config": 2, ".cache": 2, ".local": 3, "Library": 3}  # how deep a folder there belongs to one program
_WORD: Final = r"A-Za-z0-9_.\x80-\U0010ffff-"  # what goes on a name, the same for bytes and text
_MOST_ENTRIES: Final = 20_000
_DEEPEST: Final = 4
PASSED_OVER: Final = {"node_modules", ".git", ".venv", "venv", "target", "dist", "build"}


@dataclass(frozen=True, slots=True)
class Names:
    """How folders outside are called inside; `inside` translates a path, longest prefix first."""

    pairs: tuple[tuple[str, str], ...]

    def inside(self, path: str) -> str:
        """Return a path as the tool sees it; one outside all pairs keeps its name."""
        for outside, inside in self.pairs:
            if below(path, outside):
                return inside + path[len(outside) :]
        return path

    def in_text(self, text: str) -> str:
        """Return a variable's value with each whole path of a renamed folder translated."""
        for outside, inside in self.pairs:
            text = re.sub(rf"(?<![{_WORD}/~]){re.escape(outside)}(?![{_WORD}])", lambda _, new=inside: new, text)  # type: ignore[misc]  # mypy sees no default in a lambda
        return text


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one launch as they are outside: home, project, the tool's own home beside the real one."""

    home: str
    project: str
    cwd: str
    own_home: str

    def names(self, profile: LaunchProfile) -> Names:
        """Return what each folder is called inside."""
        pairs = []
        if self.project and "project" in profile.parts:
            pairs.append((self.project, f"/project/{neutral_name(self.project)}"))
        if profile.parts & {"accounts", "home"}:
            pairs.append((self.home, HOME))
        return Names(tuple(pairs))


def neutral_name(project: str) -> str:
    """Return a short name for a project that says nothing of it, the same at each start, so that a tool finds its notes again."""
    return f"{zlib.crc32(os.fsencode(project)):08x}"


def project_of(cwd: str, home: str) -> str:
    """Return the folder a launch works on: the nearest one with `.git` at or above `cwd`, else `cwd`."""
    for folder in (Path(cwd), *Path(cwd).parents):
        if str(folder) in {home, "/"}:
            break
        if looked.exists(str(folder / ".git")):
            return str(folder)
    return cwd


def check_project(project: str, home: str, profile: LaunchProfile) -> None:
    """Refuse to hide the home folder while working in it."""
    if profile.parts & {"home", "project", "mounts"} and (below(home, project) or project == "/"):
        raise LaunchError(
            "The working folder is or holds your home folder, which this start hides, so nothing was started; go to a project folder first."
        )


def tool_folders(tool: Facts | None, home: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return what of the home belongs to the tool and is there: whole folders where they are its own, else single files."""
    found: dict[str, None] = {}
    for path in tool.own_places if tool else ():
        if path.startswith("~/"):
            found.update(dict.fromkeys(_own_part(path[2:])))
    words = words_of(tool)
    for name, value in env.items():
        if name.startswith(words) and below(value, home) and value != home:
            found[os.path.relpath(value, home)] = None
    return tuple(part for part in found if looked.exists(os.path.join(home, part)))


def words_of(tool: Facts | None) -> tuple[str, ...]:
    """Return what the names of a tool's own variables begin with."""
    return tuple(re.sub(r"\W", "_", command).upper() for command in (tool.commands if tool else ()))


def _own_part(path: str) -> Iterable[str]:
    parts = path.split("/")
    depth = _SHARED.get(parts[0], 1)
    own = parts[:depth]
    if len(own) == depth and not any(re.search(r"[<*$%]", part) for part in own):
        yield "/".join(own)


def home_arguments(profile: LaunchProfile, folders: Folders, tool: Facts | None, env: Mapping[str, str]) -> list[Argument]:
    """Return the arguments that show the home: whole, renamed, or only the tool's own folders in a home of its own."""
    if "home" not in profile.parts:
        return ["--bind", folders.home, folders.names(profile).inside(folders.home)] if looked.is_folder(folders.home) else []
    arguments: list[Argument] = ["--bind", folders.own_home, HOME]
    for part in tool_folders(tool, folders.home, env):
        arguments += ["--bind", os.path.join(folders.home, part), f"{HOME}/{part}"]
    return arguments


def project_arguments(profile: LaunchProfile, folders: Folders) -> list[Argument]:
    """Return the arguments that show the project and cover what is hidden in it."""
    inside = folders.names(profile).inside(folders.project)
    arguments: list[Argument] = ["--bind", folders.project, inside]
    git = os.path.join(folders.project, ".git")
    if "history" in profile.parts and looked.is_folder(git):
        arguments += ["--tmpfs", f"{inside}/.git"]
    elif "remotes" in profile.parts and looked.is_file(f"{git}/config"):
        content = without_remotes(looked.read(f"{git}/config"))
        looked.never_keep()  # settings of a person's project are copied to no file
        arguments += ["--perms", "0444", "--ro-bind-data", Data(content), f"{inside}/.git/config"]
    if "dotenv" in profile.parts:
        for name in dotenv_files(folders.project):
            arguments += ["--perms", "0444", "--ro-bind-data", Data(b""), f"{inside}/{name}"]
    return arguments


def without_remotes(config: bytes) -> bytes:
    """Return a git configuration without sections that name another place."""
    kept, keeping = [], True
    for line in config.splitlines(keepends=True):
        if line.lstrip().startswith(b"["):
            keeping = not re.match(rb"\s*\[\s*(remote|url|submodule|credential|http)\b", line, re.IGNORECASE)
        if keeping:
            kept.append(line)
    return b"".join(kept)


def dotenv_files(project: str) -> tuple[str, ...]:
    """Return the `.env` files of a project (templates left out), as far as a bounded look finds them."""
    found: list[str] = []
    count = 0
    for folder, folders, names in os.walk(project):
        relative = os.path.relpath(folder, project)
        deep = 0 if relative == "." else relative.count("/") + 1
        folders[:] = [name for name in folders if name not in PASSED_OVER] if deep < _DEEPEST else []
        count += len(names) + len(folders)
        here = [name for name in names if _is_dotenv(name, folder)]
        found += [os.path.normpath(os.path.join(relative, name)) for name in here]
        looked.entries(folder, folders, here, deeper=deep < _DEEPEST)
        if count > _MOST_ENTRIES:
            break
    return tuple(sorted(found))


def _is_dotenv(name: str, folder: str) -> bool:
    is_named = name in {".env", ".envrc"} or (name.startswith(".env.") and not name.endswith((".example", ".sample", ".template")))
    path = os.path.join(folder, name)
    return is_named and os.path.isfile(path) and not os.path.islink(path)

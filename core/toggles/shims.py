"""Shims: small files placed first on PATH, so that a person goes on typing the tool's name. Made, renewed and taken away here."""

from __future__ import annotations

import os
import re
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core import VERSION, paths
from core.errors import TelltaleError
from core.toggles import kept_start
from core.toggles.filechange import ConflictError, Edit, FileChanger, Purpose
from core.toggles.journal import Journal
from core.toggles.launch import profile_for, with_needs
from core.toggles.model import ChangeState
from core.toggles.profiles import profile_path
from core.toggles.program import find
from core.toggles.ready import facts_of, ready_path, write_ready
from core.toggles.shim_text import MARK, Place, shim, starter, windows_shim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.toggles.journal_entry import Entry
    from core.toggles.launch import LaunchProfile
    from core.toggles.model import Toggle
    from core.tools.model import Tool

PURPOSE: Final = "shims"
_MODE: Final = 0o700
_OPEN: Final = frozenset({ChangeState.APPLIED, ChangeState.VERIFIED, ChangeState.NOT_VERIFIED, ChangeState.CONFLICT})


class ShimError(TelltaleError):
    """Shims could not be made or taken away; the message says how things stand."""


@dataclass(frozen=True, slots=True)
class ShimStatus:
    """One command's shim: the tool, whether PATH reaches the shim first, what it stands before."""

    name: str
    tool: str
    is_first: bool
    stands_before: str


def shim_folder() -> Path:
    """Return the folder that stands first on PATH; it holds nothing but shims."""
    return paths.state_dir() / "shims"


def _starter_path() -> Path:
    return paths.state_dir() / "shims.d" / "start.py"


def place_of(tool: str) -> Place:
    """Return what a shim of this tool has to know of this machine."""
    return Place(
        str(shim_folder()),
        str(profile_path(tool)),
        sys.executable,
        str(_starter_path()),
        str(Path(__file__).resolve().parent.parent / "__init__.py"),
        kept_start.reader() if os.name == "posix" else None,
        str(kept_start.folder(tool)),
    )


def shell_files(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return the files whose shells a person uses: those that are there, and the one of the login shell."""
    home = Path.home()
    known = {"bash": home / ".bashrc", "zsh": home / ".zshrc", "fish": home / ".config/fish/config.fish"}
    own = known.get(Path(environ.get("SHELL", "")).name)
    found = [path for path in known.values() if path.is_file() or path == own]
    return tuple(found) or (home / ".profile",)


def path_line(file: Path) -> str:
    """Return the line that puts the shims first on PATH, in the language of that shell."""
    folder = shlex.quote(str(shim_folder()))
    if file.name == "config.fish":
        return f"set -gx PATH {folder} $PATH # Telltale's shims"
    return f'export PATH={folder}:"$PATH" # Telltale\'s shims'


def preview(commands: Mapping[str, str]) -> list[str]:
    """Return what installing would do, one line each: new files, and the line each shell's file would get."""
    lines = [f"new file  {paths.home_relative(str(shim_folder() / name))}  ({tool})" for name, tool in commands.items()]
    lines += [f"add line  {paths.home_relative(str(file))}: {path_line(file)}" for file in shell_files() if not _has_line(file)]
    return lines


def _has_line(file: Path) -> bool:
    return path_line(file).encode() in paths.read_private(file, 5 << 20).splitlines()


def commands_of(tools: Iterable[Tool], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the commands of these tools that PATH finds behind the shims: command -> tool."""
    path = environ.get("PATH", os.defpath)
    return {name: tool.id for tool in tools for name in tool.commands if find(name, path, but_not=(str(shim_folder()),))}


def install(commands: Mapping[str, str], tools: Mapping[str, Tool], toggles: Mapping[str, Toggle]) -> tuple[Entry, ...]:
    """Write the shims, then (through the journal) the line that puts their folder first on PATH; return the entries made."""
    if any(character in str(shim_folder()) for character in "\n\r:"):
        raise ShimError("The path of the home folder holds a colon or a line end, which no search path can name, so nothing was made.")
    try:
        return _install(commands, tools, toggles)
    except OSError as error:
        raise ShimError(
            f"The shims could not all be made ({error.strerror}); those that are there work, and `telltale shims remove` takes them away."
        ) from error


def _install(commands: Mapping[str, str], tools: Mapping[str, Tool], toggles: Mapping[str, Toggle]) -> tuple[Entry, ...]:
    paths.ensure_private(shim_folder())
    _write_starter()
    for name, tool in commands.items():
        _render(name, profile_for(tool, toggles), tools.get(tool), tool)
    if os.name != "posix":
        return ()
    journal = Journal(paths.state_dir() / "journal")
    with journal.locked():
        return _add_lines(FileChanger(journal, (Path.home(),), VERSION))


def _add_lines(changer: FileChanger) -> tuple[Entry, ...]:
    """Add the line to each shell's file; what cannot be done in one of them is told after all of them were tried."""
    made, failed = [], []
    for file in [file for file in shell_files() if not _has_line(file)]:
        try:
            made.append(changer.apply(file, Edit("lines", "put", (path_line(file),), 1), Purpose(PURPOSE, "")))
        except TelltaleError as error:
            failed.append(f"{paths.home_relative(str(file))} did not get its line, so there the tools start as before. {error}")
    if failed:
        raise ShimError(f"The shims are made and can be removed again. {' '.join(failed)}")
    return tuple(made)


def remove(names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Take shims away; with the last one also the line on PATH (through the journal). Return what was taken away."""
    try:
        return _remove(names)
    except OSError as error:
        raise ShimError(f"The shims could not all be taken away ({error.strerror}); try again, or delete their folder.") from error


def _remove(names: Iterable[str] | None) -> tuple[str, ...]:
    here = {item.name for item in _shims()}
    gone = tuple(sorted(here if names is None else here & set(names)))
    for name in gone:
        tool = _tool_of(shim_folder() / name)
        ready_path(tool).unlink(missing_ok=True)
        kept_start.forget(tool)
        (shim_folder() / name).unlink(missing_ok=True)
    if not _shims():
        gone += _take_line_away()
        _starter_path().unlink(missing_ok=True)
        for folder in (shim_folder(), _starter_path().parent):
            for left_over in folder.glob(".*.new"):  # of a making that was interrupted
                left_over.unlink(missing_ok=True)
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    return gone


def _take_line_away() -> tuple[str, ...]:
    """Take the line on PATH away, by the journal, and where its entry is gone because the line is ours; return what was taken away."""
    journal = Journal(paths.state_dir() / "journal")
    changer = FileChanger(journal, (Path.home(),), VERSION)
    before = [file for file in shell_files() if _has_line(file)]
    if not before and not journal.folder.is_dir():
        return ()
    with journal.locked():
        for entry in journal.entries():
            if entry.toggle == PURPOSE and entry.state in _OPEN:
                _undo_line(entry, changer)
        for file in [file for file in before if _has_line(file)]:
            dropped = changer.apply(file, Edit("lines", "drop", (path_line(file),)), Purpose(PURPOSE, ""))
            journal.save(replace(dropped, state=ChangeState.UNDONE, note="The line was Telltale's own; its entry in the journal was gone."))
    return tuple(f"the line in {paths.home_relative(str(file))}" for file in before if not _has_line(file))


def _undo_line(entry: Entry, changer: FileChanger) -> None:
    """Take a line away again; a file that is gone took its line along."""
    try:
        changer.undo(entry)
    except ConflictError:
        if Path(entry.path).is_file():
            raise
        changer.journal.save(replace(entry, state=ChangeState.UNDONE, note="Somebody else had removed the file."))


def status(environ: Mapping[str, str] = os.environ) -> tuple[ShimStatus, ...]:
    """Return every shim, whether typing its name reaches it, and which program it stands before."""
    path = environ.get("PATH", os.defpath)
    found = []
    for file in _shims():
        behind = find(file.name, path, but_not=(str(shim_folder()),))
        found.append(ShimStatus(file.name, _tool_of(file), find(file.name, path) == str(file), behind))
    return tuple(found)


def render_again(tool: str, profile: LaunchProfile, facts: Tool | None) -> None:
    """Write the tool's shims anew after its profile or Telltale changed; where there is none, none is made."""
    for file in _shims():
        if _tool_of(file) == tool:
            _render(file.name, profile, facts, tool)


def _shims() -> list[Path]:
    folder = shim_folder()
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [file for file in files if not file.name.startswith(".") and file.is_file() and MARK.encode() in paths.read_private(file, 400)]


def _tool_of(file: Path) -> str:
    text = paths.read_private(file).decode("utf-8", "replace")
    if found := re.search(r"^\"%TELLTALE_RUN%\" run --as (\S+) ", text, re.MULTILINE):
        return found[1]
    lines = [line for line in text.splitlines() if line.startswith("telltale_starter=")]
    try:
        return Path(shlex.split(lines[0])[1].partition("=")[2]).stem if lines else ""
    except (ValueError, IndexError):  # somebody wrote into it
        return ""


def _render(name: str, profile: LaunchProfile, facts: Tool | None, tool: str) -> None:
    """Write what a start needs first and the shim last: its time says how old both are."""
    whole = with_needs(profile, facts)
    if whole.needs_sandbox:
        write_ready(whole, facts_of(facts))
    _write_shim(name, tool, whole)


def _write_shim(name: str, tool: str, profile: LaunchProfile) -> None:
    if os.name == "nt":
        _write(shim_folder() / f"{name}.cmd", windows_shim(name, tool))
    else:
        _write(shim_folder() / name, shim(name, tool, profile, place_of(tool)))


def _write_starter() -> None:
    paths.ensure_private(_starter_path().parent)
    root = Path(__file__).resolve().parents[2]
    site = [folder for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))]
    _write(_starter_path(), starter([str(root), *site]))


def _write(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.new")
    temporary.write_text(text, encoding="utf-8", newline="")
    temporary.chmod(_MODE)
    temporary.replace(file)

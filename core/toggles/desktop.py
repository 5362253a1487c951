"""Menu entries that start a tool through Telltale: a copy of the system's entry in the person's own folder, with another command.

The person's own folder outranks the system's, so nothing of the system is touched. An entry that is already the person's own is
changed in no way: that is said instead.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core import VERSION, paths
from core.errors import TelltaleError
from core.toggles.edit_whole import WHOLE
from core.toggles.filechange import ConflictError, Edit, FileChanger, Purpose
from core.toggles.journal import Journal, new_id
from core.toggles.model import ChangeState
from core.toggles.registry import NotPossibleError
from core.toggles.reset import OPEN
from core.toggles.settings import FileKind, FileTarget

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.toggles.model import Change, ChangeSpec, Toggle
    from core.toggles.registry import Context
    from core.tools.model import Tool

KIND: Final = "desktop-launcher"
PURPOSE: Final = "menu-entry"
MARK: Final = "X-Telltale-Wraps"
_LARGEST: Final = 1 << 20
_EXEC: Final = re.compile(r"^(Exec\s*=\s*)(.*)$")
_RESERVED: Final = re.compile(r'([\\"`$])')


class EntryError(TelltaleError):
    """The menu entry was not wrapped; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One menu entry: its file name, the tool, where the wrapped copy lies, the entry it stands before."""

    name: str
    tool: str
    path: str
    original: str


def own_folder() -> Path:
    """Return the person's own folder of menu entries."""
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if data.startswith("/") else Path.home() / ".local/share") / "applications"


def system_folders(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return the folders of menu entries that are not the person's own, first one first."""
    listed = environ.get("XDG_DATA_DIRS", "") or "/usr/local/share:/usr/share"
    folders = [Path(item) / "applications" for item in listed.split(":") if item.startswith("/")]
    return tuple(
        dict.fromkeys((*folders, Path("/var/lib/flatpak/exports/share/applications"), Path("/var/lib/snapd/desktop/applications")))
    )


def entries_of(tool: Tool, folders: Iterable[Path] | None = None) -> tuple[Path, ...]:
    """Return the system's menu entries of a tool: by the ids its catalogue entry names."""
    ids = [name for finder in tool.finders if finder.kind == "desktop-entry" for name in finder.match.get("ids", ())]
    found: dict[str, Path] = {}
    for folder in system_folders() if folders is None else folders:
        for name in ids:
            file = folder / (name if name.endswith(".desktop") else f"{name}.desktop")
            if file.is_file() and file.name not in found:
                found[file.name] = file
    return tuple(found.values())


def wrap(original: Path, tool: str, journal: Journal | None = None) -> Path:
    """Write the wrapped copy into the person's own folder, through the journal, and return its path; an own entry is refused."""
    book = journal or Journal(paths.state_dir() / "journal")
    target = own_folder() / original.name
    edit = _edit(original, tool)
    with book.locked():
        if edit.make(b"") == paths.read_private(target, _LARGEST):
            return target
        _take_away(target, book)
        FileChanger(book, (own_folder(),), VERSION).apply(target, edit, Purpose(PURPOSE, tool, KIND, new_id()))
    return target


def _edit(original: Path, tool: str) -> Edit:
    """Return what makes the wrapped copy; raise where the person has an entry of that name."""
    target = own_folder() / original.name
    if target.exists() and MARK.encode() not in paths.read_private(target, _LARGEST):
        raise EntryError(f"You have a menu entry {original.name} of your own, so it was not changed; put `telltale run` into it by hand.")
    text = paths.read_private(original, _LARGEST).decode("utf-8", "replace")
    return Edit("whole", "put", WHOLE, wrapped_text(text, tool, launcher(), str(original)))


def _take_away(target: Path, journal: Journal) -> None:
    """Take a wrapped copy away: by its journal entry, or, for one that has none, because it bears our mark."""
    changer = FileChanger(journal, (own_folder(),), VERSION)
    for entry in reversed(journal.entries()):
        if entry.kind == KIND and entry.path == str(target) and entry.state in OPEN:
            try:
                changer.undo(entry)
            except ConflictError as error:
                if target.exists():
                    raise EntryError(
                        f"The menu entry {target.name} was changed by another program, so it was left; remove it by hand."
                    ) from error
                journal.save(replace(entry, state=ChangeState.UNDONE, note="Somebody else had removed it."))
    if MARK.encode() in paths.read_private(target, _LARGEST):
        target.unlink(missing_ok=True)


@dataclass(slots=True)
class DesktopKind(FileKind):
    """The kind `desktop-launcher`: a tool's menu entry starts it through Telltale; parameter: entry (its file name), else the first one."""

    name: str = KIND

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the new file in the person's own folder of menu entries, with its exact text."""
        facts = context.tools.get(tool)
        if facts is None:
            raise NotPossibleError("A menu entry belongs to one tool, so nothing was changed; choose the tool.")
        wanted = spec.parameters.get("entry", "")
        files = [file for file in entries_of(facts) if wanted in {"", file.name}]
        if not files:
            raise NotPossibleError(f"{facts.name} has no entry in the menu here, so there is nothing to change.")
        target = FileTarget(str(own_folder() / files[0].name), (own_folder(),), _edit(files[0], tool))
        return self.plan_file(target, toggle, tool)[0]


def launcher() -> tuple[str, ...]:
    """Return how a menu starts Telltale: the installed command, else this Python with Telltale's folder as its place."""
    import sys

    command = shutil.which("telltale")
    if command:
        return (command, "run")
    root = str(Path(__file__).resolve().parents[2])
    return (sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); from core.cli.main import main; sys.exit(main())", "run")


def wrapped_text(text: str, tool: str, start: Iterable[str], original: str) -> str:
    """Return an entry whose commands go through `start`; an entry that starts over D-Bus would go round it, so that is switched off."""
    before = " ".join(quoted(word) for word in (*start, "--quiet", "--as", tool))
    lines: list[str] = []
    group = ""
    for line in text.splitlines():
        group = line.strip() if line.startswith("[") else group
        found = _EXEC.match(line)
        is_entry = group == "[Desktop Entry]" or group.startswith("[Desktop Action ")
        if found and is_entry:
            lines.append(f"{found.group(1)}{before} {found.group(2)}")
        elif re.match(r"^(DBusActivatable|TryExec)\s*=", line) and line.startswith("DBus"):
            lines.append("DBusActivatable=false")
        else:
            lines.append(line)
        if line.strip() == "[Desktop Entry]":
            lines.append(f"{MARK}={original}")
    if not any(line.startswith(MARK) for line in lines) or not any(before in line for line in lines):
        raise EntryError("The menu entry has no command, so it was not wrapped.")
    return "\n".join(lines) + "\n"


def quoted(word: str) -> str:
    """Return a word as menu entries want it: in double quotes where needed, field codes doubled."""
    word = word.replace("%", "%%")
    if re.fullmatch(r"[\w./:=@+,%-]+", word):
        return word
    return '"' + _RESERVED.sub(r"\\\\\1", word).replace("\n", "\\n") + '"'


def wrapped_entries() -> tuple[Wrapped, ...]:
    """Return the entries that are wrapped now."""
    return tuple(_wrapped())


def _wrapped() -> Iterator[Wrapped]:
    folder = own_folder()
    for file in sorted(folder.glob("*.desktop")) if folder.is_dir() else []:
        text = paths.read_private(file, _LARGEST).decode("utf-8", "replace")
        if found := re.search(rf"^{MARK}=(.*)$", text, re.MULTILINE):
            yield Wrapped(file.name, _tool_in(text), str(file), found.group(1))


def _tool_in(text: str) -> str:
    for line in text.splitlines():
        if found := _EXEC.match(line):
            try:
                words = shlex.split(found.group(2).replace("\\\\", "\\"))
                return words[words.index("--as") + 1]
            except (ValueError, IndexError):  # somebody wrote into it
                return ""
    return ""


def unwrap(names: Iterable[str] | None = None, journal: Journal | None = None) -> tuple[str, ...]:
    """Take wrapped copies away, so that the system's entries are in force again; return their names."""
    book = journal or Journal(paths.state_dir() / "journal")
    wanted = None if names is None else set(names)
    gone = [entry for entry in wrapped_entries() if wanted is None or entry.name in wanted or entry.tool in wanted]
    if gone:
        with book.locked():
            for entry in gone:
                _take_away(Path(entry.path), book)
    return tuple(entry.name for entry in gone)

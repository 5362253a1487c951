"""Menu entries that start a tool through Telltale: a copy of the system's entry in the person's own folder, with another command.

The person's own folder outranks the system's, so nothing of the system is touched. An entry that is already the person's own is
changed in no way: that is said instead.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core import paths
from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.tools.model import Tool

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


def wrap(original: Path, tool: str) -> Path:
    """Write the wrapped copy into the person's own folder and return its path; an entry of the person's own is refused."""
    target = own_folder() / original.name
    if target.exists() and MARK.encode() not in paths.read_private(target, _LARGEST):
        raise EntryError(f"You have a menu entry {original.name} of your own, so it was not changed; put `telltale run` into it by hand.")
    text = paths.read_private(original, _LARGEST).decode("utf-8", "replace")
    new = wrapped_text(text, tool, launcher(), str(original))
    target.parent.mkdir(parents=True, exist_ok=True)
    spare = target.with_name(f".{target.name}.new")
    spare.write_text(new, encoding="utf-8", newline="")
    spare.chmod(0o644)
    spare.replace(target)
    return target


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
            words = shlex.split(found.group(2).replace("\\\\", "\\"))
            return words[words.index("--as") + 1] if "--as" in words else ""
    return ""


def unwrap(names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Take wrapped copies away, so that the system's entries are in force again; return their names."""
    wanted = None if names is None else set(names)
    gone = [entry for entry in wrapped_entries() if wanted is None or entry.name in wanted or entry.tool in wanted]
    for entry in gone:
        Path(entry.path).unlink(missing_ok=True)
    return tuple(entry.name for entry in gone)

"""What setting up shims would make, making it, how it stands and taking it away: shared by the command line and the window."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import TelltaleError
from core.paths import home_relative
from core.toggles import desktop, shims
from core.toggles.reach import at_shims

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.toggles.model import Toggle
    from core.tools.model import Tool


@dataclass(frozen=True, slots=True)
class ShimsPlan:
    """What would be made: the commands with their tools, the menu entries, and both as lines; what the display still shows."""

    commands: Mapping[str, str]
    entries: tuple[tuple[str, Path], ...]
    lines: tuple[str, ...]
    display: tuple[str, ...]

    @property
    def masked_lines(self) -> tuple[str, ...]:
        """The lines as the window shows them: the home folder, and so the person's name, as `~`."""
        home = str(Path.home())
        quoted = shlex.quote(home).strip("'")
        return tuple(line.replace(home, "~").replace(quoted, "~") for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether none of the tools is here."""
        return not self.commands and not self.entries


@dataclass(frozen=True, slots=True)
class ShimsState:
    """How it stands: every shim, every wrapped menu entry, what the display still shows."""

    found: tuple[shims.ShimStatus, ...]
    entries: tuple[desktop.Wrapped, ...]
    display: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenAway:
    """What was taken away, and a sentence for each part that could not be."""

    gone: tuple[str, ...]
    problems: tuple[str, ...]


def typed_tools(tools: Mapping[str, Tool]) -> list[Tool]:
    """Return the tools that are started by typing a name."""
    return [tool for tool in tools.values() if "cli" in tool.kinds]


def plan(chosen: Iterable[Tool], toggles: Mapping[str, Toggle]) -> ShimsPlan:
    """Return what would be made for these tools; nothing is made."""
    tools = list(chosen)
    commands = shims.commands_of(tools)
    entries = tuple((tool.id, file) for tool in tools for file in desktop.entries_of(tool))
    lines = shims.preview(commands)
    lines += [f"new file  {home_relative(str(desktop.own_folder() / file.name))}  (menu entry of {tool})" for tool, file in entries]
    return ShimsPlan(commands, entries, tuple(lines), tuple(at_shims((tool.id for tool in tools), toggles)))


def carry_out(agreed: ShimsPlan, tools: Mapping[str, Tool], toggles: Mapping[str, Toggle]) -> tuple[str, ...]:
    """Make what was agreed to; return a sentence for each part that could not be made; raise where nothing was made."""
    problems = []
    try:
        shims.install(agreed.commands, tools, toggles)
    except TelltaleError as error:
        if not shims.status():
            raise
        problems.append(str(error))
    for tool, file in agreed.entries:
        try:
            desktop.wrap(file, tool)
        except (TelltaleError, OSError) as error:
            problems.append(_of_entry(file.name, error))
    return tuple(problems)


def state(toggles: Mapping[str, Toggle]) -> ShimsState:
    """Return how it stands now."""
    found, entries = shims.status(), desktop.wrapped_entries()
    tools = [*(item.tool for item in found), *(entry.tool for entry in entries)]
    return ShimsState(found, entries, tuple(at_shims(tools, toggles)) if tools else ())


def take_away(names: Iterable[str] | None = None, tools: Iterable[str] | None = None) -> TakenAway:
    """Take shims and wrapped menu entries away, these or all; what fails in one part keeps no other from being taken away."""
    gone: tuple[str, ...] = ()
    problems = []
    try:
        gone = shims.remove(names)
    except TelltaleError as error:
        problems.append(str(error))
    wanted = None if tools is None else set(tools)
    for entry in desktop.wrapped_entries():
        if wanted is None or wanted & {entry.name, entry.tool}:
            try:
                gone += desktop.unwrap((entry.name,))
            except (TelltaleError, OSError) as error:
                problems.append(_of_entry(entry.name, error))
    return TakenAway(gone, tuple(problems))


def _of_entry(name: str, error: Exception) -> str:
    """Return why a menu entry stayed as it was, with its name."""
    text = str(error) if isinstance(error, TelltaleError) else f"It cannot be written ({getattr(error, 'strerror', '')})."
    return text if name in text else f"The menu entry {name} stayed as it was. {text}"

"""Where a settings file really is on this machine, and whether it is one of the tool's own places."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.toggles.registry import NotPossibleError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.toggles.model import Toggle
    from core.toggles.registry import Context
    from core.tools.model import Tool

_VARIABLE: Final = re.compile(r"%([A-Za-z_()0-9]+)%|\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
_DEFAULTS: Final = {"XDG_CONFIG_HOME": "~/.config", "XDG_DATA_HOME": "~/.local/share", "XDG_STATE_HOME": "~/.local/state"}
_OPEN: Final = re.compile(r"<(?!project>)[^>]+>|\*")

_SYSTEM: Final = tuple(map(Path, ("/etc", "/usr", "/bin", "/sbin", "/lib", "/boot", "/proc", "/sys", "/dev", "/run", "/var/lib", "/opt")))
PROJECT: Final = "<project>"
FORMATS: Final = {
    ".json": "jsonc",
    ".jsonc": "jsonc",
    ".json5": "jsonc",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".ini": "ini",
    ".cfg": "ini",
    ".env": "env",
    ".npmrc": "npmrc",
    ".gitconfig": "gitconfig",
}


class ProjectNeededError(NotPossibleError):
    """The setting belongs to a project, and no folder was chosen."""


def format_of(place: str) -> str:
    """Return the format of a settings file by the end of its name, or an empty text."""
    name = re.split(r"[/\\]", place)[-1].lower()
    return next((kind for ending, kind in FORMATS.items() if name.endswith(ending)), "")


def expand(place: str, host: Host, project: str = "") -> str:
    """Return a catalogue place as a path here; raise `NotPossibleError` where a part of it is not known."""
    if _OPEN.search(place):
        raise NotPossibleError("The place of this setting varies, so Telltale does not change it; change it by hand.")
    if PROJECT in place:
        if not project:
            raise ProjectNeededError("This setting belongs to a project, so nothing was changed; choose the project's folder first.")
        place = place.replace(PROJECT, project)
    full = _VARIABLE.sub(lambda found: _value(host, found.group(1) or found.group(2)), place)
    if full == "~" or full.startswith(("~/", "~\\")):
        full = _home(host) + full[1:]
    return full


def needs_project(toggle: Toggle) -> bool:
    """Return whether a toggle writes into a project's folder, which the person has to choose."""
    return any(PROJECT in spec.parameters.get("place", "") for spec in toggle.changes)


def project_of(place: str, context: Context) -> dict[str, str]:
    """Return what a change remembers of the chosen folder: nothing if its file lies elsewhere."""
    return {"project": context.project} if PROJECT in place else {}


def check_project(folder: str, host: Host, own: Iterable[Path] = ()) -> str:
    """Return the full path of a chosen project folder; raise where nothing may be written: not the person's, the system's, or a home."""
    try:
        real = Path(folder).expanduser().resolve(strict=True)
        facts = real.stat()
    except (OSError, RuntimeError) as error:
        raise NotPossibleError("The project's folder cannot be opened, so nothing was changed; choose another one.") from error
    home = Path(_home(host)).resolve()
    if not stat.S_ISDIR(facts.st_mode):
        raise NotPossibleError("The project is not a folder, so nothing was changed; choose the folder that holds it.")
    if os.name == "posix" and facts.st_uid != os.geteuid():
        raise NotPossibleError("The project's folder belongs to another user, so nothing was changed; choose one of your own.")
    if real == home or real in home.parents or any(real == item or item in real.parents for item in _SYSTEM):
        raise NotPossibleError("This is a home folder or one of the system's, so nothing was changed; choose a project's own folder.")
    in_home = real.relative_to(home).parts if home in real.parents else ()
    if (in_home and in_home[0].startswith(".")) or any(real == item or item in real.parents for item in own):
        raise NotPossibleError("This folder holds settings of programs, so nothing was changed; choose a project's own folder.")
    return str(real)


def _home(host: Host) -> str:
    try:
        return host.home
    except HostError as error:
        raise NotPossibleError("There is no home folder here, so nothing was changed.") from error


def _value(host: Host, name: str) -> str:
    value = host.env(name)
    if value:
        return value
    if name in _DEFAULTS:
        return _home(host) + _DEFAULTS[name][1:]
    raise NotPossibleError(f"The variable {name} that names the place of this setting is not set, so nothing was changed.")


def roots(context: Context) -> tuple[Path, ...]:
    """Return the folders a target must really lie in after its links are followed: the home folder and the chosen project."""
    found = [Path(_home(context.host))]
    if context.project:
        found.append(Path(context.project))
    return tuple(found)


def settings_places(context: Context, tool: Tool) -> tuple[str, ...]:
    """Return the paths of all settings files of a tool that can be named here, in the catalogue's order."""
    found: list[str] = []
    for place in tool.places:
        if place.what == "settings" and context.host.system in place.systems:
            path = _quietly(place.path, context)
            if path and path not in found:
                found.append(path)
    return tuple(found)


def _quietly(place: str, context: Context) -> str:
    try:
        return expand(place, context.host, context.project)
    except NotPossibleError:
        return ""


def check_known(path: str, context: Context, tool: Tool) -> None:
    """Refuse a path that is none of the tool's places: its settings, what its opt-outs and ignore files name."""
    wanted = Path(path)
    named = [place.path for place in tool.places if place.what in {"settings", "state"} and context.host.system in place.systems]
    named += [opt_out.place for opt_out in tool.opt_outs if opt_out.place]
    known = [Path(place) for place in (_quietly(item, context) for item in named) if place]
    if wanted in known or any(place in wanted.parents for place in known):
        return
    if context.project and wanted.parent == Path(context.project) and any(wanted.name in text for text in tool.ignore_files):
        return
    raise NotPossibleError(f"The file is none of the places {tool.name} is known to use, so nothing was changed; change it by hand.")


def full_place(place: str, context: Context, tool: Tool) -> str:
    """Return the path of a place; one that is not a full path (`User/settings.json`) is looked for among the tool's places."""
    if place.startswith(("~", "/", "$", "%", "<project>")) or place[1:2] == ":":
        return expand(place, context.host, context.project)
    ending = re.split(r"[/\\]", place)
    for path in settings_places(context, tool):
        if re.split(r"[/\\]", path)[-len(ending) :] == ending:
            return path
    raise NotPossibleError(f"Where {tool.name} keeps this setting is not known on this system, so nothing was changed.")

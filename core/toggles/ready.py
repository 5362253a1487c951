"""A start made ready when a choice is made: the profile and what the sandbox needs of the tool's facts, in one small JSON file.

A shim starts from it without reading the catalogue, which takes longer than the sandbox itself. It holds no secret and no
value of the environment; a shim that finds the choice or Telltale newer takes the long way and writes it anew.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.toggles.launch import LaunchProfile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.tools.model import Tool

FORMAT: Final = 1
_LISTS: Final = ("environment_unset", "keep_only", "toggles", "extra_read", "extra_write", "local_ports")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a start needs of a tool: its id, its commands, its own places."""

    id: str
    commands: tuple[str, ...] = ()
    own_places: tuple[str, ...] = ()


def facts_of(tool: Tool | None) -> Facts | None:
    """Return what a start needs of a tool's catalogue entry."""
    if tool is None:
        return None
    from core.model import System  # a rendered start does without

    here = System.MACOS if sys.platform == "darwin" else System.LINUX
    return Facts(tool.id, tool.commands, tuple(place.path for place in tool.places if here in place.systems))


def ready_path(tool: str) -> Path:
    """Return where a tool's rendered start is kept."""
    return paths.state_dir() / "shims.d" / f"{tool}.json"


def write_ready(profile: LaunchProfile, facts: Facts | None) -> bool:
    """Keep a rendered start; the profile must already hold what the tool itself needs."""
    document = {
        "format": FORMAT,
        "tool": profile.tool,
        "set": dict(profile.environment_set),
        "parts": sorted(profile.parts),
        **{name: list(getattr(profile, name)) for name in _LISTS},
        "commands": list(facts.commands) if facts else [],
        "own_places": list(facts.own_places) if facts else [],
    }
    return paths.write_private(ready_path(profile.tool), json.dumps(document).encode("ascii"))


def read_ready(tool: str) -> tuple[LaunchProfile, Facts] | None:
    """Return a rendered start, or None if there is none of this form."""
    try:
        document: Mapping[str, Any] = json.loads(paths.read_private(ready_path(tool)))
        if document["format"] != FORMAT or document["tool"] != tool:
            return None
        lists = {name: tuple(document[name]) for name in _LISTS}
        profile = LaunchProfile(tool, environment_set=document["set"], parts=frozenset(document["parts"]), **lists)
        return profile, Facts(tool, tuple(document["commands"]), tuple(document["own_places"]))
    except (ValueError, KeyError, TypeError):
        return None

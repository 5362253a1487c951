"""What a comparison varies and how each tool is started for it: read from data."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.errors import TelltaleError
from core.toggles.program import find
from core.toggles.shims import shim_folder
from core.watch.compare import Dimension
from core.watch.compare_room import ORDINARY, Names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PORT: Final = 8399
_NAMES: Final = ("time-zone", "base-url", "locale", "proxy", "host-name")


class CannotCompareError(TelltaleError):
    """The comparison could not be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a tool is started without a window; `{base}` in arguments, environment and files is the API address.

    `files` are made in the throw-away home. `hosts` are the vendor's own that are answered too, because the tool takes no
    other address. `copies` are programs of the tool found on this computer, for where its command is not on PATH.
    `names` is what the person and the machine are called.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    names: Names = ORDINARY


def variations() -> dict[str, Any]:
    """Read the data file of what is varied and how tools are started."""
    return tomllib.loads((paths.resource_root() / "catalogue" / "variations.toml").read_text(encoding="ascii"))


def dimensions(names: Sequence[str] = ()) -> tuple[Dimension, ...]:
    """Return the things to vary, all of them if none is named."""
    data = variations()
    unknown = [name for name in names if name not in _NAMES]
    if unknown:
        raise CannotCompareError(f"{unknown[0]!a} cannot be varied; choose from {', '.join(_NAMES)}. Nothing was run.")
    return tuple(
        Dimension(name, data[name]["title"], data[name]["values"][0], tuple(data[name]["values"][1:]) if name in (names or _NAMES) else ())
        for name in _NAMES
    )


def start_of(tool: str, command: Sequence[str] = (), base_url_env: Sequence[str] = ()) -> Start:
    """Return how to start a tool: by the data file, with another program or command where one is given."""
    data = variations()
    known = data["tools"].get(tool)
    environment = dict(known["environment"]) if known else {}
    environment.update(dict.fromkeys(base_url_env, "{base}"))
    files, hosts = (known.get("files", {}), tuple(known.get("hosts", ()))) if known else ({}, ())
    if command:
        return Start(tuple(command), environment, files, hosts)
    if not known:
        raise CannotCompareError(
            f"Telltale does not know how to start {tool!a} without a window. Give its command with --start; nothing was run."
        )
    return Start(tuple(part.replace("{prompt}", data["prompt"]) for part in known["command"]), environment, files, hosts)


def program_of(start: Start) -> str:
    """Return the program that is started, not through Telltale's own starters; else that of a copy found elsewhere, or nothing."""
    command = start.command[0]
    found = find(command, os.environ.get("PATH", os.defpath), but_not=[str(shim_folder())])
    return found or next((path for path in start.copies if Path(path).name == command and find(path, "")), "")


def all_hosts(varied: Sequence[Dimension]) -> list[str]:
    """Return every invented host that a comparison may use."""
    return [host for item in varied if item.name in {"base-url", "proxy"} for host in (item.plain, *item.others) if host]

"""Settings that belong to the system and are read and written by its own commands: how each command is asked and told.

gsettings, timedatectl, hostnamectl: tried on Linux. defaults (macOS), reg and tzutil (Windows): written from their documents
and tested on recorded answers only.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.host.base import Output
from core.model import System
from core.toggles.target import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Run = Callable[[Sequence[str]], Output]

_MEMORY: Final = "GSETTINGS_BACKEND=memory"
_WAIT_S: Final = 20.0
_ASKING_WAIT_S: Final = 180.0


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of one program: `name` is its address there (schema and key, domain and key, registry key and value)."""

    program: str
    name: tuple[str, ...]
    type: str = "string"


def run(argv: Sequence[str]) -> Output:
    """Run a command of the system without a shell, in the C locale; a leading `NAME=value` sets a variable for it alone."""
    words = [*argv]
    environment = {**os.environ, "LC_ALL": "C"}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    wait = _ASKING_WAIT_S if words[0] == "pkexec" else _WAIT_S
    try:
        done = subprocess.run(
            words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=wait, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Output(127, "", type(error).__name__)
    return Output(done.returncode, done.stdout, done.stderr)


def read(setting: Setting, ask: Run) -> str | None:
    """Return the setting's value as the command prints it, None if it is not set; raise `RefusedError` if it cannot be asked."""
    return _PROGRAMS[setting.program].read(setting, ask)


def write_argv(setting: Setting, value: str | None) -> tuple[str, ...]:
    """Return the command that sets the value, or takes the setting away for None."""
    return _PROGRAMS[setting.program].write(setting, value)


def needs_password(setting: Setting) -> bool:
    """Return whether the system asks for an administrator before it makes the change."""
    return _PROGRAMS[setting.program].asks


def systems(program: str) -> tuple[System, ...]:
    """Return where a program exists; none for one Telltale does not know."""
    found = _PROGRAMS.get(program)
    return (found.system,) if found else ()


def command(program: str) -> str:
    """Return the name of the command that must be there."""
    return _PROGRAMS[program].command


def _asked(ask: Run, argv: Sequence[str]) -> Output:
    out = ask(argv)
    if out.code == 127:
        raise RefusedError(f"The command {argv[-1] if '=' in argv[0] else argv[0]} does not answer, so nothing was changed.")
    return out


def _gsettings_read(setting: Setting, ask: Run) -> str | None:
    now = _asked(ask, ("gsettings", "get", *setting.name))
    if now.code != 0:
        raise RefusedError("This desktop does not know the setting, so nothing was changed.")
    standard = ask((_MEMORY, "gsettings", "get", *setting.name))  # a store without anybody's values shows the standard value
    value = now.out.strip()
    return None if standard.code == 0 and standard.out.strip() == value else value


def _gsettings_write(setting: Setting, value: str | None) -> tuple[str, ...]:
    return ("gsettings", "reset", *setting.name) if value is None else ("gsettings", "set", *setting.name, value)


def _defaults_read(setting: Setting, ask: Run) -> str | None:
    out = _asked(ask, ("defaults", "read", *setting.name))
    return out.out.strip() if out.code == 0 else None


def _defaults_write(setting: Setting, value: str | None) -> tuple[str, ...]:
    if value is None:
        return ("defaults", "delete", *setting.name)
    return ("defaults", "write", *setting.name, f"-{setting.type}", value)


def _reg_read(setting: Setting, ask: Run) -> str | None:
    key, name = setting.name
    out = _asked(ask, ("reg", "query", key, "/v", name))
    found = re.search(rf"^\s+{re.escape(name)}\s+REG_\w+\s+(.*)$", out.out, re.MULTILINE)
    return found.group(1).strip() if out.code == 0 and found else None


def _reg_write(setting: Setting, value: str | None) -> tuple[str, ...]:
    key, name = setting.name
    if value is None:
        return ("reg", "delete", key, "/v", name, "/f")
    return ("reg", "add", key, "/v", name, "/t", setting.type, "/d", value, "/f")


def _line_read(*argv: str) -> Callable[[Setting, Run], str | None]:
    def read_line(_setting: Setting, ask: Run) -> str | None:
        out = _asked(ask, argv)
        if out.code != 0:
            raise RefusedError(f"The command {argv[0]} could not tell the present value, so nothing was changed.")
        return out.out.strip() or None

    return read_line


def _line_write(*argv: str) -> Callable[[Setting, str | None], tuple[str, ...]]:
    return lambda _setting, value: (*argv, value or "")


@dataclass(frozen=True, slots=True)
class _Program:
    system: System
    command: str
    read: Callable[[Setting, Run], str | None]
    write: Callable[[Setting, str | None], tuple[str, ...]]
    asks: bool = False


_PROGRAMS: Final[Mapping[str, _Program]] = {
    "gsettings": _Program(System.LINUX, "gsettings", _gsettings_read, _gsettings_write),
    "defaults": _Program(System.MACOS, "defaults", _defaults_read, _defaults_write),
    "reg": _Program(System.WINDOWS, "reg", _reg_read, _reg_write),
    "timedatectl": _Program(
        System.LINUX,
        "timedatectl",
        _line_read("timedatectl", "show", "-p", "Timezone", "--value"),
        _line_write("pkexec", "timedatectl", "set-timezone"),
        asks=True,
    ),
    "hostnamectl": _Program(
        System.LINUX, "hostnamectl", _line_read("hostnamectl", "--static"), _line_write("pkexec", "hostnamectl", "set-hostname"), asks=True
    ),
    "tzutil": _Program(System.WINDOWS, "tzutil", _line_read("tzutil", "/g"), _line_write("tzutil", "/s"), asks=False),
}

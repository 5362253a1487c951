"""Kinds of change: what each must offer, and which module holds which kind. Data names kinds; it cannot bring its own.

A kind plans without changing anything, changes only through the journal, and reads again what it changed. Kinds keep no
state: everything a change needs stands in the `Change` (before it is made) and in the journal entry (afterwards).

A launch profile is one TOML file per tool in Telltale's configuration folder (`core.toggles.profiles`); the kinds
`launch-environment` and `launch-sandbox` enter the toggle's id in its lists, and the launcher reads the toggles' parameters
from the catalogue when the tool starts, so that a corrected toggle takes effect at the next start.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.host.base import Host
    from core.toggles.journal import Journal
    from core.toggles.journal_entry import Entry
    from core.toggles.model import Change, ChangeSpec, Toggle
    from core.tools.model import Tool

# kind -> module and class that hold it; modules are loaded when their kind is first asked for
HOMES: Final[Mapping[str, tuple[str, str]]] = {
    "launch-environment": ("core.toggles.profiles", "LaunchEnvironmentKind"),
    "launch-sandbox": ("core.toggles.profiles", "LaunchSandboxKind"),
    "settings-key": ("core.toggles.settings", "SettingsKind"),
    "ignore-entry": ("core.toggles.ignore", "IgnoreKind"),
    "user-setting": ("core.toggles.usersetting", "UserSettingKind"),
    "system-setting": ("core.toggles.systemsetting", "SystemSettingKind"),
    "desktop-launcher": ("core.toggles.desktop", "DesktopKind"),
    "vendor-account": ("core.toggles.advice", "VendorAccountKind"),
    "by-hand": ("core.toggles.advice", "ByHandKind"),
}

# What a sandboxed launch can hide, one name each; toggles name these as `part`, the launcher knows how.
SANDBOX_PARTS: Final[Mapping[str, str]] = {
    "zone": "a private /etc whose localtime link and timezone file say UTC",
    "machine-id": "one constant machine id in both files",
    "hostname": "a host name of its own, in the kernel's view and in /etc",
    "hosts": "a hosts file with nothing but loopback and a resolver file without search domain",
    "accounts": "an account database with one neutral user, one user and one group number",
    "home": "an empty home at /home/user that holds the tool's own folders only",
    "tool-home": "an empty folder also where the tool keeps its own data, so that it begins anew",
    "project": "the project folder at /project",
    "history": "the project without its .git folder",
    "remotes": "a git configuration of the project without remotes",
    "dotenv": "an empty file over each .env file of the project",
    "bus": "no session or system bus",
    "runtime": "no /run",
    "display": "no display socket (an X11 display's abstract socket also needs the private network)",
    "devices": "no /sys and a /dev without disks, cameras and graphics",
    "processes": "process numbers of its own",
    "mounts": "only the mounts that were given",
    "packages": "an empty /var and no lists of installed programs",
    "certificates": "the distribution's certificates only",
    "fonts": "the distribution's fonts only",
    "network": "a private network with fixed addresses and no neighbours",
}


class NotPossibleError(TelltaleError):
    """A change is not possible here or not allowed; the message says why, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a kind may use while it plans: eyes, the tools' facts, Telltale's own folder, and the project folder a person chose."""

    host: Host
    tools: Mapping[str, Tool]
    config: Path
    project: str = ""


class ChangeKind(Protocol):
    """One built-in kind of change."""

    name: str

    def possible(self, host: Host, spec: ChangeSpec) -> str | None:
        """Return why this step cannot be made on this machine, as a sentence, or None if it can."""
        ...

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return what would be done, without doing it; raise `NotPossibleError` (or another `TelltaleError`) if it may not."""
        ...

    def apply(self, change: Change, journal: Journal) -> Entry:
        """Make the planned change through the journal; raise without having changed anything."""
        ...

    def verify(self, change: Change) -> bool | None:
        """Read again what the target holds: True if the change is in effect, None if that cannot be told."""
        ...

    def undo(self, change: Change, journal: Journal) -> Entry:
        """Take the journal entry with the change's id back; raise if somebody else changed the same thing since."""
        ...

    def recover(self, journal: Journal) -> tuple[Entry, ...]:
        """Settle entries of this kind which a crash left open."""
        ...


@cache
def kind(name: str) -> ChangeKind:
    """Return a kind by its name; raise `NotPossibleError` for one that is not built in."""
    if name not in HOMES:
        raise NotPossibleError(f"There is no kind of change called {name!r}, so nothing was changed; update Telltale.")
    module, what = HOMES[name]
    made: ChangeKind = getattr(importlib.import_module(module), what)()
    return made


def kinds() -> tuple[ChangeKind, ...]:
    """Return every kind there is."""
    return tuple(kind(name) for name in HOMES)

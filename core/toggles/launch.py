"""What a tool starts with: the environment and the sandbox that its chosen toggles add up to.

A profile is put together when a tool starts: the tool's file (`core.toggles.profiles`) lists toggles, the catalogue says
what each sets, leaves out or hides. Values are uniform or absent; nothing here forges a place.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from core.toggles.model import Toggle
    from core.toggles.profiles import ProfileFile
    from core.tools.model import Tool

_HERE: Final = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
NETWORK: Final = "network"
TIGHTENED: Final = {"PATH", "HOME", "TERM", "SHELL", "LANG", "USER", "LOGNAME"}  # an allow-list never drops these


class LaunchError(TelltaleError):
    """The tool was not started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LaunchProfile:
    """Everything a launch changes: variables set and left out, an allow-list (empty: all), sandbox parts, folders shared on top."""

    tool: str
    environment_set: Mapping[str, str] = field(default_factory=dict)
    environment_unset: tuple[str, ...] = ()
    keep_only: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    toggles: tuple[str, ...] = ()
    extra_read: tuple[str, ...] = ()
    extra_write: tuple[str, ...] = ()
    local_ports: tuple[int, ...] = ()

    @property
    def private_network(self) -> bool:
        """Whether the tool gets a network of its own."""
        return NETWORK in self.parts

    @property
    def is_plain(self) -> bool:
        """Whether the tool starts as it would without Telltale."""
        return not (self.environment_set or self.environment_unset or self.keep_only or self.parts)

    @property
    def needs_sandbox(self) -> bool:
        """Whether the launch needs more than an environment."""
        return bool(self.parts)


def profile_of(tool: str, toggles: Iterable[Toggle], listed: ProfileFile | None = None, system: str = _HERE) -> LaunchProfile:
    """Add up toggles; with `listed`, only the steps which the tool's file lists. Two toggles that disagree are refused."""
    from core.toggles.profiles import launch_steps  # with all editors behind it: a rendered start does without

    setting: dict[str, str] = {}
    names: dict[str, dict[str, None]] = {"unset": {}, "keep_only": {}, "part": {}, "toggle": {}}
    for toggle in toggles:
        for spec in toggle.changes:
            enabled = {"launch-environment": listed and listed.environment, "launch-sandbox": listed and listed.sandbox}
            if spec.kind not in enabled or system not in spec.systems or (listed and toggle.id not in (enabled[spec.kind] or ())):
                continue
            adds, _ = launch_steps(spec)
            _agree(setting, adds, toggle.id)
            setting.update(adds)
            for name in ("unset", "keep_only", "part"):
                names[name].update(dict.fromkeys(line for line in spec.parameters.get(name, "").split("\n") if line))
            names["toggle"][toggle.id] = None
    lists = {name: tuple(found) for name, found in names.items()}
    return LaunchProfile(tool, setting, lists["unset"], lists["keep_only"], frozenset(lists["part"]), lists["toggle"])


def _agree(setting: Mapping[str, str], adds: Mapping[str, str], toggle: str) -> None:
    for name, value in adds.items():
        if setting.get(name, value) != value:
            raise LaunchError(f"Two of the chosen toggles set {name} to different values, so nothing was started; switch {toggle} off.")


def profile_for(tool: str, toggles: Mapping[str, Toggle], config: Path | None = None) -> LaunchProfile:
    """Return what the tool's own file asks for; toggles it names that the catalogue no longer has are left out."""
    from core.toggles.profiles import read_profile

    listed = read_profile(tool, config)
    names = dict.fromkeys((*listed.environment, *listed.sandbox))
    return profile_of(tool, [toggles[name] for name in names if name in toggles], listed)


def with_needs(profile: LaunchProfile, tool: Tool | None) -> LaunchProfile:
    """Return the profile with an allow-list that also keeps what the tool itself reads: its keys, its server, its switches."""
    if not profile.keep_only or tool is None:
        return profile
    named = [*tool.base_url_env, *tool.proxy_env, *tool.ca_env, *(item.key for item in tool.opt_outs if item.kind == "environment")]
    words = {name.partition("_")[0] for name in tool.base_url_env} | {
        re.split(r"\W", text)[0].upper() for text in (tool.vendor, *tool.commands)
    }
    return replace(profile, keep_only=(*profile.keep_only, *named, *(f"{word}_*" for word in sorted(words) if len(word) > 2)))


def hiding(signals: Iterable[str], toggles: Iterable[Toggle], tool: str) -> tuple[list[Toggle], list[str]]:
    """Return the launch toggles for these signals (a toggle's own id counts too) and the names that none answers to."""
    found: list[Toggle] = []
    unknown: list[str] = []
    usable = [toggle for toggle in toggles if (not toggle.tools or tool in toggle.tools) and _is_launch(toggle)]
    for signal in signals:
        hits = [item for item in usable if item.id == signal] or [item for item in usable if signal in item.hides and not item.tools]
        found += [item for item in hits if item not in found]
        unknown += [] if hits else [signal]
    return found, unknown


def _is_launch(toggle: Toggle) -> bool:
    return any(spec.kind.startswith("launch-") for spec in toggle.changes) and toggle.works != "no-effect"


def build_environment(profile: LaunchProfile, base: Mapping[str, str]) -> dict[str, str]:
    """Return the tool's environment: what the allow-list keeps of `base`, without what is left out, with what is set."""
    kept = {name: value for name, value in base.items() if not profile.keep_only or _matches(name, profile.keep_only)}
    if profile.keep_only:
        kept.update((name, base[name]) for name in TIGHTENED & base.keys())
    left = {name: value for name, value in kept.items() if not _matches(name, profile.environment_unset)}
    return {**left, **profile.environment_set}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)

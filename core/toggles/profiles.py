"""Launch profiles: which toggles a tool starts with, one small TOML file per tool, changed through the journal like any other.

    tool = "claude-code"
    environment = ["time-zone", "locale"]     # toggles whose `launch-environment` steps apply
    sandbox = ["time-zone"]                   # toggles whose `launch-sandbox` steps apply

The launcher reads it with `read_profile` when a tool starts and asks the catalogue what each toggle sets, unsets or hides.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from core.model import System
from core.paths import config_dir, read_private
from core.toggles import permissions, seatbelt
from core.toggles.filechange import Edit
from core.toggles.registry import SANDBOX_PARTS, Context, NotPossibleError
from core.toggles.settings import FileKind, FileTarget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.host.base import Host
    from core.toggles.model import Change, ChangeSpec, Toggle

FOLDER: Final = "launch"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """The toggles a tool starts with, as the file lists them; what is not a list of texts counts as empty."""

    tool: str
    environment: tuple[str, ...] = ()
    sandbox: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the tool starts as it would without Telltale."""
        return not (self.environment or self.sandbox)


def profile_path(tool: str, config: Path | None = None) -> Path:
    """Return where a tool's profile is kept."""
    return (config or config_dir()) / FOLDER / f"{tool}.toml"


def read_profile(tool: str, config: Path | None = None) -> ProfileFile:
    """Return a tool's profile; a missing or broken file is an empty profile."""
    try:
        document = tomllib.loads(read_private(profile_path(tool, config)).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ProfileFile(tool)
    lists = {name: document.get(name) for name in ("environment", "sandbox")}
    return ProfileFile(
        tool, **{name: tuple(i for i in items if isinstance(i, str)) if isinstance(items, list) else () for name, items in lists.items()}
    )


def launch_steps(spec: ChangeSpec) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what a `launch-environment` step sets (name -> value) and unsets."""
    pairs = (line.partition("=") for line in spec.parameters.get("set", "").split("\n") if line)
    unset = tuple(line for line in spec.parameters.get("unset", "").split("\n") if line)
    return {name: value for name, _, value in pairs}, unset


@dataclass(slots=True)
class _LaunchKind(FileKind):
    """Enters a toggle in a list of the tool's profile."""

    listed: str = ""

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the entry in the profile; only Telltale's own file changes, so no preview is asked for."""
        if tool not in context.tools:
            raise NotPossibleError("A launch profile belongs to a tool, so nothing was changed; choose the tool.")
        self._check(spec, tool)
        path = profile_path(tool, context.config)
        edit = Edit("toml", "append", (self.listed,), toggle.id)
        change, _, _ = self.plan_file(FileTarget(str(path), (context.config,), edit), toggle, tool)
        said = step_text(spec)
        return replace(change, before=None, after=said, diff=said, consent=False, note="From the next start through Telltale.")

    def _check(self, spec: ChangeSpec, tool: str) -> None:
        raise NotPossibleError(f"{spec.kind} is no launch change for {tool}, so nothing was changed.")


def step_text(spec: ChangeSpec) -> str:
    """Return what a step does, one line each: `NAME=value`, `without NAME`, `sandbox: part`."""
    setting, unset = launch_steps(spec)
    lines = [f"{name}={value}" for name, value in setting.items()] + [f"without {name}" for name in unset]
    kept = [name for name in spec.parameters.get("keep_only", "").split("\n") if name]
    lines += [f"only {', '.join(kept)} and what the tool needs"] if kept else []
    return "\n".join(lines + [f"sandbox: {SANDBOX_PARTS[part]}" for part in _parts(spec)])


@dataclass(slots=True)
class LaunchEnvironmentKind(_LaunchKind):
    """Variables set or left out when the tool starts; parameters: set (`NAME=value` lines), unset (names, `PREFIX_*` allowed)."""

    name: str = "launch-environment"
    listed: str = "environment"

    def _check(self, spec: ChangeSpec, tool: str) -> None:
        setting, unset = launch_steps(spec)
        rules = permissions.rules_for(tool)
        for name, value in setting.items():
            if not _NAME.fullmatch(name) or permissions.refuses_variable(rules, name, value):
                raise NotPossibleError(f"Setting {name} may widen what the tool is allowed to do, so nothing was changed.")
        for name in unset:
            if permissions.narrows_by_presence(rules, name):
                raise NotPossibleError(f"Leaving out {name} may widen what the tool is allowed to do, so nothing was changed.")


def _parts(spec: ChangeSpec) -> list[str]:
    return [part for part in spec.parameters.get("part", "").split("\n") if part]


def _sandbox_refused(host: Host, parts: list[str]) -> str | None:
    from core.toggles.sandbox_check import why_no_sandbox  # starts a program, so it is loaded only when asked

    return why_no_sandbox(host, parts)


@dataclass(slots=True)
class LaunchSandboxKind(_LaunchKind):
    """Parts of the machine a sandboxed launch hides; parameter: part (names of `SANDBOX_PARTS`)."""

    name: str = "launch-sandbox"
    listed: str = "sandbox"

    why_not: Callable[[Host, list[str]], str | None] = field(default=_sandbox_refused)

    def possible(self, host: Host, spec: ChangeSpec) -> str | None:
        """Return why this machine can hide none of these parts."""
        return super(LaunchSandboxKind, self).possible(host, spec) or self.why_not(host, _parts(spec))

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the entry in the profile; on macOS with what can be denied there, which is less than what a sandbox hides."""
        change = super(LaunchSandboxKind, self).plan(context, toggle, spec, tool)
        if context.host.system is not System.MACOS:
            return change
        said = "\n".join(f"sandbox-exec: {seatbelt.PARTS[part]}" for part in _parts(spec) if part in seatbelt.PARTS)
        return replace(change, after=said, diff=said, note=" ".join((change.note, *seatbelt.notes(_parts(spec)))))

    def _check(self, spec: ChangeSpec, tool: str) -> None:
        del tool
        unknown = [part for part in _parts(spec) if part not in SANDBOX_PARTS]
        if unknown:
            raise NotPossibleError(f"The sandbox has no part {', '.join(unknown)}, so nothing was changed; update Telltale.")

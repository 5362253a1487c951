"""The kind `user-setting`: a setting of this user's account, through gsettings, git config, defaults or reg.

git's settings are edited in git's own file, so that taking the change back gives the same bytes, and verified by git itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.toggles import commands
from core.toggles.commandchange import CommandChanger
from core.toggles.commands import Setting
from core.toggles.filechange import Edit, Purpose
from core.toggles.journal import new_id
from core.toggles.model import Change, ChangeState
from core.toggles.places import expand, roots
from core.toggles.preview import shown
from core.toggles.registry import Context, NotPossibleError
from core.toggles.secretlike import holds_secret
from core.toggles.settings import RECORDED, REMEMBERED, FileKind, FileTarget
from core.toggles.target import RefusedError

if TYPE_CHECKING:
    from core.host.base import Host
    from core.toggles.commands import Run
    from core.toggles.journal import Journal
    from core.toggles.journal_entry import Entry
    from core.toggles.model import ChangeSpec, Toggle

_GIT: Final = "git"


@dataclass(slots=True)
class CommandKind(FileKind):
    """What settings of the account and of the computer share: one setting, read and written by a command."""

    run: Run = field(default=commands.run)

    def possible(self, host: Host, spec: ChangeSpec) -> str | None:
        """Return why the command cannot be used here."""
        if host.is_synthetic:
            return RECORDED
        program = spec.parameters["program"]
        if host.system not in spec.systems or host.system not in commands.systems(program):
            return f"This setting does not exist on {host.system.value}."
        try:
            host.which(commands.command(program))
        except HostError:
            return f"The command {program} is not installed here, so this setting cannot be changed by Telltale."
        return None

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the command that would run, with the value before."""
        del context
        setting = Setting(spec.parameters["program"], tuple(spec.parameters["name"].split("\n")), spec.parameters.get("type", "string"))
        value = spec.parameters["value"]
        try:
            was = commands.read(setting, self.run)
        except RefusedError as error:
            raise NotPossibleError(str(error)) from error
        if was is not None and holds_secret(setting.name, was):
            raise NotPossibleError("The present value looks like a key or password, which Telltale never stores; change it by hand.")
        back = commands.write_argv(setting, was)
        return Change(
            id=new_id(),
            toggle=toggle.id,
            tool=tool,
            kind=self.name,
            target=" ".join((setting.program, *setting.name)),
            key=setting.name[-1],
            before=None if was is None else shown(was.strip("'")),
            after=value,
            state=ChangeState.VERIFIED if was == value else ChangeState.PLANNED,
            diff="" if was == value else " ".join(commands.write_argv(setting, value)),
            note=f"Undo: {' '.join(back[:-1])} and the value before." if was else f"Undo: {' '.join(back)}.",
            parameters={
                "program": setting.program,
                "name": json.dumps(setting.name),
                "type": setting.type,
                "value": value,
                "was": json.dumps(was),
            },
        )

    def reset_of(self, change: Change) -> Change:
        """Return a planned change as one that takes the setting away."""
        setting, was = setting_of(change), json.loads(change.parameters["was"])
        return replace(
            change,
            after=None,
            state=ChangeState.VERIFIED if was is None else ChangeState.PLANNED,
            diff="" if was is None else " ".join(commands.write_argv(setting, None)),
            parameters={**{name: text for name, text in change.parameters.items() if name != "value"}, "reset": "1"},
        )

    def seen_now(self, change: Change) -> Change | None:
        """Return the change for what the system answers now, None if the setting is not set (for a reset)."""
        was = commands.read(setting_of(change), self.run)
        return None if was is None else replace(change, parameters={**change.parameters, "was": json.dumps(was)})

    def apply(self, change: Change, journal: Journal) -> Entry:
        """Run the command through the journal."""
        remembered = {name: change.parameters[name] for name in REMEMBERED if name in change.parameters}
        purpose = Purpose(change.toggle, change.tool, self.name, change.id, remembered)
        setting = setting_of(change)
        changer = CommandChanger(journal, self.run, self.step)
        return changer.apply(setting, change.parameters.get("value"), json.loads(change.parameters["was"]), purpose)

    def verify(self, change: Change) -> bool | None:
        """Ask the command again."""
        try:
            return commands.read(setting_of(change), self.run) == change.parameters.get("value")
        except RefusedError:
            return None

    def undo(self, change: Change, journal: Journal) -> Entry:
        """Put the value before back."""
        return CommandChanger(journal, self.run, self.step).undo(journal.entry(change.id))

    def recover(self, journal: Journal) -> tuple[Entry, ...]:
        """Settle what a crash left open."""
        return CommandChanger(journal, self.run, self.step).recover(self.name)


def setting_of(change: Change) -> Setting:
    """Return the setting a planned change is about."""
    return Setting(change.parameters["program"], tuple(json.loads(change.parameters["name"])), change.parameters["type"])


@dataclass(slots=True)
class UserSettingKind(CommandKind):
    """Parameters: program, name (parts), value, and type where the command asks for one; `git` takes one dotted name."""

    name: str = "user-setting"

    def possible(self, host: Host, spec: ChangeSpec) -> str | None:
        """Return why not; git is everywhere."""
        if spec.parameters["program"] != _GIT:
            return super(UserSettingKind, self).possible(host, spec)
        try:
            host.which(_GIT)
        except HostError:
            return "git is not installed here."
        return RECORDED if host.is_synthetic else None

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the change; git's is an edit of its file with a diff."""
        if spec.parameters["program"] != _GIT:
            return super(UserSettingKind, self).plan(context, toggle, spec, tool)
        edit = Edit("gitconfig", "put", tuple(spec.parameters["name"].split(".")), spec.parameters["value"])
        change, _, _ = self.plan_file(FileTarget(_git_file(context.host), roots(context), edit), toggle, tool)
        return change

    def plan_reset(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the change that takes the setting away, so that the program's own default applies."""
        if spec.parameters["program"] != _GIT:
            return self.reset_of(super(UserSettingKind, self).plan(context, toggle, spec, tool))
        edit = Edit("gitconfig", "drop", tuple(spec.parameters["name"].split(".")))
        target = FileTarget(_git_file(context.host), roots(context), edit, remembered={"reset": "1"})
        return self.plan_file(target, toggle, tool)[0]

    def seen_now(self, change: Change) -> Change | None:
        """Return the change for what stands there now, by file (git) or by command."""
        return (FileKind if "format" in change.parameters else CommandKind).seen_now(self, change)

    def apply(self, change: Change, journal: Journal) -> Entry:
        """Make the change by file (git) or by command."""
        return (FileKind if "format" in change.parameters else CommandKind).apply(self, change, journal)

    def verify(self, change: Change) -> bool | None:
        """Ask git, or the command."""
        if "format" not in change.parameters:
            return super(UserSettingKind, self).verify(change)
        name = ".".join(json.loads(change.parameters["key"]))
        out = self.run(("git", "config", "--global", "--get", name))
        if change.is_reset:
            return None if out.code == 127 else out.code == 1
        return None if out.code == 127 else out.out.rstrip("\n") == json.loads(change.parameters["value"])

    def undo(self, change: Change, journal: Journal) -> Entry:
        """Take the change back the way it was made."""
        is_file = bool(journal.entry(change.id).real_path)
        return (FileKind if is_file else CommandKind).undo(self, change, journal)


def _git_file(host: Host) -> str:
    """Return the file `git config --global` writes: what GIT_CONFIG_GLOBAL names, else ~/.gitconfig, or the XDG one if it stands alone."""
    named = host.env("GIT_CONFIG_GLOBAL")
    if named:
        return expand(named, host)
    usual, other = expand("~/.gitconfig", host), expand("$XDG_CONFIG_HOME/git/config", host)
    return other if Path(other).exists() and not Path(usual).exists() else usual

"""The kind `system-setting`: the time zone or host name of the whole computer, with the system asking for an administrator.

Apart from all other kinds: never part of a preset, off by default, and run only if the person confirmed this very command.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.toggles import commands
from core.toggles.usersetting import CommandKind, setting_of

if TYPE_CHECKING:
    from core.toggles.model import Change, ChangeSpec, Toggle
    from core.toggles.registry import Context


@dataclass(slots=True)
class SystemSettingKind(CommandKind):
    """Parameters as for `user-setting`; the programs are timedatectl, hostnamectl and tzutil."""

    name: str = "system-setting"

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the exact command; it changes the computer for everybody."""
        change = super(SystemSettingKind, self).plan(context, toggle, spec, tool)
        asks = "The system asks for an administrator. " if commands.needs_password(setting_of(change)) else ""
        return replace(change, note=f"Changes the whole computer, for all its users. {asks}{change.note}")

"""Measuring a tool inside the very launch profile a person has switched on for it: environment, sandbox and all.

The launch room is asked only when a profile is there, so that looking at plainly started tools needs none of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.host.child import as_started
from core.tools.looks import View
from core.tools.stand_in import Launch, measure, stand_in_argv, stand_in_places

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.catalogue import Catalogue
    from core.toggles.launch import LaunchProfile
    from core.tools.model import Installation, Tool

NAME: Final = "started through Telltale"
LIMIT_S: Final = 30.0


def profile_in_force(tool: str, catalogue: Catalogue) -> LaunchProfile | None:
    """Return the launch profile of a tool; None where it starts plainly. Raises TelltaleError where it cannot be told."""
    from core.toggles.launch import profile_for

    profile = profile_for(tool, catalogue.toggles)
    return None if profile.is_plain else profile


def measure_launch(
    tool: Tool,
    installation: Installation | None,
    profile: LaunchProfile,
    catalogue: Catalogue,
    only: Collection[str] | None = None,
) -> View:
    """Measure what a tool could see if it were started now through a launch profile."""
    from core.host.real import RealHost
    from core.toggles.prepared import Situation, command
    from core.toggles.run import completed
    from core.toggles.sandbox_check import why_no_sandbox

    as_started()
    try:
        refused = why_no_sandbox(RealHost()) if profile.needs_sandbox else None
        prepared = command(profile, stand_in_argv(), Situation(tool=tool, refused=refused))
    except TelltaleError as error:
        version = installation.version if installation is not None else ""
        return View(tool.id, version, "stand-in", datetime.now(UTC), {}, NAME, str(error))
    shown = replace(prepared, show=(*prepared.show, *stand_in_places()))
    launch = Launch(NAME, cwd=prepared.cwd, ask=lambda question: completed(shown, data=question, timeout_s=LIMIT_S).stdout)
    return measure(tool, installation, launch, catalogue=catalogue, only=only)

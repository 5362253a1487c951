"""Measuring a tool inside the very launch profile a person has switched on for it: environment, sandbox and all.

The launch room is asked only when a profile is there, so that looking at plainly started tools needs none of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.model import Group
from core.tools.looks import SEEING, View

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.catalogue import Catalogue
    from core.toggles.launch import LaunchProfile
    from core.tools.model import Installation, Tool

NAME: Final = "started through Telltale"


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
    from core.toggles.through import view_through

    try:
        view = view_through(profile, tool, catalogue, installation=installation, only=only)
    except TelltaleError as error:
        version = installation.version if installation is not None else ""
        return View(tool.id, version, "stand-in", datetime.now(UTC), {}, NAME, str(error))
    view = replace(view, launch=NAME)
    return _without_network(view, catalogue) if profile.private_network else view


def _without_network(view: View, catalogue: Catalogue) -> View:
    """The stand-in has no private network of its own, so what it sees of the network tells nothing about the tool: not measured."""
    signals = catalogue.signals
    kept = {
        name: look
        for name, look in view.looks.items()
        if not (look.sight in SEEING and name in signals and signals[name].group is Group.NETWORK)
    }
    return replace(view, looks=kept)

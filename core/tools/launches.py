"""Measuring a tool inside the very launch profile a person has switched on for it: environment, sandbox and all.

The launch room is asked only when a profile is there, so that looking at plainly started tools needs none of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import TelltaleError
from core.tools.looks import LAUNCHED, View
from core.tools.stand_in import measure_plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from core.catalogue import Catalogue
    from core.toggles.launch import LaunchProfile
    from core.toggles.profiles import ProfileFile
    from core.tools.model import Installation, Tool


def profile_in_force(tool: str, catalogue: Catalogue) -> LaunchProfile | None:
    """Return the launch profile of a tool; None where it starts plainly. Raises TelltaleError where it cannot be told."""
    from core.toggles.launch import profile_for

    profile = profile_for(tool, catalogue.toggles)
    return None if profile.is_plain else profile


def starts(tools: Iterable[str]) -> dict[str, ProfileFile]:
    """Return what is switched on for the start of each tool: cheap enough to be asked again and again."""
    from core.toggles.profiles import read_profile

    return {tool: read_profile(tool) for tool in tools}


def measure_copies(
    copies: Iterable[tuple[Tool, Installation | None]], catalogue: Catalogue, only: Collection[str] | None = None
) -> Iterator[View]:
    """Measure tools as they would start now: first all that start plainly with one stand-in, then each of the others its own way.

    Where a profile cannot be told, neither can what the tool could see: its view has a problem.
    """
    plain: list[tuple[Tool, Installation | None]] = []
    special: list[tuple[Tool, Installation | None, LaunchProfile]] = []
    for tool, copy in copies:
        try:
            profile = profile_in_force(tool.id, catalogue)
        except TelltaleError as error:
            yield _unmeasured(tool, copy, str(error))
            continue
        if profile is None:
            plain.append((tool, copy))
        else:
            special.append((tool, copy, profile))
    yield from measure_plain(plain, only=only)
    for tool, copy, profile in special:
        yield measure_launch(tool, copy, profile, catalogue, only)


def _unmeasured(tool: Tool, installation: Installation | None, why: str) -> View:
    version = installation.version if installation is not None else ""
    return View(tool.id, version, "stand-in", datetime.now(UTC), {}, LAUNCHED, why)


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
        return _unmeasured(tool, installation, str(error))
    return replace(view, launch=LAUNCHED)

"""What a shim hands over to: the start through Telltale with as little as possible before the tool."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.toggles.prepared import Situation, command
from core.toggles.program import find
from core.toggles.ready import facts_of, read_ready
from core.toggles.run import run
from core.toggles.sandbox_trial import NOT_INSTALLED, why_refused

if TYPE_CHECKING:
    from core.toggles.launch import LaunchProfile
from core.toggles.ready import Facts

NOT_STARTED: Final = 3


def start(tool: str, real: str, arguments: list[str], *, is_fresh: bool) -> int:
    """Start the tool as its profile says; return its exit status. A refused sandbox is said, never silently left out."""
    try:
        profile, facts = (read_ready(tool) if is_fresh else None) or _from_catalogue(tool)
        refused = None
        if profile.needs_sandbox:
            program = find("bwrap", os.environ.get("PATH", ""))
            refused = why_refused(program) if program else NOT_INSTALLED
        prepared = command(profile, [real, *arguments], Situation(facts=facts, refused=refused))
        for note in prepared.notes:
            sys.stderr.write(f"telltale: {note}\n")
        return run(prepared)
    except TelltaleError as error:
        sys.stderr.write(f"telltale: {error}\n")
        return NOT_STARTED


def _from_catalogue(tool: str) -> tuple[LaunchProfile, Facts | None]:
    """Take the long way, and make the next start a short one."""
    from core.catalogue import load_catalogue
    from core.toggles.launch import profile_for, with_needs
    from core.toggles.shims import render_again

    catalogue = load_catalogue()
    facts = catalogue.tools.get(tool)
    profile = profile_for(tool, catalogue.toggles)
    with contextlib.suppress(OSError):
        render_again(tool, profile, facts)
    return with_needs(profile, facts), facts_of(facts)

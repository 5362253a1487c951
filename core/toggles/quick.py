"""What a shim hands over to when no kept start fits: the start through Telltale with as little as possible before the tool."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.toggles import looked
from core.toggles.prepared import Prepared, Situation, command
from core.toggles.program import find
from core.toggles.ready import Facts, facts_of, read_ready
from core.toggles.run import run
from core.toggles.sandbox_trial import NOT_INSTALLED, why_refused

if TYPE_CHECKING:
    from core.toggles.launch import LaunchProfile
    from core.toggles.looked import Looks

NOT_STARTED: Final = 3


def start(tool: str, real: str, arguments: list[str], *, is_fresh: bool) -> int:
    """Start the tool as its profile says; return its exit status. A refused sandbox is said, never silently left out."""
    try:
        prepared = prepare(tool, [real, *arguments], is_fresh=is_fresh)
        for note in prepared.notes:
            sys.stderr.write(f"telltale: {note}\n")
        return run(prepared)
    except TelltaleError as error:
        sys.stderr.write(f"telltale: {error}\n")
        return NOT_STARTED


def prepare(tool: str, argv: list[str], *, is_fresh: bool) -> Prepared:
    """Return the start of a tool; a sandboxed one is kept, so that the next start like it needs no Python."""
    with looked.noting() as looks:
        ready = _from_ready(tool) if is_fresh else None
        profile, facts = ready or _from_catalogue(tool)
        refused = None
        if profile.needs_sandbox:
            program = find("bwrap", os.environ.get("PATH", ""))
            refused = why_refused(program) if program else NOT_INSTALLED
        situation = Situation(facts=facts, refused=refused)
        prepared = command(profile, argv, situation)
        if ready and prepared.is_sandboxed:
            _keep(tool, argv[0], situation, prepared, looks)
        return prepared


def _keep(tool: str, real: str, situation: Situation, prepared: Prepared, looks: Looks) -> None:
    """Keep a start; where that fails, the next one only takes longer."""
    from core.toggles import kept_start

    with contextlib.suppress(OSError):
        kept_start.keep(kept_start.Start(tool, real, situation, dict(os.environ), prepared.cwd), prepared, looks)


def _from_ready(tool: str) -> tuple[LaunchProfile, Facts] | None:
    """Return what was made ready; what it was made from is noted before it is read, so that no newer choice is overlooked."""
    from core.toggles import kept_start

    kept_start.note_own_files(tool)
    return read_ready(tool)


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

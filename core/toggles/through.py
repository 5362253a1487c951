"""The stand-in inside a tool's own launch profile: the very start the tool would get, with our probes in the tool's place."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.host.child import stand_in_argv, stand_in_places
from core.model import Group, Reach
from core.toggles.launch import NETWORK, LaunchError, with_needs
from core.toggles.prepared import Situation, clean_up, command, seal
from core.toggles.ready import facts_of
from core.toggles.run import completed
from core.tools.looks import SEEING
from core.tools.stand_in import Launch, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from core.catalogue import Catalogue
    from core.toggles.launch import LaunchProfile
    from core.tools.looks import View
    from core.tools.model import Installation, Tool

_PATIENCE_S: Final = 30.0


def view_through(
    profile: LaunchProfile,
    tool: Tool,
    catalogue: Catalogue,
    *,
    installation: Installation | None = None,
    only: Collection[str] | None = None,
) -> View:
    """Measure what the tool could see through this profile.

    The working folder is this process's own, or an empty one where that is the home folder, which a profile may hide. Where the
    private network cannot be made now, what is seen of the network without it tells nothing about the tool and is left out.
    """
    needed = with_needs(profile, tool)
    with tempfile.TemporaryDirectory(prefix="telltale-project-") as empty:
        cwd = str(Path.cwd()) if _is_project(Path.cwd()) else empty
        situation = Situation(facts=facts_of(tool), cwd=cwd)
        name = f"{tool.id} through Telltale"
        if not profile.private_network:
            return _view(needed, situation, name, lambda launch: measure(tool, installation, launch, catalogue=catalogue, only=only))
        launch = Launch(name, ask=lambda question: _answer(needed, situation, question))
        view = measure(tool, installation, launch, catalogue=catalogue, only=only)
        if not view.problem:
            return view
        without = replace(needed, parts=profile.parts - {NETWORK})
        view = _view(without, situation, name, lambda launch: measure(tool, installation, launch, catalogue=catalogue, only=only))
        return without_network(view, catalogue)


def _view(profile: LaunchProfile, situation: Situation, name: str, measured: Callable[[Launch], View]) -> View:
    prepared = command(profile, stand_in_argv(), situation)
    sealed = seal(replace(prepared, show=stand_in_places()))
    try:
        return measured(Launch(name, dict(sealed.env), argv=sealed.argv, cwd=prepared.cwd, pass_fds=sealed.pass_fds))
    finally:
        clean_up(sealed.cleanup)
        for handle in sealed.pass_fds:
            os.close(handle)


def _answer(profile: LaunchProfile, situation: Situation, question: bytes) -> bytes:
    """Ask a stand-in in a start with a private network, which is filled from outside once it is there."""
    prepared = replace(command(profile, stand_in_argv(), situation), show=stand_in_places())
    done = completed(prepared, timeout_s=_PATIENCE_S, data=question)
    if done.returncode:
        raise LaunchError("The stand-in did not answer from its private network, so nothing was measured there.")
    return done.stdout


def without_network(view: View, catalogue: Catalogue) -> View:
    """Return a view without what was seen of a network that is not the one the tool would get."""
    return replace(
        view, looks={name: look for name, look in view.looks.items() if look.sight not in SEEING or not _of_network(name, catalogue)}
    )


def _of_network(name: str, catalogue: Catalogue) -> bool:
    signal = catalogue.signals.get(name)
    is_reached = signal is not None and signal.neutral is not None and signal.neutral.reach is Reach.PRIVATE_NETWORK
    return is_reached or (signal is not None and signal.group is Group.NETWORK)


def _is_project(folder: Path) -> bool:
    home = Path.home()
    return folder not in {home, *home.parents}

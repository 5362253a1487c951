"""The stand-in inside a tool's own launch profile: the very start the tool would get, with our probes in the tool's place."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.host.child import stand_in_argv, stand_in_places
from core.toggles.launch import NETWORK, with_needs
from core.toggles.prepared import Situation, clean_up, command, seal
from core.toggles.ready import facts_of
from core.tools.stand_in import Launch, measure

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.catalogue import Catalogue
    from core.toggles.launch import LaunchProfile
    from core.tools.looks import View
    from core.tools.model import Installation, Tool


def view_through(
    profile: LaunchProfile,
    tool: Tool,
    catalogue: Catalogue,
    *,
    installation: Installation | None = None,
    only: Collection[str] | None = None,
) -> View:
    """Measure what the tool could see through this profile; the private network is left out, since it is filled from outside.

    The working folder is this process's own, or an empty one where that is the home folder, which a profile may hide.
    """
    needed = with_needs(profile, tool)
    reachable = replace(needed, parts=profile.parts - {NETWORK})
    with tempfile.TemporaryDirectory(prefix="telltale-project-") as empty:
        cwd = str(Path.cwd()) if _is_project(Path.cwd()) else empty
        prepared = command(reachable, stand_in_argv(), Situation(facts=facts_of(tool), cwd=cwd))
        sealed = seal(replace(prepared, show=stand_in_places()))
        launch = Launch(
            f"{tool.id} through Telltale",
            dict(sealed.env),
            argv=sealed.argv,
            cwd=cwd,
            pass_fds=sealed.pass_fds,
        )
        try:
            return measure(tool, installation, launch, catalogue=catalogue, only=only)
        finally:
            clean_up(sealed.cleanup)
            for handle in sealed.pass_fds:
                os.close(handle)


def _is_project(folder: Path) -> bool:
    home = Path.home()
    return folder not in {home, *home.parents}

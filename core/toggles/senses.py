"""What the service asks the rooms for tools: a stand-in's readings, running sessions, installed versions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from core.errors import TelltaleError
from core.probes.result import display
from core.toggles.apply import Measured
from core.toggles.launch import profile_for
from core.toggles.sandbox_check import why_no_sandbox
from core.toggles.service import Senses
from core.toggles.through import view_through
from core.tools.detect import Detection, detect
from core.tools.looks import HIDING, SEEING, Sight
from core.tools.sessions import sessions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.tools.looks import Look
    from core.tools.model import Installation, Session


class RealSenses:
    """The senses of this computer; detection runs once, when it is first needed."""

    def __init__(self, host: Host, catalogue: Catalogue, config: Path | None = None) -> None:
        """Look with `host`; launch profiles are read from `config` (Telltale's own folder unless given)."""
        self._host = host
        self._catalogue = catalogue
        self._config = config

    @cached_property
    def _detection(self) -> Detection:
        return detect(self._host, self._catalogue.tools.values())

    def installation(self, tool: str) -> Installation | None:
        """Return the installation of a tool that a shell would start, else any."""
        found = [item for item in self._detection.installations if item.tool == tool]
        return next((item for item in found if item.starts_first), found[0] if found else None)

    def version(self, tool: str) -> str:
        """Return the installed version of a tool, empty if it is not installed or does not say."""
        item = self.installation(tool)
        return item.version if item else ""

    def sessions(self) -> tuple[Session, ...]:
        """Return the running sessions of all tools."""
        return sessions(self._host, [*self._catalogue.tools.values()], self._detection)

    def measure(self, tool: str, signals: tuple[str, ...]) -> Mapping[str, Measured] | None:
        """Start a stand-in the way the tool would start now and return what it reads of these signals."""
        try:
            profile = profile_for(tool, self._catalogue.toggles, self._config)
        except TelltaleError:
            return None
        if profile.needs_sandbox and why_no_sandbox(self._host, profile.parts):
            return None
        try:
            view = view_through(profile, self._catalogue.tools[tool], self._catalogue, only=signals)
        except (TelltaleError, OSError):
            return None
        if view.problem:
            return None
        left_out = signals if profile.private_network else ()  # of a network that could not be made now nothing is told
        untold = {name: Measured("", hidden=None) for name in left_out if name not in view.looks}
        return untold | {name: self._measured(name, look) for name, look in view.looks.items()}

    def _measured(self, signal: str, look: Look) -> Measured:
        text = display(look.reading.result)
        neutral = self._catalogue.signals[signal].neutral
        if neutral is not None and text == neutral.value:
            return Measured(text, hidden=True)  # the machine itself may have the uniform value
        return Measured(text, _is_hidden(look.sight))


def _is_hidden(sight: Sight) -> bool | None:
    """Return whether the machine's own value cannot be seen; where there is none, there is nothing left to see."""
    if sight in HIDING or sight is Sight.NOTHING:
        return True
    return False if sight in SEEING else None


def real_senses(host: Host, catalogue: Catalogue, config: Path | None = None) -> Senses:
    """Return the senses of this computer; each is asked only when a change needs it."""
    found = RealSenses(host, catalogue, config)
    return Senses(found.measure, found.sessions, found.version)

"""Can a sandbox be started here? Tried once by starting the smallest one, since what a kernel allows cannot be read anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.toggles.sandbox_trial import NOT_INSTALLED, why_refused

if TYPE_CHECKING:
    from core.host.base import Host

_REASONS: Final = {
    System.MACOS: "macOS has no sandbox that shows a program other values; only its environment can be changed.",
    System.WINDOWS: "Windows has no sandbox that shows an ordinary program other values; only its environment can be changed.",
}


def why_no_sandbox(host: Host) -> str | None:
    """Return why a tool cannot be started in a sandbox on this machine, or None if it can."""
    if host.system in _REASONS:
        return _REASONS[host.system]
    try:
        program = host.which("bwrap")
    except HostError:
        return NOT_INSTALLED
    return why_refused(program)

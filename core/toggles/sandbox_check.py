"""Can a sandbox be started here? Tried once by starting the smallest one, since what a kernel allows cannot be read anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.toggles import seatbelt
from core.toggles.sandbox_trial import NOT_INSTALLED, why_refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host

_REASONS: Final = {
    System.WINDOWS: "Windows has no sandbox that shows an ordinary program other values; only its environment can be changed.",
}


def why_no_sandbox(host: Host, parts: Iterable[str] = ()) -> str | None:
    """Return why a tool cannot be started in a sandbox that hides these parts on this machine, or None if it can."""
    if host.system is System.MACOS:
        return seatbelt.why_not(host, parts)
    if host.system in _REASONS:
        return _REASONS[host.system]
    try:
        program = host.which("bwrap")
    except HostError:
        return NOT_INSTALLED
    return why_refused(program)

"""Can a sandbox be started here? Tried once by starting the smallest one, since what a kernel allows cannot be read anywhere."""

from __future__ import annotations

import subprocess
from functools import cache
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System

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
        return "The program bubblewrap (bwrap) is not installed, so a tool's start can only get another environment."
    return _tried(program)


@cache
def _tried(program: str) -> str | None:
    argv = (program, "--ro-bind", "/", "/", "--unshare-user", "--unshare-pid", "--proc", "/proc", "true")
    try:
        done = subprocess.run(argv, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return "The sandbox program does not start here, so a tool's start can only get another environment."
    if done.returncode == 0:
        return None
    return "This kernel refuses user namespaces to programs, so a sandbox cannot start; a tool's start can only get another environment."

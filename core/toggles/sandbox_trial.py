"""The trial: start the smallest sandbox once, and say in a sentence why this system refuses it."""

from __future__ import annotations

import subprocess
from functools import cache
from typing import Final

_INSTEAD: Final = "so a tool's start can only get another environment."
NOT_INSTALLED: Final = f"The program bubblewrap (bwrap) is not installed, {_INSTEAD}"
_REASONS: Final = (
    (b"setting up uid map: Permission denied", "AppArmor on this system lets no program like this one make a sandbox"),
    (b"RTM_NEWADDR", "AppArmor on this system lets no program like this one make a sandbox"),
    (b"No permissions to create", "This kernel refuses user namespaces to programs"),
    (b"No space left", "This system's limit of user namespaces is reached or is zero"),
    (b"Can't mount proc", "Telltale runs in a container that does not let a sandbox have its own list of processes"),
)


@cache
def why_refused(program: str) -> str | None:
    """Return why no sandbox can start here with this program, or None if it can; tried once per run."""
    argv = (program, "--ro-bind", "/", "/", "--unshare-user", "--unshare-pid", "--proc", "/proc", "true")
    try:
        done = subprocess.run(argv, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return f"The sandbox program does not start here, {_INSTEAD}"
    return None if done.returncode == 0 else reason(done.stderr)


def reason(said: bytes) -> str:
    """Return what the sandbox program complained of, as a sentence."""
    known = next((sentence for words, sentence in _REASONS if words in said), "This system refuses a sandbox")
    return f"{known}, {_INSTEAD}"

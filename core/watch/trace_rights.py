"""Programs that start with more rights than the person's own (set-user-ID and the like): Linux withholds these from whoever is traced."""

from __future__ import annotations

import os
import stat
from functools import cache
from pathlib import Path
from typing import Final

_CAP_SYS_PTRACE: Final = 1 << 19
_CAPABILITIES: Final = "security.capability"


def withheld(path: str) -> bool:
    """Whether this program would gain rights by being started, and does not while it is traced from here."""
    if not path.startswith("/") or _keeps_them():
        return False
    try:
        facts = os.stat(path)  # noqa: PTH116 - a program's name as strace told it, not a file of ours
        if os.statvfs(path).f_flag & os.ST_NOSUID:
            return False
    except (OSError, ValueError):
        return False
    others_user = facts.st_mode & stat.S_ISUID and facts.st_uid != os.geteuid()
    others_group = facts.st_mode & stat.S_ISGID and facts.st_mode & stat.S_IXGRP and facts.st_gid not in {os.getegid(), *os.getgroups()}
    return bool((others_user or others_group or _has_capabilities(path)) and not _is_script(path))


def _has_capabilities(path: str) -> bool:
    try:
        return bool(os.getxattr(path, _CAPABILITIES))
    except OSError:
        return False


def _is_script(path: str) -> bool:
    """Whether it is a script, whose set-user-ID bit Linux never heeds."""
    try:
        with Path(path).open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


@cache
def _keeps_them() -> bool:
    """Whether this process may trace everything, so that nothing is withheld."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return any(line.startswith("CapEff:") and int(line.split()[1], 16) & _CAP_SYS_PTRACE for line in lines)
    except (OSError, ValueError, IndexError):
        return False

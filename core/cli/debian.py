"""What a Debian or Ubuntu lacks for Telltale, found by trying, and how to install it. Standard library only."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VENV = {"python3-venv": "module:ensurepip"}
"""Package -> what is there once it is installed; enough for the findings as text."""

WINDOW = {
    "libegl1": "library:libEGL.so.1",
    "libgl1": "library:libGL.so.1",
    "libglib2.0-0": "library:libgthread-2.0.so.0",
    "libdbus-1-3": "library:libdbus-1.so.3",
    "libfontconfig1": "library:libfontconfig.so.1",
    "libfreetype6": "library:libfreetype.so.6",
    "libx11-xcb1": "library:libX11-xcb.so.1",
    "libxkbcommon-x11-0": "library:libxkbcommon-x11.so.0",
    "libxcb-cursor0": "library:libxcb-cursor.so.0",
    "libxcb-icccm4": "library:libxcb-icccm.so.4",
    "libxcb-image0": "library:libxcb-image.so.0",
    "libxcb-keysyms1": "library:libxcb-keysyms.so.1",
    "libxcb-randr0": "library:libxcb-randr.so.0",
    "libxcb-render-util0": "library:libxcb-render-util.so.0",
    "libxcb-shape0": "library:libxcb-shape.so.0",
    "libxcb-shm0": "library:libxcb-shm.so.0",
    "libxcb-sync1": "library:libxcb-sync.so.1",
    "libxcb-xfixes0": "library:libxcb-xfixes.so.0",
    "libxcb-xkb1": "library:libxcb-xkb.so.1",
    "libwayland-client0": "library:libwayland-client.so.0",
    "libwayland-cursor0": "library:libwayland-cursor.so.0",
    "fonts-dejavu-core": "folder:/usr/share/fonts/truetype",
}
"""What Qt's window needs beside the environment; the wheels of PySide6 bring everything else."""

TESTS = {
    "xvfb": "command:Xvfb",
    "bubblewrap": "command:bwrap",
    "strace": "command:strace",
    "git": "command:git",
    "dbus": "command:dbus-daemon",
    "iproute2": "command:ip",
    "procps": "command:ps",
}
"""What the tests start for real: a display without a screen, the sandbox, the tracer, a repository, a message bus."""


def is_debian() -> bool:
    """Return whether this is a system with apt and dpkg."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None and shutil.which("dpkg") is not None


def missing(wanted: Iterable[dict[str, str]]) -> list[str]:
    """Return the packages of which nothing was found, in order."""
    return [package for packages in wanted for package, trace in packages.items() if not _found(*trace.split(":", 1))]


def _found(kind: str, name: str) -> bool:
    if kind == "module":
        return importlib.util.find_spec(name) is not None
    if kind == "command":
        return shutil.which(name) is not None
    if kind == "folder":
        return Path(name).is_dir()
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install_line(packages: Iterable[str]) -> str:
    """Return the one line that an administrator can run."""
    return "apt-get install --yes --no-install-recommends " + " ".join(packages)


def install(packages: list[str], tell: Callable[[str], object]) -> bool:
    """Install packages with this account's rights, asking sudo's question only on a terminal; return whether it worked.

    `tell` hears what is done, as soon as it is known that there are rights to do it.
    """
    prefix = _rights()
    if prefix is None:
        return False
    tell("installing system packages: " + " ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["apt-get", "update", "-qq"], install_line(packages).split()):
        done = subprocess.run([*prefix, *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode and arguments[1] == "install":
            return False
    return True


def _rights() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    return ["sudo"] if sys.stdin is not None and sys.stdin.isatty() else ["sudo", "-n"]

"""Whether a window could open here; asked before anything is set up or imported. Standard library only."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Return whether a window could open: always on macOS and Windows, elsewhere where a display is named."""
    names = ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in names)

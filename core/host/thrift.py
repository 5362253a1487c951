"""Sparing with memory: glibc gives each thread an arena of its own, and what one scan leaves behind in ten of them stays unused."""

from __future__ import annotations

import ctypes
from typing import Final

_M_ARENA_MAX: Final = -8  # glibc's malloc.h


def one_arena() -> bool:
    """Let the threads that are started from now on share one arena; False where the system's library has no such wish."""
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1))
    except (AttributeError, OSError, TypeError):
        return False

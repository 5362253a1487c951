"""Whether a comparison can have a network of its own here; a bare system in a chroot, for instance, gives none."""

from __future__ import annotations

import shutil
from functools import cache

import pytest

from core.watch.compare_room import Room


def needs_room() -> None:
    """Skip where no room can be made, with the product's own reason."""
    if why := trouble():
        pytest.skip(why)


@cache
def trouble() -> str:
    """Return why no room can be made here, or an empty text."""
    room = Room(shutil.which("bwrap") or "")
    try:
        return room.trouble()
    finally:
        room.close()

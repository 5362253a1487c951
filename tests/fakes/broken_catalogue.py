"""A copy of the shipped catalogue with one file of every kind of fault, for tests of who tells of them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from core.paths import resource_root

if TYPE_CHECKING:
    from pathlib import Path

NAMED: Final = (
    ("signals/time-zone.toml", "whole file"),  # not TOML
    ("signals/battery.toml", "surprise"),  # an unknown key
    ("signals/cpu.toml", "title"),  # a missing key
    ("signals/boot-id.toml", "order"),  # a wrong type
    ("signals/machine-id.toml", "whole file"),  # not UTF-8
    ("signals/dangling.toml", "whole file"),  # cannot be read
    ("signals/pipe.toml", "whole file"),  # a FIFO
    ("signals/second.toml", "id"),  # the id of another file
    ("tools/claude-code.toml", "whole file"),
    ("toggles/disks.toml", "surprise"),
)


def broken_catalogue(folder: Path) -> Path:
    """Write the copy and return its root."""
    root = folder / "catalogue"
    shutil.copytree(resource_root() / "catalogue", root)
    signals = root / "signals"
    (signals / "time-zone.toml").write_text("id = \n")
    (signals / "battery.toml").write_text("surprise = 1\n" + (signals / "battery.toml").read_text())
    _replace(signals / "cpu.toml", "title = ", "# title = ")
    _replace(signals / "boot-id.toml", "order = ", 'order = "first" # ')
    (signals / "machine-id.toml").write_bytes(b"\xff\xfe")
    (signals / "dangling.toml").symlink_to("nowhere.toml")
    os.mkfifo(signals / "pipe.toml")
    shutil.copy(signals / "clipboard.toml", signals / "second.toml")
    (root / "toggles" / "disks.toml").write_text("surprise = 1\n" + (root / "toggles" / "disks.toml").read_text())
    (root / "tools" / "claude-code.toml").write_text("[[")
    return root


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert f"\n{old}" in f"\n{text}"
    path.write_text(text.replace(old, new, 1))

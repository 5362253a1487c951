"""Writing catalogue folders for tests of what reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SIGNAL = """
id = "tea-pot"
group = "device"
order = 10
icon = "coffee"
title = "Tea pot"
plain = "Tells whether tea is ready."
technical = "gettea returns the state of the pot."
sensitivity = 2
caveats = ["It may be empty."]

[systems]
linux = { state = "works" }
macos = { state = "recorded", reason = "Tested on recorded answers only." }
windows = { state = "not-built", reason = "Nobody wrote it yet." }

[neutral]
value = "None"
reach = "sandbox"
how = "No pot inside."

[changes.linux]
watch = ["/etc/teapot"]
notify = ["dbus:org.example.Tea"]
poll_s = 5

[[evidence]]
source = "The manual of the pot"
date = 2026-11-20
verified = true
"""


def write_signal(root: Path, text: str | bytes = SIGNAL, name: str = "tea-pot") -> Path:
    """Write one signal file below a catalogue folder and return its path."""
    folder = root / "signals"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path

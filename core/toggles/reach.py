"""What a sandboxed start still reaches of the display: every program at an X11 display can look into the others' windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.toggles.launch import NETWORK, profile_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from core.toggles.model import Toggle

X11: Final = "every program there can read other windows' titles, the picture of the screen, the clipboard and typed keys"
FILE_ONLY: Final = (
    "The display's socket file is hidden, but on X11 its abstract socket stays reachable as long as the network is shared: "
    f"{X11}. The private network closes it."
)
_OPEN: Final = "The sandbox leaves the display reachable: on X11 {x11}; on Wayland a program sees its own windows only."


def display_reach(parts: frozenset[str]) -> str:
    """Return what a sandbox of these parts leaves reachable of the display, or nothing where it leaves nothing (or is none)."""
    if not parts:
        return ""
    hides_x11_file = bool({"display", "mounts"} & parts)
    hides_wayland = bool({"display", "runtime"} & parts)
    if hides_x11_file and NETWORK in parts:
        return "" if hides_wayland else "The sandbox leaves a Wayland display reachable, where a program sees its own windows only."
    return FILE_ONLY if hides_x11_file and hides_wayland else _OPEN.format(x11=X11)


def at_shims(tools: Iterable[str], toggles: Mapping[str, Toggle], config: Path | None = None) -> list[str]:
    """Return a sentence for each way in which the chosen sandboxes of these tools reach the display; no start says it again."""
    named: dict[str, list[str]] = {}
    for tool in dict.fromkeys(tools):
        if sentence := display_reach(profile_for(tool, toggles, config).parts):
            named.setdefault(sentence, []).append(tool)
    return [f"{', '.join(names)}: {sentence}" for sentence, names in named.items()]

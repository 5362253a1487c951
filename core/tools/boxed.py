"""What the permissions of a Flatpak or Snap say it may reach: read from its own files, said in words, never taken as measured."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.tools.model import Installation

BOXED: Final = {Channel.FLATPAK: "Flatpak", Channel.SNAP: "Snap"}
_OVERRIDES: Final = ("/var/lib/flatpak/overrides", "~/.local/share/flatpak/overrides")
_LISTS: Final = ("shared", "sockets", "devices", "filesystems")
_WORDS: Final = {
    "network": "the network",
    "host": "all files of yours",
    "home": "your home folder",
    "host-etc": "the system's settings",
    "x11": "the screen and keyboard of other windows (X11)",
    "fallback-x11": "the screen and keyboard of other windows where there is only X11",
    "ssh-auth": "the SSH agent",
    "session-bus": "all programs on your session bus",
    "system-bus": "all services on the system bus",
    "all": "all devices",
    "personal-files": "chosen files of your home folder",
    "system-files": "chosen files of the system",
}
_NOT_TELLING: Final = frozenset({"ipc", "wayland", "dri", "pulseaudio", "shm", "desktop", "desktop-legacy", "opengl", "audio-playback"})
_CLASSIC: Final = re.compile(r"^confinement:\s*classic\s*$", re.MULTILINE)
_PLUG: Final = re.compile(r"^\s+-\s*([a-z0-9-]+)\s*$", re.MULTILINE)


def why_not_from_outside(host: Host, installation: Installation) -> str:
    """Return why a boxed tool is not measured from outside, with what its permissions say; empty for any other tool."""
    name = BOXED.get(installation.channel)
    if name is None:
        return ""
    allowed = permissions(host, installation)
    said = f" Its permissions name {', '.join(allowed)}." if allowed else ""
    return f"{name} gives this tool a file system and an environment of its own; start it once, and Telltale measures the session.{said}"


def permissions(host: Host, installation: Installation) -> tuple[str, ...]:
    """Return in words what a boxed tool's permissions let through; nothing where they cannot be read."""
    if installation.channel is Channel.FLATPAK:
        return _in_words(_flatpak(host, installation.path))
    if installation.channel is Channel.SNAP:
        return _in_words(_snap(_text(host, f"{installation.path}/current/meta/snap.yaml")))
    return ()


def _in_words(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_WORDS.get(name, name) for name in names if name not in _NOT_TELLING))


def _flatpak(host: Host, place: str) -> list[str]:
    """Add up the application's own permissions and the overrides, global ones first; a later `!name` takes one away."""
    app = place.rstrip("/").rpartition("/")[2]
    files = [f"{place}/current/active/metadata", *(f"{folder}/{name}" for folder in _OVERRIDES for name in ("global", app))]
    allowed: dict[str, None] = {}
    for path in files:
        for entry in _context(_text(host, path)):
            name = entry.removeprefix("!").partition(":")[0]
            if entry.startswith("!"):
                allowed.pop(name, None)
            else:
                allowed[name] = None
    return list(allowed)


def _context(text: str) -> list[str]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    if not parser.has_section("Context"):
        return []
    return [item.strip() for key in _LISTS for item in parser.get("Context", key, fallback="").split(";") if item.strip()]


def _snap(text: str) -> list[str]:
    if _CLASSIC.search(text):
        return ["host"]
    at = text.find("plugs:")
    return _PLUG.findall(text[at:]) if at >= 0 else []


def _text(host: Host, path: str) -> str:
    try:
        return host.read_text(path, 65_536)
    except HostError:
        return ""

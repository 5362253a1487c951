"""Screens as they describe themselves (EDID): from the kernel, the device tree or the registry; no window system is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.probes import _edid, _ioreg
from core.probes._ask import SMALL, command_text, quiet_text, subkeys

if TYPE_CHECKING:
    from core.host.base import Host

_DRM: Final = "/sys/class/drm"
_DISPLAYS: Final = r"HKLM\SYSTEM\CurrentControlSet\Enum\DISPLAY"


def screens_linux(host: Host) -> tuple[_edid.Screen, ...]:
    """Return the screens connected to the kernel's outputs; raise a host error where the kernel shows no outputs."""
    out = []
    for name in host.entries(_DRM, 256):
        if "-" not in name or quiet_text(host, f"{_DRM}/{name}/status") != "connected":
            continue
        try:
            screen = _edid.parse(host.read(f"{_DRM}/{name}/edid", SMALL))
        except HostError:
            screen = None
        out.append(screen or _without_edid(host, name))
    return tuple(out)


def _without_edid(host: Host, name: str) -> _edid.Screen:
    """Describe a connected output that gives no EDID by its first mode (`1920x1080`)."""
    wide, _, high = quiet_text(host, f"{_DRM}/{name}/modes").partition("\n")[0].partition("x")
    is_plain = wide.isascii() and wide.isdigit() and high.isascii() and high.isdigit() and len(wide + high) < 12
    return _edid.Screen("", "screen without a name", "", int(wide) if is_plain else 0, int(high) if is_plain else 0)


def screens_macos(host: Host) -> tuple[_edid.Screen, ...]:
    """Return screens from the device tree: EDID on Intel machines, attributes on Apple's own processors."""
    out = []
    nodes = _ioreg.parse(command_text(host, ("ioreg", "-rd1", "-w0", "-c", "IODisplayConnect")))
    nodes += _ioreg.parse(command_text(host, ("ioreg", "-rd1", "-w0", "-c", "IOMobileFramebuffer")))
    for node in nodes:
        screen = _edid.from_hex(node.properties.get("IODisplayEDID", ""))
        attributes = node.properties.get("DisplayAttributes", "")
        if screen:
            out.append(screen)
        elif attributes:
            maker, model, serial = (
                next(iter(_ioreg.inner_texts(attributes, key)), "") for key in ("ManufacturerID", "ProductName", "AlphanumericSerialNumber")
            )
            out.append(_edid.Screen(maker, model, serial))
    return tuple(out)


def screens_windows(host: Host) -> tuple[_edid.Screen, ...]:
    """Return screens that Windows has seen, from their EDID in the registry."""
    out = []
    for model in subkeys(host, _DISPLAYS):
        for place in subkeys(host, model, 16):
            try:
                data = host.registry(f"{place}\\Device Parameters", "EDID")
            except HostError:
                continue
            screen = _edid.parse(data) if isinstance(data, bytes) else None
            if screen:
                out.append(screen)
    return tuple(dict.fromkeys(out))


def screens(host: Host) -> tuple[_edid.Screen, ...]:
    """Return the screens by the way that fits the host's system."""
    match host.system:
        case System.MACOS:
            return screens_macos(host)
        case System.WINDOWS:
            return screens_windows(host)
        case _:
            return screens_linux(host)

"""Which display server a program started here could reach; the socket's existence is looked at, nothing is connected to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.model import Origin
from core.probes._ask import NOT_SET, asked, stated
from core.probes._places import named, place_of, presence_result, socket_result
from core.probes.result import Absent

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

PORTAL: Final = "/usr/share/dbus-1/services/org.freedesktop.portal.Desktop.service"
_UNIX_SOCKETS: Final = "/proc/net/unix"


def x11_source(host: Host) -> SourceReading:
    """Tell whether the X11 display named by DISPLAY can be reached: by its socket file or by its abstract name."""
    return asked("X11 display", Origin.PROGRAM, lambda: _x11(host))


def _x11(host: Host) -> Result:
    display = host.env("DISPLAY")
    if not display:
        return Absent("DISPLAY is not set, so programs know of no X11 display.")
    machine, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 5:
        return Absent("DISPLAY does not name a display.")
    if machine not in {"", "unix"}:
        return stated("DISPLAY names a display over the network")
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  the place X11 prescribes; looked at, not written
    if host.exists(path):
        return socket_result(host, path, "reachable through the X11 socket")
    if f"@{path}\n" in host.read_text(_UNIX_SOCKETS, 4 << 20) + "\n":
        return stated("reachable through the X11 socket without a file")
    raise NotThereError("No X11 socket is there.")


def wayland_source(host: Host, words: str) -> SourceReading:
    """Say `words` if a Wayland compositor's socket is there."""
    return asked("Wayland socket", Origin.PROGRAM, lambda: _wayland(host, words))


def _wayland(host: Host, words: str) -> Result:
    name = host.env("WAYLAND_DISPLAY")
    if not name:
        return Absent("WAYLAND_DISPLAY is not set, so programs know of no Wayland compositor.")
    path = name if name.startswith("/") else f"{place_of(host, '{runtime}')}/{name}"
    return named("The compositor's socket", lambda: socket_result(host, path, words))


def portal_source(host: Host, words: str) -> SourceReading:
    """Say `words` if the desktop portal can be started on the session bus."""
    return asked("desktop portal", Origin.PROGRAM, partial(presence_result, host, PORTAL, words))


def windows_session(host: Host, words: str) -> SourceReading:
    """Say `words` if this is an interactive Windows session: Windows gives its programs these things without asking."""
    return asked("SESSIONNAME", Origin.ENVIRONMENT, lambda: stated(words) if host.env("SESSIONNAME") else NOT_SET)

"""What a signal's `changes` ask for, translated into paths and netlink groups that can be watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.errors import HostError

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import Changes

# The files in which the services on the bus keep what they announce, so no bus is needed to notice a change.
WRITTEN_BY: Final = {
    "dbus:org.freedesktop.timedate1": ("/etc/localtime", "/etc/timezone", "/etc/adjtime"),
    "dbus:org.freedesktop.hostname1": ("/proc/sys/kernel/hostname", "/etc/hostname", "/etc/machine-info"),
    "dbus:org.freedesktop.resolve1": ("/run/systemd/resolve", "/etc/resolv.conf"),
    "dbus:org.freedesktop.login1": ("/run/systemd/sessions", "/run/systemd/users"),
    "dbus:org.freedesktop.locale1": ("/etc/locale.conf", "/etc/default/locale", "/etc/vconsole.conf", "/etc/default/keyboard"),
}
DCONF: Final = ("~/.config/dconf/user", "/etc/dconf/db")
NETLINK: Final = frozenset({"link", "address", "route", "neighbour"})
# Joining or leaving a network is also an interface that changes and an address that comes or goes.
SEEN_ON_NETLINK: Final = {"dbus:org.freedesktop.NetworkManager": ("link", "address")}
_NO_EVENTS: Final = ("/proc/", "/sys/")
KERNEL_TELLS: Final = frozenset({"/proc/sys/kernel/hostname", "/proc/self/mounts", "/proc/self/mountinfo", "/proc/mounts"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What to watch for one key; `is_complete` says that nothing else has to be polled."""

    paths: tuple[str, ...]
    kernel_files: tuple[str, ...]
    netlink: tuple[str, ...]
    is_complete: bool


def wish(changes: Changes, home: str, cwd: str = "") -> Wish:
    """Translate one signal's changes; `home` and `cwd` (for paths that begin with a dot) are empty where there is none."""
    paths = list(changes.watch)
    netlink: list[str] = []
    is_complete = True
    for name in changes.notify:
        kind, _, what = name.partition(":")
        if kind == "netlink" and what in NETLINK:
            netlink.append(what)
        elif name in SEEN_ON_NETLINK:
            netlink.extend(SEEN_ON_NETLINK[name])
        elif name in WRITTEN_BY:
            paths.extend(WRITTEN_BY[name])
        elif kind == "dconf":
            paths.extend(DCONF)
        else:
            is_complete = False
    expanded = dict.fromkeys(full for path in paths if (full := expand(path, home, cwd)))
    kernel = tuple(path for path in expanded if path in KERNEL_TELLS)
    files = tuple(path for path in expanded if not path.startswith(_NO_EVENTS))
    return Wish(files, kernel, tuple(netlink), is_complete and len(kernel) + len(files) == len(set(paths)))


def expand(path: str, home: str, cwd: str = "") -> str:
    """Return an absolute path, or an empty text where there is nothing to expand it with."""
    if path == "~" or path.startswith("~/"):
        return home + path[1:] if home else ""
    if path.startswith("."):
        return f"{cwd.rstrip('/')}/{path}" if cwd else ""
    return path if path.startswith("/") else ""


def base_folders(host: Host) -> tuple[str, str]:
    """Return home and working folder of a host, each empty where there is none."""
    try:
        home = host.home
    except HostError:
        home = ""
    try:
        return home, host.cwd
    except HostError:
        return home, ""

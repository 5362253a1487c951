"""Noticing changes on this machine without asking again and again; every way hides behind `core.loop.Notifier`.

File watches are raw inotify on folders (a file watch dies with an atomic replace). A general
watching library was weighed: what Telltale needs (links, atomic replaces, folders that do not exist yet) is one small room here.
Netlink tells about interfaces,
addresses and routes without rights. D-Bus is left to the window, which has QtDBus: it may call `Engine.notified` and
`Engine.wanted_notifications("dbus:")`; what the bus would tell about zone, locale and host name is written to files that
are watched here anyway. macOS and Windows compare file facts every two seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.model import System

if TYPE_CHECKING:
    from core.host.base import Host
    from core.loop import Notifier


def notifier_for(host: Host) -> Notifier | None:
    """Return what can notice changes behind these eyes; None for a recorded machine, which never changes."""
    if host.is_synthetic:
        return None
    from core.host.real import RealHost

    if host.system is System.LINUX and isinstance(host, RealHost):
        from core.live.linux import LinuxNotifier

        return LinuxNotifier(host)
    from core.live.facts import FactsNotifier

    return FactsNotifier(host)

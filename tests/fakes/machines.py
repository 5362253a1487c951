"""Small catalogues and hosts for tests of what runs the probes."""

from __future__ import annotations

from core.catalogue import Catalogue
from core.host.recorded import RecordedHost
from core.model import Changes, Group, Sensitivity, Signal, Support, System, SystemSupport


def signal(name: str, *, changes: Changes | None = None, group: Group = Group.WHERE, probe: str = "") -> Signal:
    """Return a signal that works on Linux."""
    return Signal(
        id=name,
        group=group,
        title=name.replace("-", " ").capitalize(),
        plain=f"Says something about {name}.",
        technical=f"Reads {name}.",
        sensitivity=Sensitivity.COMMON,
        probe=probe or name,
        order=1,
        icon="clock",
        systems={
            System.LINUX: SystemSupport(Support.WORKS),
            System.MACOS: SystemSupport(Support.NOT_BUILT, "Not built for this system yet."),
            System.WINDOWS: SystemSupport(Support.NOT_BUILT, "Not built for this system yet."),
        },
        changes={System.LINUX: changes or Changes()},
        neutral=None,
        caveats=(),
        evidence=(),
    )


def catalogue(*signals: Signal) -> Catalogue:
    """Return a catalogue of these signals."""
    return Catalogue({item.id: item for item in signals})


def machine(**recorded: object) -> RecordedHost:
    """Return a recorded Linux machine."""
    return RecordedHost({"system": "linux", "home": "/home/mia", "env": {}, "files": {}, **recorded}, "Mia Example")

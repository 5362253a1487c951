"""For tests/conftest.py: no test may open a connection beyond this computer; an attempt fails with the address it wanted.

An audit hook sees every connection made by Python code, also inside libraries. Where the enclosure could make a private
network, child processes are held to the same rule by the kernel.
"""

from __future__ import annotations

import ipaddress
import sys

EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class BeyondLoopbackError(RuntimeError):
    """A test tried to reach another computer."""


def is_loopback(address: object) -> bool:
    """Return whether an address stays on this computer (paths and kernel addresses do)."""
    if not isinstance(address, tuple) or not address or not isinstance(address[0], str):
        return True
    try:
        return ipaddress.ip_address(address[0].split("%")[0]).is_loopback
    except ValueError:
        return address[0] in {"localhost", ""}


def refuse_beyond_loopback(event: str, arguments: tuple[object, ...]) -> None:
    """Raise for a connection that would leave this computer."""
    if event in EVENTS and not is_loopback(arguments[1]):
        raise BeyondLoopbackError(f"the tests never leave this computer, but {event} was called for {arguments[1]!r}")


def install() -> None:
    """Watch this process from now on (an audit hook cannot be taken away)."""
    if not getattr(sys, "_telltale_loopback_only", False):
        sys.addaudithook(refuse_beyond_loopback)
        sys._telltale_loopback_only = True  # type: ignore[attr-defined]  # one hook even if two modules ask

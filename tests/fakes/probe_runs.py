"""Runs one probe on a host and turns its answer into plain texts for comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.host.recorded import RecordedHost
from core.model import Support, System, SystemSupport
from core.probes.registry import load, run_probe
from core.probes.result import Ok, display, result_name
from core.redact import raw
from tests.fakes.machines import signal

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import Reading


def ask(name: str, host: Host) -> Reading:
    """Ask one probe through a host as the engine does."""
    load()
    one = signal(name)
    works = {system: SystemSupport(Support.WORKS) for system in System}
    return run_probe(type(one)(**{field: getattr(one, field) for field in one.__slots__} | {"systems": works}), host)


def linux(**recorded: object) -> RecordedHost:
    """Return a recorded Linux machine with an account."""
    account = {"uid": 1000, "gid": 1000, "name": "mia", "shell": "/bin/bash", "home": "/home/mia"}
    return RecordedHost({"system": "linux", "home": "/home/mia", "account": account, **recorded}, "Mia Example")


def macos(**recorded: object) -> RecordedHost:
    """Return a recorded Mac."""
    account = {"uid": 501, "gid": 20, "name": "mia", "shell": "/bin/zsh", "home": "/Users/mia"}
    return RecordedHost({"system": "macos", "home": "/Users/mia", "account": account, **recorded}, "Mia Example")


def windows(**recorded: object) -> RecordedHost:
    """Return a recorded Windows computer."""
    return RecordedHost({"system": "windows", "home": "C:\\Users\\mia", **recorded}, "Mia Example")


def shown(reading: Reading) -> dict[str, str]:
    """Return each source's shown text, or the name of its result where it has no value."""
    return {item.name: display(item.result) or result_name(item.result) for item in reading.sources}


def summary(reading: Reading) -> str:
    """Return the shown text of the whole reading, or the name of its result."""
    return display(reading.result) or result_name(reading.result)


def every_text(reading: Reading) -> str:
    """Return all texts of a reading, raw values included, for searching planted secrets."""
    results = [reading.result, *(item.result for item in reading.sources)]
    values = [value for result in results if isinstance(result, Ok) for value in result.values]
    return "\n".join([repr(reading), str(reading), *map(str, values), *map(repr, values), *map(raw, values)])

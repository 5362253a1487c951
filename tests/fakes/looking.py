"""Asking one signal of a recorded machine, the way the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue import load_catalogue
from core.host.recorded import RecordedHost
from core.probes.registry import run_probe
from core.probes.result import Ok
from core.redact import raw

if TYPE_CHECKING:
    from core.model import Reading

SIGNALS = load_catalogue().signals
MIA = {"system": "linux", "home": "/home/mia", "env": {}}


def look(signal: str, **recorded: object) -> Reading:
    """Run the probe of a signal on a recorded Linux machine with these additions; its module must be imported."""
    return run_probe(SIGNALS[signal], RecordedHost({**MIA, **recorded}, "Mia Example"))


def values(reading: Reading) -> list[str]:
    """Return the raw values of a reading that must have some."""
    assert isinstance(reading.result, Ok), reading.result
    return [raw(value) for value in reading.result.values]

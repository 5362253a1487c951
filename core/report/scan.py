"""A scan as data for JSON: the shape that `resources/schema/scan.schema.json` publishes. Masked unless a gate is given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from core import VERSION
from core.probes.result import Ok, Result, display, result_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.model import Reading, SourceReading
    from core.redact import RevealGate

SCHEMA: Final = "telltale.scan/1"


def scan_document(readings: Iterable[Reading], catalogue: Catalogue, host: Host, gate: RevealGate | None = None) -> dict[str, Any]:
    """Return a scan as plain data; with a `gate` the values are revealed (and refused where it is locked)."""
    return {
        "schema": SCHEMA,
        "telltale_version": VERSION,
        "taken_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "host": {"system": host.system.value, "eyes": host.eyes, "synthetic": host.is_synthetic, "revealed": gate is not None},
        "readings": [_reading(reading, catalogue, gate) for reading in readings],
    }


def shown(result: Result, gate: RevealGate | None) -> str | None:
    """Return the text of a result's values, None where there are none; masked without a gate."""
    if not isinstance(result, Ok):
        return None
    if gate is None:
        return display(result)
    return ", ".join(value.reveal(gate) for value in result.values) or result.summary


def reason(result: Result) -> str:
    """Return why there is no value; an empty text where there is one."""
    return "" if isinstance(result, Ok) else result.reason


def _reading(reading: Reading, catalogue: Catalogue, gate: RevealGate | None) -> dict[str, Any]:
    signal = catalogue.signals[reading.signal]
    return {
        "signal": signal.id,
        "group": signal.group.value,
        "sensitivity": int(signal.sensitivity),
        "result": result_name(reading.result),
        "value": shown(reading.result, gate),
        "reason": reason(reading.result),
        "sources": [_source(source, gate) for source in reading.sources],
        "agree": reading.agreement.value,
        "verdict": reading.verdict,
        "took_ms": reading.took_ms,
    }


def _source(source: SourceReading, gate: RevealGate | None) -> dict[str, Any]:
    return {
        "name": source.name,
        "origin": source.origin.value,
        "result": result_name(source.result),
        "value": shown(source.result, gate),
        "reason": reason(source.result),
    }

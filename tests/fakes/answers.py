"""Asks one registered probe and looks into its answer; raw values are used for comparing only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.probes import registry
from core.probes.result import Answer, Ok
from core.redact import raw

if TYPE_CHECKING:
    from core.host.recorded import RecordedHost
    from core.probes.result import Result


def ask(signal: str, host: RecordedHost) -> Answer:
    """Return a probe's answer on a recorded machine."""
    outcome = registry.load()[signal, host.system](host)
    return outcome if isinstance(outcome, Answer) else Answer(outcome)


def raws(result: Result) -> list[str]:
    """Return the values of a result, none for anything but `Ok`."""
    return [raw(value) for value in result.values] if isinstance(result, Ok) else []


def source_of(answer: Answer, name: str) -> Result:
    """Return the result of the one source with this name."""
    (found,) = [item.result for item in answer.sources if item.name == name]
    return found

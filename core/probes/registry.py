"""Which function answers which signal on which system; probes register with the `probe` decorator."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import core.probes
from core.errors import HostError, NotAllowedError, NotSupportedError, NotThereError, TooSlowError
from core.model import Agreement, Reading, Support, System
from core.probes.result import Absent, Answer, Denied, Failed, Ok, Result, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.host.base import Host
    from core.model import Signal

    Probe = Callable[[Host], Answer | Result]

log = logging.getLogger(__name__)
_NOT_PROBES: Final = frozenset({"registry", "result"})
_PROBES: Final[dict[tuple[str, System], Probe]] = {}
EVERYWHERE: Final = tuple(System)


def probe(name: str, *systems: System) -> Callable[[Probe], Probe]:
    """Register a function as the probe `name` for the given systems (all systems if none is given)."""

    def register(function: Probe) -> Probe:
        for system in systems or EVERYWHERE:
            if (name, system) in _PROBES:
                raise ValueError(f"two probes are called {name!r} on {system}")
            _PROBES[name, system] = function
        return function

    return register


def load() -> dict[tuple[str, System], Probe]:
    """Import every probe module once and return the registry (any thread, before worker threads start)."""
    for module in pkgutil.iter_modules(core.probes.__path__):
        if module.name not in _NOT_PROBES and not module.name.startswith("_"):
            _load_one(f"core.probes.{module.name}")
    return _PROBES


def _load_one(module: str) -> None:
    """Import one module; a broken one costs its own rows, which then say that they were not measured."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        log.warning("the probes of %s could not be loaded (%s), so their signals are not measured", module, type(error).__name__)


def result_of(error: HostError) -> Result:
    """Translate a host's error into a result; texts hold no raw values."""
    match error:
        case NotThereError():
            return Absent(str(error))
        case NotAllowedError():
            return Denied(str(error))
        case NotSupportedError():
            return Unsupported(str(error))
        case TooSlowError() | _:
            return Failed(str(error))


def attempt(ask: Callable[[], Result]) -> Result:
    """Run one source's question and turn host errors into its result, so that one bad source costs only itself."""
    try:
        return ask()
    except HostError as error:
        return result_of(error)


def run_probe(signal: Signal, host: Host) -> Reading:
    """Ask one signal through a host; never raises for anything the machine holds."""
    started = time.perf_counter()
    answer = _answer(signal, host)
    took_ms = (time.perf_counter() - started) * 1000
    return Reading(
        signal=signal.id,
        result=answer.result,
        sources=answer.sources,
        agreement=answer.agreement,
        verdict=answer.verdict,
        taken_at=datetime.now(UTC),
        eyes=host.eyes,
        took_ms=round(took_ms, 3),
    )


def _answer(signal: Signal, host: Host) -> Answer:
    support = signal.systems[host.system]
    function = _PROBES.get((signal.probe, host.system))
    if support.state in {Support.NOT_POSSIBLE, Support.NOT_BUILT}:
        return Answer(Unsupported(support.reason))
    if function is None:
        return Answer(Failed("Telltale could not read this: its probe is missing from this installation."))
    try:
        outcome = function(host)
    except HostError as error:
        return Answer(result_of(error))
    except Exception as error:  # noqa: BLE001  the boundary: a broken probe costs its own row only
        log.debug("probe %s broke with %s", signal.probe, type(error).__name__)
        return Answer(Failed(f"Telltale could not read this: its probe stopped with {type(error).__name__}."))
    if isinstance(outcome, Answer):
        return outcome
    return Answer(outcome, (), Agreement.SINGLE if isinstance(outcome, Ok) else Agreement.NONE)

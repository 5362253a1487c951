"""The engine keeps the newest answer of every signal and tells subscribers only what changed."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.loop import LIMIT_S, Loop, Source
from core.model import Agreement, Changes, Reading
from core.pool import Job, Pool
from core.probes.registry import load, run_probe
from core.probes.result import Failed
from core.recall import Recall, SignedHost
from core.schedule import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.loop import Notifier
    from core.model import Signal

    Listener = Callable[["EngineEvent"], None]

__all__ = ["Engine", "EngineEvent", "EventKind", "Pace", "same_answer", "scan_once"]
log = logging.getLogger(__name__)
HISTORY_LENGTH: Final = 50
_POWER: Final = "engine:power"


class EventKind(StrEnum):
    """What an engine event is about."""

    READINGS = "readings"
    SCAN_STARTED = "scan-started"
    SCAN_FINISHED = "scan-finished"


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """News for subscribers: READINGS holds the changed readings, SCAN_FINISHED every reading there is."""

    kind: EventKind
    readings: tuple[Reading, ...] = ()


def same_answer(one: Reading, other: Reading) -> bool:
    """Whether two readings say the same, whenever they were taken and however long it took."""
    return (one.result, one.sources, one.agreement, one.verdict, one.eyes) == (
        other.result,
        other.sources,
        other.agreement,
        other.verdict,
        other.eyes,
    )


def failed_reading(signal_id: str, eyes: str, why: str) -> Reading:
    """Return the row of a probe that gave no answer; `why` goes into the sentence."""
    result = Failed(f"Telltale could not read this: {why}.")
    return Reading(signal_id, result, (), Agreement.NONE, "", datetime.now(UTC), eyes)


def scan_once(
    host: Host,
    catalogue: Catalogue,
    only: Collection[str] | None = None,
    workers: int = 4,
    limit_s: float = LIMIT_S,
) -> tuple[Reading, ...]:
    """Ask every signal (or `only` these) once and return the readings in catalogue order; a hung probe costs its own row."""
    load()
    chosen = [signal for signal in catalogue.signals.values() if only is None or signal.id in only]
    finished = threading.Event()
    pool = Pool(workers, finished.set)
    for signal in chosen:
        pool.submit(Job(signal.id, _question(signal, host), limit_s))
    readings: dict[str, Reading] = {}
    while len(readings) < len(chosen):
        finished.wait(pool.wait_s())
        finished.clear()
        for job in pool.collect():
            answer = job.answer
            why = f"its probe stopped with {job.error}"
            readings[job.key] = answer if isinstance(answer, Reading) else failed_reading(job.key, host.eyes, why)
        for late in pool.tend():
            readings[late.key] = failed_reading(late.key, host.eyes, f"it took too long (more than {late.limit_s:g} s)")
    pool.close()
    return tuple(readings[signal.id] for signal in chosen)


def _question(signal: Signal, host: Host, recall: Recall | None = None) -> Callable[[], Reading]:
    return (lambda: run_probe(signal, host)) if recall is None else (lambda: recall.reading(signal))


class Engine:
    """Runs the probes of a catalogue through one host, live; see ARCHITECTURE for the threads."""

    def __init__(
        self, host: Host, catalogue: Catalogue, *, workers: int = 4, notifier: Notifier | None = None, limit_s: float = LIMIT_S
    ) -> None:
        """Prepare the engine; nothing is read before `start`. Without a `notifier` everything is polled."""
        load()
        self.host = host
        self.catalogue = catalogue
        self._readings: dict[str, Reading] = {}
        self._history: dict[str, deque[Reading]] = {}
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._changed: dict[str, Reading] = {}
        self._scan_left: set[str] = set()
        self._is_in_scan = False
        self._pace = Pace.VISIBLE
        self._on_battery = False
        self._recall = Recall(host) if isinstance(host, SignedHost) else None
        asking = None if self._recall is None else self._recall.look_afresh
        self._loop = Loop(workers=workers, notifier=notifier, settled=self._flush, asking=asking)
        for signal in catalogue.signals.values():
            self._loop.add(self._source(signal, limit_s))
        if not host.is_synthetic:
            self._loop.add(Source(_POWER, self._ask_power, self._power_arrived, lambda _why: None, Changes(poll_s=60.0)))

    @property
    def is_scanning(self) -> bool:
        """Whether a scan somebody asked for is under way."""
        return self._is_in_scan

    @property
    def pace(self) -> Pace:
        """The pace in force: saving on battery, else what was set."""
        return Pace.SAVING if self._on_battery else self._pace

    def readings(self) -> Mapping[str, Reading]:
        """Return the newest reading of each signal in catalogue order (signals not yet read are missing); from any thread."""
        with self._lock:
            return MappingProxyType({key: self._readings[key] for key in self.catalogue.signals if key in self._readings})

    def history(self, signal_id: str) -> tuple[Reading, ...]:
        """Return the different readings of a signal in this run, oldest first, bounded; from any thread."""
        with self._lock:
            return tuple(self._history.get(signal_id, ()))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the engine's thread for every event; the returned function ends that."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def start(self) -> None:
        """Start the threads and the first scan."""
        self._loop.post(lambda: self._begin_scan(self.catalogue.signals))
        self._loop.start()

    def close(self) -> None:
        """Stop; returns soon even if a probe hangs."""
        self._loop.close()

    def refresh(self, ids: Iterable[str] | None = None) -> None:
        """Ask these signals (all: None) again now; from any thread."""
        wanted = tuple(self.catalogue.signals) if ids is None else tuple(ids)
        self._loop.post(lambda: self._rescan(wanted))

    def poke(self, ids: Iterable[str]) -> None:
        """Say that something behind these signals may have changed (a door for outside notifications); from any thread."""
        self._loop.changed(ids)

    def notified(self, notification: str) -> None:
        """Say that a notification named in the catalogue (`dbus:org.freedesktop.timedate1`) came; from any thread."""
        self._loop.changed([key for key, signal in self.catalogue.signals.items() if notification in self._changes(signal).notify])

    def wanted_notifications(self, prefix: str) -> tuple[str, ...]:
        """Return the notifications of a kind (`dbus:`) that some signal of this system wants."""
        names = (name for signal in self.catalogue.signals.values() for name in self._changes(signal).notify)
        return tuple(dict.fromkeys(name for name in names if name.startswith(prefix)))

    def set_pace(self, pace: Pace) -> None:
        """Say whether somebody looks; from any thread."""
        self._pace = pace
        self._loop.set_pace(self.pace)

    def add_source(self, source: Source) -> None:
        """Let another periodic question (tool detection, sessions) ride on the same threads; keys must not be signal ids."""
        self._loop.add(source)

    def _changes(self, signal: Signal) -> Changes:
        return signal.changes.get(self.host.system, Changes())

    def _source(self, signal: Signal, limit_s: float) -> Source:
        def late(why: str) -> None:
            self._arrived(failed_reading(signal.id, self.host.eyes, why))

        return Source(signal.id, _question(signal, self.host, self._recall), self._arrived, late, self._changes(signal), limit_s)

    def _begin_scan(self, ids: Iterable[str]) -> None:
        self._scan_left.update(ids)
        self._is_in_scan = True
        self._emit(EngineEvent(EventKind.SCAN_STARTED))

    def _rescan(self, wanted: tuple[str, ...]) -> None:
        known = [key for key in wanted if key in self.catalogue.signals]
        self._begin_scan(known)
        self._loop.ask(known)

    def _arrived(self, answer: object) -> None:
        if not isinstance(answer, Reading):
            return
        with self._lock:
            before = self._readings.get(answer.signal)
            self._readings[answer.signal] = answer
            if before is None or not same_answer(before, answer):
                self._history.setdefault(answer.signal, deque(maxlen=HISTORY_LENGTH)).append(answer)
                self._changed[answer.signal] = answer
        self._scan_left.discard(answer.signal)

    def _flush(self) -> None:
        if self._changed:
            changed, self._changed = tuple(self._changed.values()), {}
            self._emit(EngineEvent(EventKind.READINGS, changed))
        if self._is_in_scan and not self._scan_left:
            self._is_in_scan = False
            self._emit(EngineEvent(EventKind.SCAN_FINISHED, tuple(self.readings().values())))

    def _emit(self, event: EngineEvent) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001  the boundary: a broken listener costs only itself
                log.warning("a listener of the engine stopped with %s", type(error).__name__)

    def _ask_power(self) -> bool:
        try:
            return not self.host.battery().is_charging
        except HostError:
            return False

    def _power_arrived(self, answer: object) -> None:
        self._on_battery = answer is True
        self._loop.set_pace(self.pace)

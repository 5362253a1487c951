"""The main thread's copy of what is known: one catalogue, one host, the newest readings; models and widgets ask only this."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from core.engine import same_answer
from core.model import Group, Sensitivity, Support, SystemSupport
from gui.marks import Mark, mark_of_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.inference import Conclusion
    from core.model import Reading
    from core.model import Signal as CatalogueSignal
    from gui.bridge import Batch

KEPT_HAPPENINGS: Final = 200
_UNKNOWN: Final = SystemSupport(Support.NOT_BUILT)


@dataclass(frozen=True, slots=True)
class Happening:
    """One change seen while Telltale runs: which signal, when, what it was and what it is (readings hold masked values)."""

    signal: str
    at: datetime
    before: Reading
    after: Reading


@dataclass(frozen=True, slots=True)
class Query:
    """Which signals somebody wants to see; an empty field asks for nothing."""

    text: str = ""
    groups: frozenset[Group] = frozenset()
    marks: frozenset[Mark] = frozenset()
    supports: frozenset[Support] = frozenset()
    at_least: Sensitivity = Sensitivity.HARMLESS
    tool_marks: frozenset[Mark] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return self == Query()


class Store(QObject):
    """Newest readings and what follows from them; lives on the main thread."""

    opened = Signal()
    changed = Signal(list)
    scanning_changed = Signal(bool)
    happened = Signal(object)
    conclusions_changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty: no catalogue yet."""
        super().__init__(parent)
        self.signals: Mapping[str, CatalogueSignal] = {}
        self.host: Host | None = None
        self.catalogue: Catalogue | None = None
        self.conclusions: tuple[Conclusion, ...] = ()
        self.happenings: deque[Happening] = deque(maxlen=KEPT_HAPPENINGS)
        self.started_at = datetime.now(UTC)
        self.error = ""
        self.is_scanning = False
        self.tool_marks: Callable[[str], frozenset[Mark]] = _no_marks
        self._readings: dict[str, Reading] = {}
        self._history: Callable[[str], tuple[Reading, ...]] = _no_history

    @property
    def is_open(self) -> bool:
        """Whether a machine is being looked at."""
        return self.host is not None

    @property
    def has_readings(self) -> bool:
        """Whether at least one answer arrived."""
        return bool(self._readings)

    @property
    def is_synthetic(self) -> bool:
        """Whether the machine shown is recorded or invented."""
        return self.host is not None and self.host.is_synthetic

    @property
    def eyes(self) -> str:
        """Through whose eyes the readings were taken."""
        return self.host.eyes if self.host is not None else ""

    def open(self, host: Host, catalogue: Catalogue, history: Callable[[str], tuple[Reading, ...]]) -> None:
        """Show another machine; forget the last one."""
        self.host, self.catalogue, self.signals = host, catalogue, catalogue.signals
        self._history = history
        self._readings = {}
        self.conclusions = ()
        self.happenings.clear()
        self.error = ""
        self.started_at = datetime.now(UTC)
        self.opened.emit()

    def fail(self, message: str) -> None:
        """Show that the machine could not be opened."""
        self.error = message
        self.failed.emit(message)

    def take(self, batch: Batch) -> None:
        """Take a delivery of the mailbox and tell which signals changed."""
        changed = [self._take_reading(reading) for reading in batch.readings.values() if reading.signal in self.signals]
        if changed:
            self.changed.emit(changed)
        # A scan may begin and end within one delivery: that it ended is news even so.
        if batch.is_scanning is not None and (batch.is_scanning != self.is_scanning or not batch.is_scanning):
            self.is_scanning = batch.is_scanning
            self.scanning_changed.emit(self.is_scanning)

    def _take_reading(self, reading: Reading) -> str:
        before = self._readings.get(reading.signal)
        self._readings[reading.signal] = reading
        if before is not None and not same_answer(before, reading):
            happening = Happening(reading.signal, reading.taken_at, before, reading)
            self.happenings.appendleft(happening)
            self.happened.emit(happening)
        return reading.signal

    def set_conclusions(self, conclusions: tuple[Conclusion, ...]) -> None:
        """Show what the readings taken together suggest."""
        if conclusions != self.conclusions:
            self.conclusions = conclusions
            self.conclusions_changed.emit()

    def reading(self, signal_id: str) -> Reading | None:
        """Return the newest reading, or None as long as there is none."""
        return self._readings.get(signal_id)

    def readings(self) -> Mapping[str, Reading]:
        """Return all newest readings (do not change it)."""
        return self._readings

    def history(self, signal_id: str) -> tuple[Reading, ...]:
        """Return the readings of this run that differed, oldest first."""
        return self._history(signal_id)

    def mark(self, signal_id: str) -> Mark:
        """Return what is known about any program running as this user."""
        return mark_of_reading(self._readings.get(signal_id))

    def support(self, signal_id: str) -> SystemSupport:
        """Return what Telltale can do for a signal on the system shown."""
        signal = self.signals.get(signal_id)
        if signal is None or self.host is None:
            return _UNKNOWN
        return signal.systems.get(self.host.system, _UNKNOWN)

    def matches(self, signal_id: str, query: Query) -> bool:
        """Return whether a signal is among those asked for."""
        signal = self.signals[signal_id]
        if query.groups and signal.group not in query.groups:
            return False
        if signal.sensitivity < query.at_least:
            return False
        if query.marks and self.mark(signal_id) not in query.marks:
            return False
        if query.tool_marks and not query.tool_marks & self.tool_marks(signal_id):
            return False
        if query.supports and self.support(signal_id).state not in query.supports:
            return False
        return not query.text or _has_words(signal, query.text)

    def count(self, query: Query) -> int:
        """Return how many signals are among those asked for."""
        return sum(self.matches(signal_id, query) for signal_id in self.signals)

    def titles(self, signal_ids: Iterable[str]) -> list[str]:
        """Return the titles of the signals that exist."""
        return [self.signals[item].title for item in signal_ids if item in self.signals]


def _has_words(signal: CatalogueSignal, text: str) -> bool:
    """Whether every word typed stands in the signal's texts (never in its value: a filter must not tell a hidden value)."""
    place = f"{signal.title} {signal.id} {signal.plain} {signal.group}".casefold()
    return all(word in place for word in text.casefold().split())


def _no_marks(_signal_id: str) -> frozenset[Mark]:
    return frozenset()


def _no_history(_signal_id: str) -> tuple[Reading, ...]:
    return ()

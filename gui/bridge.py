"""The mailbox between threads: any thread posts, the main thread is woken once and gets the newest values in short batches."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine import EngineEvent
    from core.model import Reading

INTERVAL_MS: Final = 40
_AT_A_TIME_S: Final = 0.008  # half a frame: what takes longer goes on after the events that wait
# By value: importing the engine here would delay the first frame.
_SCANNING: Final = {"scan-started": True, "scan-finished": False}


@dataclass(slots=True)
class Batch:
    """What happened since the last delivery: the newest reading per signal, and whether a scan runs (None: no news)."""

    readings: dict[str, Reading] = field(default_factory=dict)
    is_scanning: bool | None = None


class Mailbox(QObject):
    """Takes news on any thread and delivers it on the thread it lives on."""

    delivered = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, interval_ms: int = INTERVAL_MS) -> None:
        """Live on the thread that makes it, which has to be the main thread."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._batch = Batch()
        self._calls: deque[Callable[[], None]] = deque()
        self._is_awake = False
        self._is_closed = False
        self._last = 0.0
        self._interval_ms = interval_ms
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def put(self, event: EngineEvent) -> None:
        """Take an engine's event; call it from any thread."""
        with self._lock:
            if self._is_closed:
                return
            if event.kind in _SCANNING:
                self._batch.is_scanning = _SCANNING[event.kind]
            for reading in event.readings:
                self._batch.readings[reading.signal] = reading
            self._wake()

    def post(self, call: Callable[[], None]) -> None:
        """Run a call on the main thread; call it from any thread."""
        with self._lock:
            if not self._is_closed:
                self._calls.append(call)
                self._wake()

    def forget(self) -> None:
        """Drop the readings that are waiting (another machine is opened); waiting calls stay."""
        with self._lock:
            self._batch = Batch()

    def close(self) -> None:
        """Drop what is waiting and take nothing more; call it before the application ends."""
        with self._lock:
            self._is_closed = True
            self._batch = Batch()
            self._calls.clear()
        self._timer.stop()

    def _wake(self) -> None:
        """Wake the main thread unless it already knows (the lock is held)."""
        if not self._is_awake:
            self._is_awake = True
            self._woken.emit()

    def _on_woken(self) -> None:
        """Deliver at once after a quiet time, else with the next batch."""
        since_ms = (time.monotonic() - self._last) * 1000
        if since_ms >= self._interval_ms:
            self._deliver()
        else:
            self._timer.start(int(self._interval_ms - since_ms) + 1)

    def _deliver(self) -> None:
        with self._lock:
            batch, self._batch = self._batch, Batch()
            self._is_awake = False
        self._last = time.monotonic()
        if batch.readings or batch.is_scanning is not None:
            self.delivered.emit(batch)
        while (call := self._next_call()) is not None:
            call()

    def _next_call(self) -> Callable[[], None] | None:
        """Return a call that waits; None if there is none, or if others on the main thread shall come first."""
        with self._lock:
            if not self._calls:
                return None
            if time.monotonic() - self._last < _AT_A_TIME_S:
                return self._calls.popleft()
        self._timer.start(0)
        return None

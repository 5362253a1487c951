"""One long piece of work beside the window's own worker: it tells how far it is, and it can be cancelled."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[int, int], None]

log = logging.getLogger(__name__)


class CancelledError(TelltaleError):
    """The person cancelled."""


class Background(QObject):
    """Runs one piece of work at a time on a thread of its own; its signals arrive on the thread it lives on."""

    done = Signal(object)
    failed = Signal(str)
    progressed = Signal(int, int)
    _ended = Signal(int, object, str)
    _moved = Signal(int, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start idle."""
        super().__init__(parent)
        self._number = 0
        self._stop = threading.Event()
        self.is_running = False
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        self._moved.connect(self._on_moved, Qt.ConnectionType.QueuedConnection)

    def start(self, work: Callable[[Progress], Any]) -> None:
        """Run work; it is given a function to call now and then with how far it is."""
        self._number += 1
        number, stop = self._number, threading.Event()
        self._stop, self.is_running = stop, True

        def progress(done: int, of: int) -> None:
            if stop.is_set():
                raise CancelledError
            self._moved.emit(number, done, of)

        def task() -> None:
            answer, message = None, ""
            try:
                answer = work(progress)
            except TelltaleError as error:
                message = str(error)
            except Exception as error:  # noqa: BLE001  the boundary of the thread: a person gets a sentence, never a traceback
                log.debug("background work stopped with %s", type(error).__name__)
                message = self.tr("Telltale could not finish this; nothing was changed. Try again, or look at the log.")
            if not stop.is_set():
                self._ended.emit(number, answer, message)

        threading.Thread(target=task, name="telltale-background", daemon=True).start()

    def cancel(self) -> None:
        """Let the work end at its next step; nothing of it is told any more."""
        self._stop.set()
        self.is_running = False

    def _on_ended(self, number: int, answer: object, message: str) -> None:
        if number == self._number and not self._stop.is_set():
            self.is_running = False
            if message:
                self.failed.emit(message)
            else:
                self.done.emit(answer)

    def _on_moved(self, number: int, done: int, of: int) -> None:
        if number == self._number and not self._stop.is_set():
            self.progressed.emit(done, of)

"""What happened: the newest entries of this run on the main thread, and questions to the history off it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from core.history import Event, EventKind
from gui.activity_words import happening_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.history import History, TimelineQuery
    from gui.models.store import Happening, Store
    from gui.session import Session

KEPT: Final = 200
TELL_AFTER_MS: Final = 400


class ActivityFeed(QObject):
    """The newest entries, newest first; `changed` follows a burst of news, `happened` each piece of it."""

    changed = Signal()
    happened = Signal()

    def __init__(self, store: Store, session: Session, parent: QObject | None = None) -> None:
        """Follow the store's signals."""
        super().__init__(parent)
        self._store, self._session = store, session
        self._history: History | None = None
        self.recent: deque[Event] = deque(maxlen=KEPT)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TELL_AFTER_MS)
        self._timer.timeout.connect(self.changed)
        store.happened.connect(self._on_happening)

    @property
    def message(self) -> str:
        """What is wrong with the history, as a sentence; empty if nothing is."""
        return self._history.message if self._history is not None else ""

    @property
    def history(self) -> History | None:
        """The history of the machine shown, None while there is none."""
        return self._history

    def open(self, history: History | None) -> None:
        """Tell of another machine."""
        self._history = history
        self.recent.clear()
        self.happened.emit()
        self._timer.start()

    def take(self, events: tuple[Event, ...]) -> None:
        """Take entries that were just kept."""
        now = datetime.now(UTC)
        self.recent.extendleft(event if event.at is not None else replace(event, at=now) for event in events)
        self.happened.emit()
        self._timer.start()

    def ask(self, query: TimelineQuery, done: Callable[[tuple[Event, ...]], None]) -> None:
        """Ask the history off the main thread; `done` is called on it."""
        history = self._history
        if history is None:
            done(())
            return
        self._session.run(lambda: history.timeline(query), done)

    def _on_happening(self, happening: Happening) -> None:
        title = self._store.signals[happening.signal].title
        said = {"said": happening_text(title, happening)}
        self.recent.appendleft(Event(EventKind.SIGNAL_CHANGED, "", signal=happening.signal, detail=said, at=happening.at))
        self.happened.emit()
        self._timer.start()

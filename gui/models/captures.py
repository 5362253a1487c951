"""The main thread's copy of what was captured: sessions, and the requests of one of them, brought in page by page."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from gui.tips import plain_tip
from gui.words import clock_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine import Engine
    from core.watch.captures import Captures
    from core.watch.store_model import Bypass, CaptureSession, StoredRequest, Trouble
    from gui.models.store import Store
    from gui.session import Session

Index = QModelIndex | QPersistentModelIndex
PAGE: Final = 500
LOOK_EVERY_MS: Final = 1500
_NOWHERE: Final = QModelIndex()
_KILO: Final = 1000


class RequestRole(IntEnum):
    """What a row can be asked for."""

    REQUEST = int(Qt.ItemDataRole.UserRole) + 1


class RequestList(QAbstractListModel):
    """The requests of one capture, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: list[StoredRequest] = []

    def clear(self) -> None:
        """Forget all rows."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()

    def take(self, page: tuple[StoredRequest, ...]) -> None:
        """Take later requests, in the order in which they were made."""
        if page:
            self.beginInsertRows(_NOWHERE, 0, len(page) - 1)
            self._rows.extend(page)
            self.endInsertRows()

    def replace(self, page: tuple[StoredRequest, ...]) -> None:
        """Take newer forms of requests that are here already (an answer came)."""
        place = {item.number: number for number, item in enumerate(self._rows)}
        for item in page:
            number = place.get(item.number)
            if number is not None and self._rows[number] != item:
                self._rows[number] = item
                index = self.index(len(self._rows) - 1 - number)
                self.dataChanged.emit(index, index)

    def request(self, row: int) -> StoredRequest | None:
        """Return the request of a row."""
        return self._rows[len(self._rows) - 1 - row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many requests are here."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return a row's text or its request."""
        item = self.request(index.row()) if index.isValid() else None
        if item is None:
            return None
        if role == RequestRole.REQUEST:
            return item
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return plain_tip(self._said(item)) if role == Qt.ItemDataRole.ToolTipRole else self._said(item)
        return None

    def _said(self, item: StoredRequest) -> str:
        parts = [f"{item.method} {item.host}{item.path}", second_line(item), facts_word(item.fact_count)]
        parts += [markers_word(item.marker_count)] if item.marker_count else []
        parts += [item.note] if item.note else []
        return ", ".join(parts)


def second_line(item: StoredRequest) -> str:
    """Return time and size of a request."""
    return f"{clock_time(datetime.fromtimestamp(item.at, UTC))} \u00b7 {size_word(item.size)}"


def size_word(size: int) -> str:
    """Return a size as people write it."""
    from PySide6.QtCore import QLocale

    if size < _KILO:
        return f"{size} B"
    number, unit = (size / _KILO, "kB") if size < _KILO**2 else (size / _KILO**2, "MB")
    return f"{QLocale().toString(number, 'f', 1)} {unit}"


def facts_word(count: int) -> str:
    """Return how many facts in words."""
    from PySide6.QtCore import QCoreApplication

    if not count:
        return QCoreApplication.translate("Requests", "no fact found")
    text = QCoreApplication.translate("Requests", "1 fact about you") if count == 1 else ""
    return text or QCoreApplication.translate("Requests", "{count} facts about you").format(count=count)


def markers_word(count: int) -> str:
    """Return how many markers in words."""
    from PySide6.QtCore import QCoreApplication

    text = QCoreApplication.translate("Requests", "1 hidden marker") if count == 1 else ""
    return text or QCoreApplication.translate("Requests", "{count} hidden markers").format(count=count)


class CaptureDesk(QObject):
    """Asks the captures of the machine shown, off the main thread, and looks again while somebody looks."""

    sessions_changed = Signal()
    session_changed = Signal()
    loaded = Signal()
    request_loaded = Signal(object)
    failed = Signal(str)

    def __init__(self, store: Store, session: Session, parent: QObject | None = None) -> None:
        """Follow which machine is shown."""
        super().__init__(parent)
        self._store, self._session = store, session
        self._captures: Captures | None = None
        self._generation = 0
        self._version = -1
        self._is_asking = False
        self.sessions: tuple[CaptureSession, ...] = ()
        self.current = ""
        self.bypasses: tuple[Bypass, ...] = ()
        self.troubles: tuple[Trouble, ...] = ()
        self.has_looked = False
        self.requests = RequestList(self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        session.starting.connect(self._on_starting)
        session.stopping.connect(self._on_stopping)
        store.scanning_changed.connect(lambda _on: self.look() if self._timer.isActive() else None)
        if session.engine is not None:
            self._on_starting(session.engine)

    @property
    def is_synthetic(self) -> bool:
        """Whether what is shown was made up from an invented machine."""
        return self._store.is_synthetic

    @property
    def capture(self) -> CaptureSession | None:
        """The capture that is shown."""
        return next((item for item in self.sessions if item.id == self.current), None)

    @property
    def is_whole(self) -> bool:
        """Whether all requests of the capture shown are here."""
        capture = self.capture
        return capture is None or self.requests.rowCount() >= capture.requests

    def set_watching(self, is_watching: bool) -> None:
        """Look every now and then, or stop doing so."""
        if is_watching:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Ask for what is new."""
        captures = None if self._is_asking else self._open()
        if captures is None:
            return
        generation, known = self._generation, self._version
        self._is_asking = True

        def ask() -> tuple[int, tuple[CaptureSession, ...] | None]:
            version = captures.version()
            is_same = version == known and not any(item.state == "running" for item in self.sessions)
            return version, None if is_same else captures.sessions()

        def done(answer: tuple[int, tuple[CaptureSession, ...] | None]) -> None:
            self._is_asking = False
            if generation == self._generation:
                self._take_sessions(*answer)

        self._session.run(ask, done, self._on_failed)

    def show_session(self, session: str) -> None:
        """Show another capture."""
        if session == self.current:
            return
        self.current = session
        self.bypasses, self.troubles = (), ()
        self.requests.clear()
        self.session_changed.emit()
        self._load()

    def ask_request(self, number: int) -> None:
        """Ask for one request with its findings; `request_loaded` brings it."""
        captures, session, generation = self._captures, self.current, self._generation
        if captures is None or not session:
            return

        def done(found: StoredRequest | None) -> None:
            if generation == self._generation and session == self.current and found is not None:
                self.request_loaded.emit(found)

        self._session.run(lambda: captures.request(session, number), done, self._on_failed)

    def export(self, path: str, form: str, done: Callable[[str], None]) -> None:
        """Write the capture shown to a file; `done` is called with a sentence."""
        captures, session = self._captures, self.current
        if captures is None:
            return
        said = self.tr("Written, without values: {count} requests.")
        self._session.run(lambda: captures.export(session, path, form), lambda count: done(said.format(count=count)), done)

    def forget(self) -> None:
        """Remove the capture shown for good."""
        captures, session = self._captures, self.current
        if captures is not None and session:
            self._session.run(lambda: captures.forget(session), lambda _none: self._forgotten(), self._on_failed)

    def _forgotten(self) -> None:
        self._version = -1
        self.current = ""
        self.requests.clear()
        self.look()

    def _open(self) -> Captures | None:
        """Make the captures; those of an invented machine need its readings."""
        from core.watch.captures import Captures, DemoCaptures

        if self._captures is not None:
            return self._captures
        host = self._store.host
        if host is None or (host.is_synthetic and (self._store.is_scanning or not self._store.has_readings)):
            return None
        self._captures = DemoCaptures(host, self._store.readings().values()) if host.is_synthetic else Captures()
        return self._captures

    def _take_sessions(self, version: int, sessions: tuple[CaptureSession, ...] | None) -> None:
        is_first, self.has_looked = not self.has_looked, True
        self._version = version
        if sessions is None:
            return
        if sessions != self.sessions or is_first:
            self.sessions = sessions
            self.sessions_changed.emit()
        if self.capture is None:
            self.current = ""
            self.show_session(sessions[0].id if sessions else "")
        else:
            self._load()

    def _load(self) -> None:
        """Bring in the requests that are not here yet, one page after the other, and what else belongs to the capture."""
        captures, session, generation = self._captures, self.current, self._generation
        if captures is None or not session:
            self.loaded.emit()
            return
        offset = self.requests.rowCount()
        again = max(0, offset - PAGE)

        def ask() -> tuple[tuple[StoredRequest, ...], tuple[StoredRequest, ...], tuple[Bypass, ...], tuple[Trouble, ...]]:
            older = captures.requests(session, again, offset - again) if offset else ()
            page = captures.requests(session, offset, PAGE)
            return older, page, captures.bypasses(session), captures.troubles(session)

        def done(answer: tuple[tuple[StoredRequest, ...], tuple[StoredRequest, ...], tuple[Bypass, ...], tuple[Trouble, ...]]) -> None:
            if generation != self._generation or session != self.current or offset != self.requests.rowCount():
                return
            older, page, self.bypasses, self.troubles = answer
            self.requests.replace(older)
            self.requests.take(page)
            self.loaded.emit()
            if len(page) == PAGE:
                self._load()

        self._session.run(ask, done, self._on_failed)

    def _on_failed(self, message: str) -> None:
        self._is_asking = False
        self.failed.emit(message)

    def _on_starting(self, engine: Engine) -> None:
        del engine
        self._reset()
        if self._timer.isActive():
            self.look()

    def _on_stopping(self) -> None:
        self._reset()

    def _reset(self) -> None:
        captures, self._captures = self._captures, None
        self._generation += 1
        self._version, self._is_asking, self.has_looked = -1, False, False
        self.sessions, self.current, self.bypasses, self.troubles = (), "", (), ()
        self.requests.clear()
        self.sessions_changed.emit()
        if captures is not None:
            captures.close()

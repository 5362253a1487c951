"""The timeline as a list: a heading per day, newest first, older entries asked for when somebody scrolls to the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractListModel, QDate, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from core.history import Event, TimelineQuery
from gui.activity_words import ICONS, event_detail, event_text
from gui.models.roles import Role
from gui.tips import plain_tip
from gui.words import clock_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.activity_feed import ActivityFeed
    from gui.models.store import Store
    from gui.models.tools import ToolStore

Index = QModelIndex | QPersistentModelIndex
PAGE: Final = 200
_NOWHERE: Final = QModelIndex()
TIME = int(Role.RANK)
DETAIL = int(Role.SENTENCE)


@dataclass(frozen=True, slots=True)
class Line:
    """A day's heading, or an entry."""

    day: str
    event: Event | None = None


class ActivityModel(QAbstractListModel):
    """Entries that fit a query; `loaded` follows every answer of the history."""

    loaded = Signal()

    def __init__(self, feed: ActivityFeed, store: Store, tools: ToolStore, parent: QObject | None = None) -> None:
        """Start empty; call `ask`."""
        super().__init__(parent)
        self._feed, self._store, self._tools = feed, store, tools
        self._lines: list[Line] = []
        self._events: tuple[Event, ...] = ()
        self._query = TimelineQuery(limit=PAGE)
        self._asked = 0
        self._has_more = False
        self._is_asking = False

    @property
    def events(self) -> tuple[Event, ...]:
        """The entries shown."""
        return self._events

    def ask(self, query: TimelineQuery) -> None:
        """Show what fits; the last question asked wins."""
        self._query = replace(query, limit=PAGE, before=None)
        self._put(self._query, self._replace)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of headings and entries."""
        return 0 if parent.isValid() else len(self._lines)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether older entries may exist."""
        return not parent.isValid() and self._has_more and not self._is_asking

    def fetchMore(self, parent: Index) -> None:
        """Ask for older entries."""
        if self.canFetchMore(parent) and self._events:
            self._put(replace(self._query, before=self._events[-1]), self._append)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be selected."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._lines[index.row()].event is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def event_at(self, index: Index) -> Event | None:
        """Return an entry, None for a heading."""
        return self._lines[index.row()].event if index.isValid() else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return texts (masked) and what the delegate paints from."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if line.event is None:
            return self._heading(line, role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(line.event)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                parts = (self._time(line.event), self._text(line.event), event_detail(line.event))
                said = "\n".join(part for part in parts if part)
                return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
            case Role.ICON:
                return ICONS.get(line.event.kind, "activity")
            case Role.ID:
                return line.event.tool or line.event.signal
            case _:
                return {TIME: self._time, DETAIL: event_detail}.get(role, _nothing)(line.event)

    def _heading(self, line: Line, role: int) -> object:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return line.day
        return True if role == Role.IS_HEADER else None

    def _text(self, event: Event) -> str:
        signals = self._store.signals
        return event_text(event, self._tools.name, lambda item: signals[item].title if item in signals else item)

    def _time(self, event: Event) -> str:
        return clock_time(event.at) if event.at is not None else ""

    def _put(self, query: TimelineQuery, done: Callable[[tuple[Event, ...]], None]) -> None:
        self._asked += 1
        number, self._is_asking = self._asked, True

        def answer(events: tuple[Event, ...]) -> None:
            if number == self._asked:
                done(events)
                self._is_asking = False
                self.loaded.emit()

        self._feed.ask(query, answer)

    def _replace(self, events: tuple[Event, ...]) -> None:
        if [_key(item) for item in events] == [_key(item) for item in self._events] and self._lines:
            return
        self.beginResetModel()
        self._events, self._lines = events, _lines(events, "")
        self._has_more = len(events) >= PAGE
        self.endResetModel()

    def _append(self, events: tuple[Event, ...]) -> None:
        self._has_more = len(events) >= PAGE
        fresh = _lines(events, self._lines[-1].day if self._lines else "")
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._lines), len(self._lines) + len(fresh) - 1)
            self._events += events
            self._lines += fresh
            self.endInsertRows()


def _key(event: Event) -> tuple[int, int, object]:
    return event.number, event.times, event.until


def _nothing(_event: Event) -> None:
    return None


def _lines(events: tuple[Event, ...], day: str) -> list[Line]:
    lines: list[Line] = []
    for event in events:
        local = event.at.astimezone() if event.at is not None else None
        text = QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.LongFormat) if local is not None else ""
        if text != day:
            lines.append(Line(text))
            day = text
        lines.append(Line(text, event))
    return lines

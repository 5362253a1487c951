"""Which signals are shown and in which order: filter, groups, sorting, and the few that say the most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from core.model import Group, Sensitivity
from gui.marks import Mark
from gui.models.roles import Column
from gui.models.store import Query, Store
from gui.tips import plain_tip
from gui.words import value_text

if TYPE_CHECKING:
    from gui.models.signal_table import SignalTable

Index = QModelIndex | QPersistentModelIndex
_GROUP_ORDER: Final = {group: number for number, group in enumerate(Group)}
_MARK_ORDER: Final = {mark: number for number, mark in enumerate(Mark)}


class SignalFilter(QSortFilterProxyModel):
    """The Signals page's rows: those a query asks for, under group headers if wanted, sorted inside their group."""

    def __init__(self, table: SignalTable, store: Store, parent: QObject | None = None) -> None:
        """Show everything, grouped, in catalogue order."""
        super().__init__(parent)
        self._store = store
        self._table = table
        self._query = Query()
        self._is_grouped = True
        self._has_short_titles = False
        self.setSourceModel(table)
        self.setDynamicSortFilter(True)
        self.sort(Column.NAME)

    @property
    def query(self) -> Query:
        """What is asked for."""
        return self._query

    def set_query(self, query: Query) -> None:
        """Show what the query asks for."""
        if query != self._query:
            self.beginFilterChange()
            self._query = query
            self.endFilterChange()

    @property
    def is_grouped(self) -> bool:
        """Whether rows stand under group headers."""
        return self._is_grouped

    def set_grouped(self, is_grouped: bool) -> None:
        """Show or drop the group headers."""
        if is_grouped != self._is_grouped:
            self.beginFilterChange()
            self._is_grouped = is_grouped
            self.endFilterChange()
            self.invalidate()

    def set_short_titles(self, is_short: bool) -> None:
        """Show the viewers' short titles where there is little room."""
        if is_short != self._has_short_titles:
            self._has_short_titles = is_short
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.FIRST_VIEWER, self.columnCount() - 1)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the table's titles, short ones if wanted."""
        place = section - Column.FIRST_VIEWER
        is_viewer = orientation is Qt.Orientation.Horizontal and 0 <= place < len(self._table.viewers)
        if self._has_short_titles and is_viewer and role == Qt.ItemDataRole.DisplayRole:
            return self._table.viewers[place].short
        return super().headerData(section, orientation, role)

    def signal_count(self) -> int:
        """Return how many signals are shown (headers do not count)."""
        return sum(self._table.row_at(self.mapToSource(self.index(row, 0)).row()).signal is not None for row in range(self.rowCount()))

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Accept signals that match, and a group's header if one of its signals does."""
        row = self._table.row_at(source_row)
        if row.signal is not None:
            return self.accepts(row.signal.id)
        return self._is_grouped and any(signal.group == row.group and self.accepts(signal.id) for signal in self._store.signals.values())

    def accepts(self, signal_id: str) -> bool:
        """Whether a signal is among those asked for."""
        return self._store.matches(signal_id, self._query)

    def lessThan(self, left: Index, right: Index) -> bool:
        """Keep groups and their headers in place whatever the order; sort inside a group."""
        is_down = self.sortOrder() is Qt.SortOrder.DescendingOrder
        if not is_down and left.column() == Column.NAME:
            return left.row() < right.row()
        if self._is_grouped:
            one, other = self._table.row_at(left.row()), self._table.row_at(right.row())
            if one.group != other.group:
                return (_GROUP_ORDER[one.group] < _GROUP_ORDER[other.group]) != is_down
            if one.signal is None or other.signal is None:
                return (one.signal is None) != is_down
        return self._key(left) < self._key(right)

    def _key(self, index: Index) -> tuple[int | str, int]:
        """Return what a cell is sorted by: catalogue order for names, else the masked text or the mark."""
        signal, column = self._table.row_at(index.row()).signal, index.column()
        if signal is None or column == Column.NAME:
            return (0, index.row())
        if column == Column.VALUE:
            return (value_text(self._store.reading(signal.id)).casefold(), index.row())
        if column == Column.GROUP or column >= self._table.switch_column:
            return (-signal.sensitivity, index.row())
        return (_MARK_ORDER[self._table.viewers[column - Column.FIRST_VIEWER].mark(signal.id)], index.row())


class ViewerFilter(SignalFilter):
    """Asks of the mark columns as well: only some marks, or only rows in which the columns differ."""

    def __init__(self, table: SignalTable, store: Store, parent: QObject | None = None) -> None:
        """Show everything."""
        self._marks: frozenset[Mark] = frozenset()
        self._only_differing = False
        super().__init__(table, store, parent)

    @property
    def marks(self) -> frozenset[Mark]:
        """The marks asked for; none means all."""
        return self._marks

    def set_marks(self, marks: frozenset[Mark]) -> None:
        """Show the rows in which some column has one of these marks."""
        self.beginFilterChange()
        self._marks = marks
        self.endFilterChange()

    def set_only_differing(self, is_on: bool) -> None:
        """Show only rows in which the columns differ."""
        self.beginFilterChange()
        self._only_differing = is_on
        self.endFilterChange()

    def accepts(self, signal_id: str) -> bool:
        """Whether a signal is among those asked for."""
        if not super().accepts(signal_id):
            return False
        if not self._marks and not self._only_differing:
            return True
        found = {viewer.mark(signal_id) for viewer in self._table.viewers}
        return (not self._marks or bool(found & self._marks)) and (not self._only_differing or len(found) > 1)


class TellingSignals(QSortFilterProxyModel):
    """The signals that say the most: visible to any program and pointing to a person, place or device; in catalogue order."""

    def __init__(self, table: SignalTable, store: Store, parent: QObject | None = None) -> None:
        """Follow the table."""
        super().__init__(parent)
        self._store = store
        self._table = table
        self._query = Query(marks=frozenset({Mark.COULD_SEE}), at_least=Sensitivity.POINTS)
        self.setSourceModel(table)
        self.setDynamicSortFilter(True)
        self.sort(Column.NAME)

    @property
    def query(self) -> Query:
        """What is asked for."""
        return self._query

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Accept what a program can read and what says something."""
        signal = self._table.row_at(source_row).signal
        return signal is not None and self._store.matches(signal.id, self._query)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Say in one place what the marks of all viewers are."""
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole} and index.column() == Column.FIRST_VIEWER:
            signal = self._table.row_at(self.mapToSource(index).row()).signal
            said = self._table.joined_text(signal.id) if signal is not None else ""
            return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said or None
        return super().data(index, role)

    def lessThan(self, left: Index, right: Index) -> bool:
        """Keep the catalogue's order: where, who, network, device, work, secrets."""
        return left.row() < right.row()

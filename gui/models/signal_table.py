"""The signals as a flat table with one header row per group; every text it gives is masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.model import Group
from core.probes.result import Ok
from gui.marks import Mark, mark_word
from gui.models.roles import Column, Role
from gui.tips import plain_tip
from gui.words import GROUPS, SENSITIVITIES, SHORT_GROUPS, result_reason, value_text, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.model import Reading
    from core.model import Signal as CatalogueSignal
    from core.redact import RevealGate
    from gui.models.changes import SwitchLook
    from gui.models.store import Store

Index = QModelIndex | QPersistentModelIndex
ANY_PROGRAM: Final = "any-program"
# Made once: a view asks a thousand times.
_NO_FLAGS: Final = Qt.ItemFlag.NoItemFlags
_HEADER_FLAGS: Final = Qt.ItemFlag.ItemIsEnabled
_ROW_FLAGS: Final = (
    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
)
_NOWHERE: Final = QModelIndex()
_OTHERS: Final = int(Column.FIRST_VIEWER) + 1  # before the viewers, and the switches after them


@dataclass(frozen=True, slots=True)
class Viewer:
    """One column of marks: who could see; `mark` answers for a signal's id, `short` is the title where there is little room."""

    id: str
    title: str
    short: str
    mark: Callable[[str], Mark]
    icon: str = ""
    sentence: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a signal, or the header of a group."""

    group: Group
    signal: CatalogueSignal | None = None


class SignalTable(QAbstractTableModel):
    """Rows in catalogue order, a header before each group; columns: name, value, group, viewers, switch."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        """Follow the store."""
        super().__init__(parent)
        self._store = store
        self._rows: list[Row] = []
        self._row_of: dict[str, int] = {}
        self._header_of: dict[Group, int] = {}
        self._anybody = Viewer(ANY_PROGRAM, self.tr("Any program running as you"), self.tr("Any program"), store.mark)
        self._viewers: list[Viewer] = [self._anybody]
        self._switch: Callable[[str], SwitchLook | None] = _no_switch
        store.opened.connect(self._on_opened)
        store.changed.connect(self._on_changed)
        self._fill()

    @property
    def viewers(self) -> Sequence[Viewer]:
        """Who the mark columns are about."""
        return self._viewers

    def set_viewers(self, viewers: Sequence[Viewer]) -> None:
        """Show other mark columns."""
        self.beginResetModel()
        self._viewers = list(viewers)
        self.endResetModel()

    def set_tools(self, viewers: Sequence[Viewer]) -> None:
        """Show a column per tool; without tools the one about any program comes back."""
        if [item.id for item in viewers] != [item.id for item in self._viewers]:
            self.set_viewers(viewers or [self._anybody])

    def set_switches(self, ask: Callable[[str], SwitchLook | None]) -> None:
        """Take what answers for a signal's switch."""
        self._switch = ask
        self.switches_changed()

    def switches_changed(self) -> None:
        """Tell that the switches may show something else."""
        if self._rows:
            self.dataChanged.emit(self.index(0, self.switch_column), self.index(len(self._rows) - 1, self.switch_column))

    @property
    def has_tools(self) -> bool:
        """Whether the mark columns are about tools."""
        return self._viewers[0] is not self._anybody

    def cells_changed(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Tell about cells, each pair a viewer and a signal, with as few and as small announcements as there are runs of rows."""
        columns = {viewer.id: number for number, viewer in enumerate(self._viewers, Column.FIRST_VIEWER)}
        rows: dict[int, set[int]] = {}
        for viewer, signal in pairs:
            if viewer in columns and signal in self._row_of:
                rows.setdefault(self._row_of[signal], set()).add(columns[viewer])
        for first, last in runs(sorted(rows)):
            touched = set().union(*(rows[number] for number in range(first, last + 1)))
            self.dataChanged.emit(self.index(first, min(touched)), self.index(last, max(touched)))

    @property
    def switch_column(self) -> int:
        """The column of the switches, after the viewers."""
        return Column.FIRST_VIEWER + len(self._viewers)

    def row_at(self, number: int) -> Row:
        """Return a row, for the proxies on top (cheaper than asking for roles)."""
        return self._rows[number]

    def row_of(self, signal_id: str) -> int:
        """Return the row of a signal, -1 if it is not there."""
        return self._row_of.get(signal_id, -1)

    def reveal(self, index: Index, gate: RevealGate) -> str:
        """Return a cell's raw text for a person's eyes; raise `RevealRefusedError` while revealing is locked."""
        reading = self._reading(index)
        if reading is None or not isinstance(reading.result, Ok):
            return value_text(reading)
        return ", ".join(value.reveal(gate) for value in reading.result.values) or value_text(reading)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of signals and headers."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else _OTHERS + len(self._viewers)  # asked for each time a view looks at a cell

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headers cannot be selected; values can be dragged as masked text."""
        if not index.isValid():
            return _NO_FLAGS
        return _HEADER_FLAGS if self._rows[index.row()].signal is None else _ROW_FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return masked texts and what delegates paint from."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if row.signal is None:
            return self._header_data(row.group, index.column(), role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row.signal, index.column())
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                said = self._long_text(row.signal, index.column())
                return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.signal.plain
            case _:
                return self._extra(row.signal, index.column(), role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the columns' titles."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            place = section - Column.FIRST_VIEWER
            is_left = place < 0 or (self.has_tools and place < len(self._viewers) and not self._viewers[place].icon)
            return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignLeft if is_left else Qt.AlignmentFlag.AlignHCenter)
        place = section - Column.FIRST_VIEWER
        if role == Role.TOOL_MARK:
            return (self._viewers[place].icon or None) if self.has_tools and 0 <= place < len(self._viewers) else None
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        fixed = {Column.NAME: self.tr("Signal"), Column.VALUE: self.tr("Value"), Column.GROUP: self.tr("About")}
        if section in fixed:
            return fixed[Column(section)]
        return self.tr("Hide") if section == self.switch_column else self._viewers[section - Column.FIRST_VIEWER].title

    def mimeTypes(self) -> list[str]:
        """Only plain, masked text leaves by dragging."""
        return ["text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the masked text of the dragged rows."""
        data = QMimeData()
        data.setText(self.copy_text(sorted({index.row() for index in indexes})))
        return data

    def copy_text(self, rows: Sequence[int]) -> str:
        """Return rows as masked text for the clipboard: name and value, one row a line."""
        lines = []
        for number in rows:
            signal = self._rows[number].signal
            if signal is not None:
                lines.append(f"{signal.title}\t{value_text(self._store.reading(signal.id))}")
        return "\n".join(lines)

    def _on_opened(self) -> None:
        self.beginResetModel()
        self._fill()
        self.endResetModel()

    def _fill(self) -> None:
        self._rows = []
        by_group: dict[Group, list[CatalogueSignal]] = {group: [] for group in Group}
        for signal in self._store.signals.values():
            by_group[signal.group].append(signal)
        for group, signals in by_group.items():
            if signals:
                self._rows.append(Row(group))
                self._rows.extend(Row(group, signal) for signal in signals)
        self._row_of = {row.signal.id: number for number, row in enumerate(self._rows) if row.signal is not None}
        self._header_of = {row.group: number for number, row in enumerate(self._rows) if row.signal is None}

    def _on_changed(self, signal_ids: list[str]) -> None:
        """Tell about the rows concerned only, neighbours together; headers count, so theirs too."""
        numbers = {self._row_of[item] for item in signal_ids if item in self._row_of}
        numbers |= {self._header_of[self._rows[number].group] for number in numbers}
        last_column = self.columnCount() - 1
        for first, last in runs(sorted(numbers)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _reading(self, index: Index) -> Reading | None:
        signal = self._rows[index.row()].signal
        return self._store.reading(signal.id) if signal is not None else None

    def _header_data(self, group: Group, column: int, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return word(GROUPS[group]) if column == Column.NAME else None
            case Role.IS_HEADER:
                return True
            case Role.GROUP:
                return group
            case Role.RANK:
                return -1
            case _:
                return None

    def _text(self, signal: CatalogueSignal, column: int) -> str | None:
        if column == Column.NAME:
            return signal.title
        if column == Column.VALUE:
            return value_text(self._store.reading(signal.id))
        if column == Column.GROUP:
            return word(SHORT_GROUPS[signal.group])
        return None

    def _long_text(self, signal: CatalogueSignal, column: int) -> str:
        reading = self._store.reading(signal.id)
        if column == Column.NAME:
            return signal.title + "\n" + signal.plain
        if column == Column.VALUE:
            reason = result_reason(reading.result) if reading is not None else ""
            return "\n".join(part for part in (value_text(reading), reason or (reading.verdict if reading else "")) if part)
        if column == Column.GROUP:
            return word(GROUPS[signal.group]) + ". " + word(SENSITIVITIES[signal.sensitivity]) + "."
        if column == self.switch_column:
            look = self._switch(signal.id)
            return look.words if look is not None else ""
        mark = self._mark(signal, column)
        if mark is None:
            return ""
        viewer = self._viewers[column - Column.FIRST_VIEWER]
        sentence = viewer.sentence(signal.id) if viewer.sentence is not None else ""
        return "\n".join(part for part in (viewer.title + ": " + mark_word(mark), sentence) if part)

    def _sentence(self, signal: CatalogueSignal, column: int) -> str:
        place = column - Column.FIRST_VIEWER
        ask = self._viewers[place].sentence if 0 <= place < len(self._viewers) else None
        return ask(signal.id) if ask is not None else ""

    def joined_text(self, signal_id: str) -> str:
        """Say every viewer's mark of a signal, one a line."""
        return "\n".join(f"{viewer.title}: {mark_word(viewer.mark(signal_id))}" for viewer in self._viewers)

    def _mark(self, signal: CatalogueSignal, column: int) -> Mark | None:
        place = column - Column.FIRST_VIEWER
        return self._viewers[place].mark(signal.id) if 0 <= place < len(self._viewers) else None

    def _extra(self, signal: CatalogueSignal, column: int, role: int) -> object:
        match role:
            case Role.ID:
                return signal.id
            case Role.GROUP:
                return signal.group
            case Role.ICON:
                return signal.icon
            case Role.SENSITIVITY:
                return int(signal.sensitivity)
            case Role.MARK:
                return self._mark(signal, column)
            case Role.SWITCH:
                return self._switch(signal.id) if column == self.switch_column else None
            case Role.SENTENCE:
                return self._sentence(signal, column)
            case Role.MARKS:
                return [viewer.mark(signal.id) for viewer in self._viewers]
            case Role.HAS_VALUE:
                reading = self._store.reading(signal.id)
                return reading is not None and isinstance(reading.result, Ok)
            case Role.RANK:
                return self._row_of[signal.id]
            case _:
                return None


def _no_switch(_signal_id: str) -> SwitchLook | None:
    return None


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Join sorted numbers into runs of neighbours."""
    joined: list[tuple[int, int]] = []
    for number in numbers:
        if joined and joined[-1][1] == number - 1:
            joined[-1] = (joined[-1][0], number)
        else:
            joined.append((number, number))
    return joined

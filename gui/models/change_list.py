"""The changes made, newest first, one row each."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.change_words import moment, short_kind, state_of, title, which, whom
from gui.tips import plain_tip

if TYPE_CHECKING:
    from core.toggles.model import Change
    from gui.models.changes import ChangeDesk
    from gui.models.tools import ToolStore

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ChangeRole(IntEnum):
    """What a row can be asked for."""

    CHANGE = int(Qt.ItemDataRole.UserRole) + 1
    DRIFTED = CHANGE + 1


class ChangeList(QAbstractListModel):
    """Follows the desk."""

    def __init__(self, desk: ChangeDesk, tools: ToolStore, parent: QObject | None = None) -> None:
        """Show what the desk knows."""
        super().__init__(parent)
        self._desk, self._tools = desk, tools
        self._rows: tuple[Change, ...] = desk.changes
        desk.changes_changed.connect(self._on_changed)

    def row_of(self, change_id: str) -> int:
        """Return a change's row, -1 if it is not here."""
        return next((number for number, item in enumerate(self._rows) if item.id == change_id), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many changes there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return a row's texts or its change."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        change = self._rows[index.row()]
        is_drifted = change.id in self._desk.drifted
        if role == ChangeRole.CHANGE:
            return change
        if role == ChangeRole.DRIFTED:
            return is_drifted
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            state = state_of(change, is_drifted=is_drifted)[0]
            what = " ".join(filter(None, (short_kind(change), which(change))))
            said = f"{title(self._desk, change)}, {what}, {whom(self._tools, change)}, {state}, {moment(change)}"
            return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said
        return None

    def _on_changed(self) -> None:
        rows = self._desk.changes
        if [item.id for item in rows] == [item.id for item in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

"""A list that shows its first rows at full height, so that the page around it scrolls and no bar stands inside another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeView

ANY_SIZE: Final = 16_777_215


class FirstRows(QObject):
    """Hides the rows of a flat list from some row on; with no limit the list scrolls by itself again."""

    left_out = Signal(int)

    def __init__(self, view: QTreeView) -> None:
        """Set no limit."""
        super().__init__(view)
        self._view = view
        self._most: int | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._apply)
        model = view.model()
        for signal in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._soon)

    def set_most(self, most: int | None) -> None:
        """Show at most so many rows; None: all of them, scrolled by the list."""
        if most != self._most:
            self._most = most
            self._apply()

    def row_height(self) -> int:
        """Return the height of a row; 0 while there is none."""
        return max(0, self._view.sizeHintForRow(0))

    def _soon(self, *_ignored: object) -> None:
        self._later.start()

    def _apply(self) -> None:
        view, most = self._view, self._most
        count = view.model().rowCount()
        for row in range(count):
            view.setRowHidden(row, QModelIndex(), most is not None and row >= most)
        policy = Qt.ScrollBarPolicy
        view.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if most is None else policy.ScrollBarAlwaysOff)
        if most is None or not count:
            view.setMinimumHeight(0)
            view.setMaximumHeight(ANY_SIZE)
        else:
            view.setFixedHeight(min(most, count) * self.row_height())
        self.left_out.emit(0 if most is None else max(0, count - most))

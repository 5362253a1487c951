"""The table of signals: rows with lines, group headers, hold-to-reveal, masked copying; the whole way by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractProxyModel, QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyle, QStyleOptionViewItem, QToolTip, QTreeView

from gui.delegates import SignalDelegate
from gui.models.roles import Column, Role
from gui.models.signal_table import SignalTable
from gui.widgets.reveal import RevealHold
from gui.widgets.tool_header import ToolHeader

if TYPE_CHECKING:
    from gui.context import Context

Index = QModelIndex | QPersistentModelIndex


class SignalView(QTreeView):
    """Shows a proxy over the signal table."""

    picked = Signal(str)
    activated_signal = Signal(str)
    switch_asked = Signal(str)
    width_changed = Signal()

    def __init__(
        self, context: Context, model: QAbstractProxyModel, *, joins_marks: bool = False, says_words: bool = False, scrolls: bool = False
    ) -> None:
        """Show the model's rows; with `says_words` a word follows a mark, with `scrolls` the marks move sideways."""
        super().__init__()
        source = model.sourceModel()
        self._table = source if isinstance(source, SignalTable) else context.signals
        self._scrolls = scrolls
        self._context = context
        self._theme = context.theme
        self._hold = RevealHold(context.presentation, self)
        self._hold.changed.connect(self.viewport().update)
        context.presentation.changed.connect(self.viewport().update)
        self._delegate = SignalDelegate(context, self._hold, self, joins_marks=joins_marks, says_words=says_words)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self.setHeader(ToolHeader(context, self, is_beside=says_words))
        self.setModel(model)
        self._size_columns()
        model.modelReset.connect(self._size_columns)
        context.theme.changed.connect(self._on_theme_changed)
        self.activated.connect(self._on_activated)

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if self._scrolls else policy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(self.tr("Signals"))
        self.setAccessibleDescription(
            self.tr("Hold R to show the selected value, Space flips its switch, Return for everything about the signal")
        )

    def _size_columns(self) -> None:
        """Give names and values the room; the rest is as wide as what it holds."""
        header = self.header()
        if header.count() == 0:
            return
        header.setStretchLastSection(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setMinimumSectionSize(self._theme.px(40))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.VALUE, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(Column.NAME, self._theme.px(250))
        header.resizeSection(Column.GROUP, self._theme.px(86))
        for number in range(Column.FIRST_VIEWER, header.count()):
            header.resizeSection(number, self._theme.px(90))

    def stretch(self, column: Column) -> None:
        """Give the room that is left to a column."""
        header = self.header()
        for one in (Column.NAME, Column.VALUE):
            mode = QHeaderView.ResizeMode.Stretch if one is column else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(one, mode)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint all anew when moved sideways: the names stay where they are."""
        super().scrollContentsBy(dx, dy)
        if dx:
            self.viewport().update()
            self.header().viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the page, which knows what can be left out."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.width_changed.emit()

    def current_signal(self) -> str:
        """Return the id of the selected signal, empty if none is."""
        return str(self.currentIndex().data(Role.ID) or "") if self.currentIndex().isValid() else ""

    def select_signal(self, signal_id: str) -> bool:
        """Select a signal; return False if it is filtered out."""
        proxy = self.model()
        if not isinstance(proxy, QAbstractProxyModel):
            return False
        index = proxy.mapFromSource(self._table.index(self._table.row_of(signal_id), 0))
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        return index.isValid()

    def copy_selection(self) -> None:
        """Copy the selected rows as masked text."""
        proxy = self.model()
        if isinstance(proxy, QAbstractProxyModel):
            rows = sorted({proxy.mapToSource(index).row() for index in self.selectionModel().selectedRows()})
            QGuiApplication.clipboard().setText(self._table.copy_text(rows))

    def reveal(self, index: Index) -> bool:
        """Show one value for as long as it is held; return False if revealing is locked or there is no value."""
        proxy = self.model()
        if not index.isValid() or not index.data(Role.HAS_VALUE) or not isinstance(proxy, QAbstractProxyModel):
            return False
        source = proxy.mapToSource(index)
        return self._hold.begin(index.data(Role.ID), lambda: self._table.reveal(source, self._context.gate))

    def end_reveal(self) -> None:
        """Mask again."""
        self._hold.end()

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint background, cells and the line below; a header spans the row."""
        box: QRect = option.rect
        if index.data(Role.IS_HEADER):
            self._draw_header_row(painter, box, index)
        else:
            state = self._state_of(index)
            self._draw_background(painter, box, state)
            self._draw_cells(painter, option, index, state)
        painter.setPen(QPen(self._theme.colour("border"), 1))
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        if self.hasFocus() and index.row() == self.currentIndex().row():
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy masked; show the selected value while R is held."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        elif event.key() == Qt.Key.Key_Space and self._switch_of(self.currentIndex()) is not None:
            if not event.isAutoRepeat():
                self.switch_asked.emit(self.current_signal())
        elif event.key() == Qt.Key.Key_R and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if not event.isAutoRepeat():
                self.reveal(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Mask again."""
        if event.key() == Qt.Key.Key_R and not event.isAutoRepeat():
            self.end_reveal()
        else:
            super().keyReleaseEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say at a switch what it does, also where it stands over another column."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.switch_at(event.pos())
            if index.isValid():
                QToolTip.showText(event.globalPos(), str(index.data(Qt.ItemDataRole.ToolTipRole) or ""), self.viewport())
                return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Flip a switch; show a value while its eye is pressed."""
        switch = self.switch_at(event.position().toPoint())
        if switch.isValid():
            if event.button() == Qt.MouseButton.LeftButton:
                self.switch_asked.emit(str(switch.data(Role.ID)))
            return
        super().mousePressEvent(event)
        index = self._eye_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.reveal(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Do not start dragging from a held eye."""
        if self._hold.text(self.current_signal()) is None:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Mask again."""
        self.end_reveal()
        super().mouseReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Mask again when the keyboard goes elsewhere."""
        self.end_reveal()
        super().focusOutEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which signal is selected."""
        self.end_reveal()
        super().currentChanged(current, previous)
        signal_id = current.data(Role.ID) if current.isValid() else None
        if signal_id:
            self.picked.emit(signal_id)

    def switch_box(self, index: Index) -> QRect:
        """Return where a row's switch stands: in its column, or at the right edge while that is out of sight."""
        section, header = self._table.switch_column, self.header()
        if not index.isValid() or header.isSectionHidden(section):
            return QRect()
        size, row = header.sectionSize(section), self.visualRect(index.sibling(index.row(), Column.NAME))
        return QRect(min(header.sectionViewportPosition(section), self.viewport().width() - size), row.top(), size, row.height())

    def switch_at(self, point: QPoint) -> QModelIndex:
        """Return the cell of the switch at a place, an invalid index if there is none."""
        index = self.indexAt(point)
        if self.switch_box(index).contains(point) and self._switch_of(index) is not None:
            return index.sibling(index.row(), self._table.switch_column)
        return QModelIndex()

    def _switch_of(self, index: Index) -> object:
        if not index.isValid() or self.header().isSectionHidden(self._table.switch_column):
            return None
        return index.sibling(index.row(), self._table.switch_column).data(Role.SWITCH)

    def _eye_at(self, point: QPoint) -> QModelIndex:
        index = self.indexAt(point)
        if index.column() == Column.VALUE and index.data(Role.HAS_VALUE) and self._delegate.eye_box(self.visualRect(index)).contains(point):
            return index
        return QModelIndex()

    def _state_of(self, index: Index) -> QStyle.StateFlag:
        """Return whether a row is selected and whether the pointer is over it."""
        state = QStyle.StateFlag.State_Enabled
        if self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            state |= QStyle.StateFlag.State_Selected
        if self.underMouse() and self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())).row() == index.row():
            state |= QStyle.StateFlag.State_MouseOver
        return state

    def _draw_background(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        if state != QStyle.StateFlag.State_Enabled:
            is_selected = bool(state & QStyle.StateFlag.State_Selected)
            painter.fillRect(box, self._theme.colour("selection" if is_selected else "hover"))

    def _draw_cells(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, state: QStyle.StateFlag) -> None:
        header = self.header()
        cell = QStyleOptionViewItem(option)
        cell.state = state
        box: QRect = option.rect
        width = self.viewport().width()
        pinned = header.sectionSize(Column.NAME) if header.offset() else 0
        switch = self._table.switch_column
        for section in range(header.count()):
            left, size = header.sectionViewportPosition(section), header.sectionSize(section)
            if section != switch and not header.isSectionHidden(section) and left < width and left + size > pinned:
                cell.rect = QRect(left, box.top(), size, box.height())
                self._delegate.paint(painter, cell, index.sibling(index.row(), section))
        if pinned:
            cell.rect = QRect(0, box.top(), pinned, box.height())
            painter.fillRect(cell.rect, self._theme.colour("surface"))
            self._draw_background(painter, cell.rect, state)
            self._delegate.paint(painter, cell, index.sibling(index.row(), Column.NAME))
        spot = self.switch_box(index)
        if not spot.isEmpty():
            cell.rect = QRect(spot.left(), box.top(), spot.width(), box.height())
            painter.fillRect(cell.rect, self._theme.colour("surface"))
            self._draw_background(painter, cell.rect, state)
            self._delegate.paint(painter, cell, index.sibling(index.row(), switch))

    def _draw_header_row(self, painter: QPainter, box: QRect, index: Index) -> None:
        painter.setFont(self._theme.font(0.94, weight=QFont.Weight.DemiBold))
        painter.setPen(self._theme.colour("text_muted"))
        inner = box.adjusted(self._theme.px(14), self._theme.px(4), -self._theme.px(14), 0)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), str(index.data()))

    def _on_activated(self, index: Index) -> None:
        signal_id = index.data(Role.ID)
        if signal_id:
            self.activated_signal.emit(signal_id)

    def _on_theme_changed(self) -> None:
        self._size_columns()
        self.scheduleDelayedItemsLayout()

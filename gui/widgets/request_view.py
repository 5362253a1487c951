"""The list of requests: method and path, time and size, what was found; painted row by row, however long it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.models.captures import RequestRole, facts_word, markers_word, second_line
from gui.widgets.row_list import RowList

if TYPE_CHECKING:
    from core.watch.store_model import StoredRequest
    from gui.context import Context
    from gui.models.captures import RequestList

Index = QModelIndex | QPersistentModelIndex
PAD: Final = 16


class RequestDelegate(QStyledItemDelegate):
    """Paints one request in three lines."""

    def __init__(self, context: Context, parent: QObject) -> None:
        """Take the theme."""
        super().__init__(parent)
        self._theme = context.theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the same height, which keeps long lists fast."""
        del index
        line = option.fontMetrics.height()
        return QSize(self._theme.px(200), 3 * line + self._theme.px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint background, lines and chips."""
        item: StoredRequest | None = index.data(RequestRole.REQUEST)
        if item is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            is_selected = bool(state & QStyle.StateFlag.State_Selected)
            painter.fillRect(box, self._theme.colour("selection" if is_selected else "hover"))
        painter.setPen(QPen(self._theme.colour("border"), 1))
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        self._paint_texts(painter, box.adjusted(self._theme.px(PAD), self._theme.px(10), -self._theme.px(PAD), -self._theme.px(10)), item)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_texts(self, painter: QPainter, box: QRect, item: StoredRequest) -> None:
        theme = self._theme
        line = box.height() // 3
        bold = theme.font(0.96, mono=True, weight=QFont.Weight.Bold)
        painter.setFont(bold)
        method = item.method + " "
        painter.setPen(theme.colour("accent"))
        top = QRect(box.left(), box.top(), box.width(), line)
        painter.drawText(top, _LEFT, method)
        used = painter.fontMetrics().horizontalAdvance(method)
        painter.setFont(theme.font(0.96, mono=True))
        painter.setPen(theme.colour("text"))
        rest = top.adjusted(used, 0, 0, 0)
        painter.drawText(rest, _LEFT, painter.fontMetrics().elidedText(item.path, Qt.TextElideMode.ElideMiddle, rest.width()))
        painter.setFont(theme.font(0.92))
        painter.setPen(theme.colour("text_muted"))
        middle = top.translated(0, line)
        said = f"{second_line(item)} \u00b7 {item.host}"
        painter.drawText(middle, _LEFT, painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, middle.width()))
        self._paint_chips(painter, top.translated(0, 2 * line).adjusted(0, 1, 0, 1), item)

    def _paint_chips(self, painter: QPainter, box: QRect, item: StoredRequest) -> None:
        theme = self._theme
        painter.setFont(theme.font(0.88))
        metrics = painter.fontMetrics()
        chips = [(facts_word(item.fact_count), "border_strong", "text_muted")]
        if item.marker_count:
            chips.append((markers_word(item.marker_count), "danger", "danger"))
        if sum(metrics.horizontalAdvance(text) + theme.px(25) for text, _, _ in chips) > box.width():
            chips.reverse()
        left = float(box.left())
        height = metrics.height() + theme.px(4)
        for text, edge, ink in chips:
            wide = metrics.horizontalAdvance(text) + theme.px(18)
            place = QRectF(left, box.center().y() - height / 2 + 1, wide, height)
            if place.right() > box.right() + 1 and left > box.left():
                break
            painter.setPen(QPen(theme.colour(edge), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, height / 2, height / 2)
            painter.setPen(theme.colour(ink))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)
            left += wide + theme.px(7)


_LEFT: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class RequestView(RowList):
    """Tells which request is picked."""

    picked = Signal(int)

    def __init__(self, context: Context, model: RequestList) -> None:
        """Show the model's rows."""
        super().__init__(context, model, RequestDelegate)
        self.setAccessibleName(self.tr("Requests"))
        self.setAccessibleDescription(self.tr("The newest request is the first; what was found in it is shown beside the list"))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell the request's number."""
        super().currentChanged(current, previous)
        item = current.data(RequestRole.REQUEST) if current.isValid() else None
        if item is not None:
            self.picked.emit(item.number)

"""The list of the timeline: time, icon, what happened, and a quiet second line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.models.activity import DETAIL, TIME
from gui.models.roles import Role

if TYPE_CHECKING:
    from gui.context import Context
    from gui.models.activity import ActivityModel

Index = QModelIndex | QPersistentModelIndex
ROW: Final = 48
HEADING: Final = 38


class ActivityView(QListView):
    """Return or a double click shows the tool or signal of an entry."""

    def __init__(self, context: Context, model: ActivityModel) -> None:
        """Show a model."""
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("What happened"))
        self.setAccessibleDescription(self.tr("Return shows the tool or signal of an entry"))
        self.setItemDelegate(ActivityDelegate(context, self))
        self.setModel(model)
        context.theme.changed.connect(self.scheduleDelayedItemsLayout)


class ActivityDelegate(QStyledItemDelegate):
    """Paints headings and entries."""

    def __init__(self, context: Context, parent: ActivityView) -> None:
        """Use the context's theme and icons."""
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give two lines their room."""
        theme = self._context.theme
        return QSize(theme.px(200), theme.px(HEADING if index.data(Role.IS_HEADER) else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line of the list."""
        theme, box = self._context.theme, option.rect
        painter.save()
        if index.data(Role.IS_HEADER):
            painter.setFont(theme.font(0.94, weight=QFont.Weight.DemiBold))
            painter.setPen(theme.colour("text_muted"))
            painter.drawText(box.adjusted(theme.px(16), theme.px(6), 0, 0), int(Qt.AlignmentFlag.AlignVCenter), str(index.data()))
        else:
            self._paint_entry(painter, option, index)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        painter.restore()

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = self._context.theme, option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("selection" if state & QStyle.StateFlag.State_Selected else "hover"))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setFont(theme.font(0.92, mono=True))
        painter.setPen(theme.colour("text_faint"))
        time = str(index.data(TIME) or "")
        painter.drawText(box.adjusted(theme.px(16), 0, 0, 0), middle, time)
        left = theme.px(16) + painter.fontMetrics().horizontalAdvance("00:00:00") + theme.px(16)
        side = theme.px(18)
        icon = self._context.icons.pixmap(str(index.data(Role.ICON)), "text_muted", 18, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left() + left, box.center().y() - side // 2, icon)
        inner = box.adjusted(left + side + theme.px(14), 0, -theme.px(14), 0)
        detail = str(index.data(DETAIL) or "")
        painter.setFont(theme.font(weight=QFont.Weight.Medium))
        painter.setPen(theme.colour("text"))
        upper = inner.adjusted(0, theme.px(6), 0, -inner.height() // 2 + theme.px(2)) if detail else inner
        painter.drawText(upper, middle, painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width()))
        if detail:
            painter.setFont(theme.font(0.92))
            painter.setPen(theme.colour("text_muted"))
            lower = inner.adjusted(0, inner.height() // 2 - theme.px(1), 0, -theme.px(5))
            painter.drawText(lower, middle, painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, inner.width()))

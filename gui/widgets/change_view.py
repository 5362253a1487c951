"""The list of changes: what, for whom, how it stands, when; painted row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.toggles.model import ChangeState
from gui.change_words import moment, short_kind, state_of, title, which, whom
from gui.models.change_list import ChangeRole
from gui.widgets.row_list import RowList

if TYPE_CHECKING:
    from core.toggles.model import Change
    from gui.context import Context
    from gui.models.change_list import ChangeList

Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
ROLES: Final = {"pill-good": "good", "pill-warning": "warning_text", "pill-danger": "danger", "pill": "text_muted"}


class ChangeDelegate(QStyledItemDelegate):
    """Paints a change in two lines with the icon of its state."""

    def __init__(self, context: Context, parent: QObject) -> None:
        """Take what is needed for words and colours."""
        super().__init__(parent)
        self._context, self._theme = context, context.theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the same height."""
        del index
        return QSize(self._theme.px(200), 2 * option.fontMetrics.height() + self._theme.px(26))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one change."""
        change: Change | None = index.data(ChangeRole.CHANGE)
        if change is None:
            return
        painter.save()
        theme, box = self._theme, QRect(option.rect)
        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(box, theme.colour("selection" if state & QStyle.StateFlag.State_Selected else "hover"))
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        said, look, icon = state_of(change, is_drifted=bool(index.data(ChangeRole.DRIFTED)))
        side = theme.px(20)
        pixmap = self._context.icons.pixmap(icon, ROLES[look], 20, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left() + theme.px(16), box.center().y() - side // 2, pixmap)
        inner = box.adjusted(theme.px(16) + side + theme.px(12), theme.px(11), -theme.px(14), -theme.px(11))
        is_over = change.state is ChangeState.UNDONE
        half = inner.height() // 2
        painter.setFont(theme.font(0.92))
        means = short_kind(change)
        painter.setPen(theme.colour("text_muted"))
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), half), _RIGHT, means)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(means) - theme.px(10)
        painter.setFont(theme.font(weight=QFont.Weight.Medium))
        self._text(painter, QRect(inner.left(), inner.top(), room, half), title(self._context.changes, change), not is_over)
        painter.setFont(theme.font(0.92))
        parts = (said, which(change), whom(self._context.tools, change), moment(change, is_short=True))
        second = " \u00b7 ".join(filter(None, parts))
        self._text(painter, QRect(inner.left(), inner.top() + half, inner.width(), half), second, False)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        painter.restore()

    def _text(self, painter: QPainter, box: QRect, text: str, is_strong: bool) -> None:
        painter.setPen(self._theme.colour("text" if is_strong else "text_muted"))
        painter.drawText(box, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width()))


class ChangeView(RowList):
    """Tells which change is picked."""

    picked = Signal(object)

    def __init__(self, context: Context, model: ChangeList) -> None:
        """Show the model's rows."""
        super().__init__(context, model, ChangeDelegate)
        self.setAccessibleName(self.tr("Changes"))
        self.setAccessibleDescription(self.tr("The newest change is the first; details and Undo are beside the list"))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell the change."""
        super().currentChanged(current, previous)
        self.picked.emit(current.data(ChangeRole.CHANGE) if current.isValid() else None)

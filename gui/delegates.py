"""Painting of table cells from roles: name with icon, masked value, group, marks, switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.model import Group
from gui.marks import Mark, mark_word, paint_mark
from gui.models.roles import Column, Role
from gui.switch_paint import TRACK, paint_switch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

    from gui.context import Context
    from gui.models.changes import SwitchLook
    from gui.widgets.reveal import RevealHold

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT: Final = 38
HEADER_ROW_HEIGHT: Final = 38
MARK_SIZE: Final = 17
PAD: Final = 8
MOST_MARKS: Final = 5
STRONGEST_FIRST: Final = (Mark.SAW_SENT, Mark.SAW_READ, Mark.REPORTED, Mark.VENDOR_SAYS, Mark.COULD_SEE, Mark.HIDDEN)


class SignalDelegate(QStyledItemDelegate):
    """Paints every cell of the signal tables; rows' background and lines belong to the view."""

    def __init__(self, context: Context, hold: RevealHold, parent: QObject, *, joins_marks: bool = False, says_words: bool = False) -> None:
        """With `joins_marks` the first viewer's column shows the marks of all viewers; with `says_words` a mark's word follows it."""
        super().__init__(parent)
        self._theme, self._icons, self._gate = context.theme, context.icons, context.gate
        self._hold = hold
        self._joins_marks, self._says_words = joins_marks, says_words

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the same, comfortable height."""
        return QSize(self._theme.px(60), max(self._theme.px(ROW_HEIGHT), option.fontMetrics.height() + self._theme.px(16)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell of a signal; the view paints headers itself."""
        painter.save()
        match index.column():
            case Column.NAME:
                self._paint_name(painter, option, index)
            case Column.VALUE:
                self._paint_value(painter, option, index)
            case Column.GROUP:
                self._paint_group(painter, option, index)
            case _:
                self._paint_marks(painter, option, index)
        painter.restore()

    def eye_box(self, cell: QRect) -> QRect:
        """Return where the eye stands in a value cell."""
        side = self._theme.px(26)
        return QRect(cell.right() - side - self._theme.px(4), cell.center().y() - side // 2, side, side)

    def _paint_name(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = self._theme, option.rect
        side, left = theme.px(18), box.left() + theme.px(14)
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._icons.pixmap(str(index.data(Role.ICON)), "text_muted", 18, ratio)
        painter.drawPixmap(left, box.center().y() - side // 2, pixmap)
        painter.setFont(theme.font(weight=QFont.Weight.Medium))
        self._text(painter, box.adjusted(theme.px(14) + side + theme.px(12), 0, -theme.px(PAD), 0), str(index.data()), "text")

    def _paint_value(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = self._theme, option.rect
        state: QStyle.StateFlag = option.state
        has_value = bool(index.data(Role.HAS_VALUE))
        revealed = self._hold.text(index.data(Role.ID))
        is_active = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        right = theme.px(PAD)
        if has_value and not self._gate.is_locked and (is_active or revealed is not None):
            eye = self.eye_box(box)
            right = box.right() - eye.left() + theme.px(2)
            side = theme.px(16)
            pixmap = self._icons.pixmap("eye", "accent" if revealed is not None else "text_faint", 16, painter.device().devicePixelRatioF())
            painter.drawPixmap(eye.center().x() - side // 2, eye.center().y() - side // 2, pixmap)
        painter.setFont(theme.font(0.96, mono=True) if has_value else theme.font(0.96))
        role = "accent" if revealed is not None else "text" if has_value else "text_faint"
        text = revealed if revealed is not None else str(index.data())
        self._text(painter, box.adjusted(theme.px(PAD), 0, -right, 0), text, role)

    def _paint_group(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box = self._theme, option.rect
        painter.setFont(theme.font(0.92))
        self._text(painter, box.adjusted(theme.px(PAD), 0, -theme.px(PAD), 0), str(index.data()), "text_muted")

    def _paint_marks(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRectF(option.rect)
        mark = index.data(Role.MARK)
        if mark is None:
            self._paint_switch(painter, option, index)
            return
        side, gap = self._theme.px(MARK_SIZE), self._theme.px(6)
        if self._says_words:
            self._say_mark(painter, option, index, Mark(mark))
            return
        marks = joined(Mark(item) for item in index.data(Role.MARKS)) if self._joins_marks else [Mark(mark)]
        fitting = max(1, int((box.width() + gap) // (side + gap)))
        marks = marks[:fitting]
        whole = len(marks) * (side + gap) - gap
        left = box.right() - whole - gap if self._joins_marks else box.center().x() - whole / 2
        is_secret = index.data(Role.GROUP) == Group.SECRETS
        for one in marks:
            paint_mark(painter, QRectF(left, box.center().y() - side / 2, side, side), one, self._theme, is_secret=is_secret)
            left += side + gap

    def _paint_switch(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look: SwitchLook | None = index.data(Role.SWITCH)
        if look is not None:
            wide, high = self._theme.px(TRACK[0]), self._theme.px(TRACK[1])
            middle = option.rect.center()
            paint_switch(painter, QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high), look.state, self._theme)

    def _say_mark(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, mark: Mark) -> None:
        box, theme, side = option.rect, self._theme, self._theme.px(MARK_SIZE)
        is_secret = index.data(Role.GROUP) == Group.SECRETS
        place = QRectF(box.left() + theme.px(PAD), box.center().y() - side / 2, side, side)
        paint_mark(painter, place, mark, theme, is_secret=is_secret)
        painter.setFont(theme.font(0.96))
        self._text(painter, box.adjusted(theme.px(PAD) + side + theme.px(9), 0, -theme.px(PAD), 0), mark_word(mark), "text_muted")

    def _text(self, painter: QPainter, box: QRect, text: str, role: str) -> None:
        painter.setPen(self._theme.colour(role))
        shown = painter.fontMetrics().elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


def joined(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks of all viewers for one cell: each in its place, or where they are many each kind once, strongest first."""
    listed = list(marks)
    if len(listed) <= MOST_MARKS:
        return listed
    order = [*STRONGEST_FIRST, *(mark for mark in Mark if mark not in STRONGEST_FIRST)]
    return sorted(set(listed), key=order.index)[:MOST_MARKS]

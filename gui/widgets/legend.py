"""Marks with their words, in a row that wraps; and the pill that says whether Telltale looks live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.marks import Mark, mark_word, paint_mark
from gui.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFontMetrics, QPaintEvent, QResizeEvent

    from gui.theme import Theme


class MarkLabel(QWidget):
    """One mark, painted; its word is the tooltip and what a screen reader says."""

    def __init__(self, theme: Theme, mark: Mark, size: float = 16) -> None:
        """Show a mark."""
        super().__init__()
        self._theme, self._mark, self._size = theme, mark, size
        self.set_mark(mark)

    def set_mark(self, mark: Mark) -> None:
        """Show another mark."""
        self._mark = mark
        self.setToolTip(mark_word(mark))
        self.setAccessibleName(mark_word(mark))
        self.update()

    def sizeHint(self) -> QSize:
        """Be a square."""
        return QSize(self._theme.px(self._size), self._theme.px(self._size))

    def minimumSizeHint(self) -> QSize:
        """Stay a square."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark in the middle."""
        painter = QPainter(self)
        side = self._theme.px(self._size)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_mark(painter, box, self._mark, self._theme)


class Legend(QWidget):
    """Marks and words side by side, wrapping into as many lines as needed."""

    def __init__(self, theme: Theme, marks: Sequence[Mark]) -> None:
        """Show these marks."""
        super().__init__()
        self._theme, self._marks = theme, tuple(marks)
        self._placed: tuple[object, list[tuple[int, int]]] = (None, [])
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription(", ".join(mark_word(mark) for mark in self._marks))
        theme.changed.connect(self.updateGeometry)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Explain other marks."""
        self._marks = tuple(marks)
        self.setAccessibleDescription(", ".join(mark_word(mark) for mark in self._marks))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """The height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        places = self._places(width)
        return (places[-1][1] if places else 0) + self._line_height()

    def sizeHint(self) -> QSize:
        """Ask for the lines at the present width."""
        width = self.width() if self.width() > 1 else self._theme.px(320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Be at least one line high."""
        return QSize(self._theme.px(120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for other lines when the width changed."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint marks and words."""
        painter = QPainter(self)
        theme, side = self._theme, self._theme.px(14)
        painter.setFont(theme.font(0.92))
        for mark, (left, top) in zip(self._marks, self._places(self.width()), strict=True):
            paint_mark(painter, QRectF(left, top + (self._line_height() - side) / 2, side, side), mark, theme)
            painter.setPen(theme.colour("text_muted"))
            box = QRectF(left + side + theme.px(7), top, self.width(), self._line_height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, mark_word(mark))

    def _line_height(self) -> int:
        return self._theme.px(24)

    def _places(self, width: int) -> list[tuple[int, int]]:
        """Return where each mark stands; laying out a page asks a dozen times for the same width."""
        theme, metrics = self._theme, self.fontMetrics()
        asked = (width, self._marks, theme.text_percent, self.font().key())
        if self._placed[0] != asked:
            self._placed = (asked, self._place(width, theme, metrics))
        return self._placed[1]

    def _place(self, width: int, theme: Theme, metrics: QFontMetrics) -> list[tuple[int, int]]:
        places = []
        left = top = 0
        for mark in self._marks:
            needed = theme.px(14) + theme.px(7) + metrics.horizontalAdvance(mark_word(mark))
            if left and left + needed > width:
                left, top = 0, top + self._line_height()
            places.append((left, top))
            left += needed + theme.px(16)
        return places


class StatusPill(QWidget):
    """A small round-ended label with a dot: live, looking, stopped."""

    def __init__(self, theme: Theme) -> None:
        """Start as `looking`."""
        super().__init__()
        self._theme = theme
        self._text, self._role = "", "mark_unknown"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_status(self, text: str, role: str, explanation: str) -> None:
        """Show a word, a dot in a colour role, and explain both in the tooltip."""
        self._text, self._role = text, role
        self.setAccessibleName(text)
        self.setAccessibleDescription(explanation)
        self.setToolTip(plain_tip(explanation))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Fit the word."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + self._theme.px(40), metrics.height() + self._theme.px(9))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint outline, dot and word."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._role))
        dot = theme.px(4)
        painter.drawEllipse(QPointF(box.left() + theme.px(15), box.center().y()), dot, dot)
        painter.setPen(theme.colour("text_muted"))
        painter.drawText(box.adjusted(theme.px(26), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._text)

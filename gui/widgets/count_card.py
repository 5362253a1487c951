"""A count that filters: a big number, what it counts, and a hint; one click shows what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gui.tips import plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from gui.theme import Theme


class CountCard(QAbstractButton):
    """A clickable card with a number."""

    def __init__(self, theme: Theme, title: str, hint: str, role: str) -> None:
        """Show `title` and `hint` under the number, which is painted in a colour role."""
        super().__init__()
        self._theme, self._role, self._hint = theme, role, hint
        self._number: int | None = None
        self.setText(title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)
        self._describe()

    @property
    def number(self) -> int | None:
        """The number shown; None while it is not known yet."""
        return self._number

    def set_number(self, number: int | None) -> None:
        """Show another number."""
        if number != self._number:
            self._number = number
            self._describe()
            self.update()

    def set_hint(self, hint: str) -> None:
        """Show another hint."""
        if hint != self._hint:
            self._hint = hint
            self._describe()
            self.update()

    def _describe(self) -> None:
        number = self.tr("not known yet") if self._number is None else str(self._number)
        self.setAccessibleName(f"{number} {self.text()}")
        self.setAccessibleDescription(self.tr("{hint}. Shows these signals.").format(hint=self._hint))
        self.setToolTip(plain_tip(self._hint))

    def sizeHint(self) -> QSize:
        """Be as high as the lines and their air."""
        number, title, hint = self._fonts()
        lines = QFontMetrics(number).height() + QFontMetrics(title).height() + self._hint_lines() * QFontMetrics(hint).height()
        return QSize(self._theme.px(150), lines + self._theme.px(34))

    def _hint_lines(self) -> int:
        """Return how many lines the hint takes at the present width: two at most."""
        room = max(1, self.width() - 2 * self._theme.px(16))
        return 1 if QFontMetrics(self._fonts()[2]).horizontalAdvance(self._hint) <= room else 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the hint wraps differently."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Shrink in width only."""
        return QSize(self._theme.px(110), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the return key work like the space key."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint card, number, title and hint."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        pad = theme.px(16)
        box = self.rect().adjusted(pad, theme.px(14), -pad, -theme.px(14))
        shown = "\u2013" if self._number is None else str(self._number)
        number, title, hint = self._fonts()
        role = "text_faint" if not self._number else self._role
        for font, colour, text in ((number, role, shown), (title, "text", self.text())):
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            metrics = painter.fontMetrics()
            painter.drawText(box, Qt.AlignmentFlag.AlignTop, metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width()))
            box.setTop(box.top() + metrics.height() + theme.px(3))
        painter.setFont(hint)
        painter.setPen(theme.colour("text_muted"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap), self._hint)

    def _fonts(self) -> tuple[QFont, QFont, QFont]:
        theme = self._theme
        return (theme.font(1.9, weight=QFont.Weight.DemiBold), theme.font(weight=QFont.Weight.DemiBold), theme.font(0.94))

    def _paint_card(self, painter: QPainter) -> None:
        theme, radius = self._theme, self._theme.px(10)
        has_focus = self.hasFocus()
        width = 2.0 if has_focus else 1.0
        border = "focus" if has_focus else "border_strong" if self.underMouse() else "border"
        painter.setPen(QPen(theme.colour(border), width))
        painter.setBrush(theme.colour("hover" if self.isDown() else "surface"))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)

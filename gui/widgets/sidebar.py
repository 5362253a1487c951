"""The sidebar: pages with icon and count, and the few things at its foot; narrow windows show icons only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout, QWidget

from gui.icons import logo

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.icons import Icons
    from gui.theme import Theme

WIDTH: Final = 204
COMPACT_WIDTH: Final = 60


class Brand(QWidget):
    """Telltale's mark and name."""

    def __init__(self, theme: Theme) -> None:
        """Paint in the theme's font."""
        super().__init__()
        self._theme = theme
        self._is_compact = False

    def set_compact(self, is_compact: bool) -> None:
        """Show the mark without the name."""
        self._is_compact = is_compact
        self.update()

    def sizeHint(self) -> QSize:
        """Be as high as a row of the sidebar and a half."""
        return QSize(self._theme.px(120), self._theme.px(50))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark and name."""
        painter = QPainter(self)
        side = self._theme.px(22)
        left = self._theme.px(11)
        painter.drawPixmap(left, (self.height() - side) // 2, logo(side, self.devicePixelRatioF()))
        if not self._is_compact:
            painter.setFont(self._theme.font(1.15, weight=QFont.Weight.DemiBold))
            painter.setPen(self._theme.colour("text"))
            box = self.rect().adjusted(left + side + self._theme.px(11), 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "Telltale")


class NavButton(QAbstractButton):
    """One entry of the sidebar."""

    def __init__(self, theme: Theme, icons: Icons, title: str, icon: str) -> None:
        """Show a title with an icon."""
        super().__init__()
        self._theme, self._icons, self._icon = theme, icons, icon
        self._count = ""
        self._is_compact = False
        self.setText(title)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_count(self, count: str) -> None:
        """Show a number at the right."""
        if count != self._count:
            self._count = count
            self.setAccessibleDescription(count)
            self.update()

    def set_compact(self, is_compact: bool) -> None:
        """Show the icon only; the title is the tooltip then."""
        self._is_compact = is_compact
        self.setToolTip(self.text() if is_compact else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be one comfortable row high."""
        return QSize(self._theme.px(44), max(self._theme.px(35), self.fontMetrics().height() + self._theme.px(14)))

    def minimumSizeHint(self) -> QSize:
        """Never be lower than a row."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the return key work like the space key; arrows go through the group."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint background, icon, title and count."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter)
        role = "accent" if self.isChecked() else "text_muted"
        side = theme.px(19)
        left = (self.width() - side) // 2 if self._is_compact else theme.px(12)
        pixmap = self._icons.pixmap(self._icon, role, 19, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - side) // 2, pixmap)
        if self._is_compact:
            return
        right = self._paint_count(painter, role)
        painter.setFont(theme.font(weight=QFont.Weight.Medium))
        painter.setPen(theme.colour(role))
        box = self.rect().adjusted(left + side + theme.px(11), 0, -right - theme.px(6), 0)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignVCenter, painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        )

    def _paint_background(self, painter: QPainter) -> None:
        theme, radius = self._theme, self._theme.px(7)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if self.isChecked() else "hover"))
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, radius, radius)

    def _paint_count(self, painter: QPainter, role: str) -> int:
        if not self._count:
            return self._theme.px(8)
        painter.setFont(self._theme.font(0.92, weight=QFont.Weight.Medium))
        painter.setPen(self._theme.colour(role))
        box = self.rect().adjusted(0, 0, -self._theme.px(11), 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._count)
        return painter.fontMetrics().horizontalAdvance(self._count) + self._theme.px(11)


class Sidebar(QFrame):
    """All pages; emits the id of the one chosen."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, icons: Icons) -> None:
        """Start without pages."""
        super().__init__()
        self.setObjectName("sidebar")
        self._theme, self._icons = theme, icons
        self._buttons: dict[str, NavButton] = {}
        self._group = QButtonGroup(self)
        self._brand = Brand(theme)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 4, 10, 14)
        self._layout.setSpacing(2)
        self._layout.addWidget(self._brand)
        self._layout.addStretch(1)
        self._foot = self._layout.count()
        self._is_compact = False
        theme.changed.connect(self._fit)
        self._fit()

    def add(self, page_id: str, title: str, icon: str, *, at_foot: bool = False) -> None:
        """Add an entry under the pages, or at the foot."""
        made = NavButton(self._theme, self._icons, title, icon)
        made.clicked.connect(lambda: self.chosen.emit(page_id))
        self._buttons[page_id] = made
        self._group.addButton(made)
        if at_foot:
            self._layout.addWidget(made)
        else:
            self._layout.insertWidget(self._foot - 1, made)
            self._foot += 1

    def describe(self) -> None:
        """Tell screen readers what is what; the first such call wakes the whole machinery, so it waits for the first frame."""
        self.setAccessibleName(self.tr("Pages"))
        self._brand.setAccessibleName("Telltale")
        for made in self._buttons.values():
            made.setAccessibleName(made.text())

    def button(self, page_id: str) -> NavButton:
        """Return a page's entry."""
        return self._buttons[page_id]

    def select(self, page_id: str) -> None:
        """Mark the page that is shown."""
        self._buttons[page_id].setChecked(True)

    def set_count(self, page_id: str, count: int) -> None:
        """Show a page's count; none for zero."""
        if page_id in self._buttons:
            self._buttons[page_id].set_count(str(count) if count else "")

    def set_compact(self, is_compact: bool) -> None:
        """Show icons only."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self._fit()

    def wanted_width(self) -> int:
        """Return the width with titles."""
        return self._theme.px(WIDTH)

    def changeEvent(self, event: QEvent) -> None:
        """Fit again after a change of font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(self._theme.px(COMPACT_WIDTH if self._is_compact else WIDTH))
        self._brand.set_compact(self._is_compact)
        for made in self._buttons.values():
            made.set_compact(self._is_compact)

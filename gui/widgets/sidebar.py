"""The sidebar: pages with icon and count, and the few things at its foot; narrow windows show icons only.

Only plain widgets, painted by Qt itself: painting from Python, and the very look-up of `Qt`'s many enumerations, would take
a tenth of the time to the first frame. What that frame does not show waits for `describe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6 import QtCore
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.icons import logo
from gui.widgets.basic import own_words, set_look

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gui.icons import Icons
    from gui.theme import Theme

WIDTH: Final = 204
COMPACT_WIDTH: Final = 60
ICON: Final = 19
LOGO: Final = 22
SIDE: Final = 10
_AIR: Final = "\u2002"


class Brand(QWidget):
    """Telltale's mark and name."""

    def __init__(self, theme: Theme) -> None:
        """Show both."""
        super().__init__()
        self._theme = theme
        self._mark = own_words()
        self._name = own_words("Telltale")
        layout = self._layout = QHBoxLayout(self)
        layout.setSpacing(11)
        layout.addWidget(self._mark)
        layout.addWidget(self._name, 1)

    def fit(self, *, is_compact: bool) -> None:
        """Follow the theme; without room the mark stands alone."""
        self._mark.setPixmap(logo(self._theme.px(LOGO), self.devicePixelRatioF()))
        self._name.setFont(self._theme.font(1.15, weight=QFont.Weight.DemiBold))
        self._name.setVisible(not is_compact)
        side = (self._theme.px(COMPACT_WIDTH) - 2 * SIDE - self._theme.px(LOGO)) // 2
        self._layout.setContentsMargins(*((side, 14, 0, 13) if is_compact else (11, 14, 4, 13)))

    def describe(self) -> None:
        """Set what the first frame does not show."""
        for shown in (self._mark, self._name):
            shown.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self.setAccessibleName("Telltale")


class NavButton(QPushButton):
    """One entry of the sidebar."""

    def __init__(self, theme: Theme, icons: Icons, title: str, icon: str) -> None:
        """Show a title with an icon."""
        super().__init__()
        self._theme, self._icons, self._icon, self._title = theme, icons, icon, title
        self.setProperty("look", "nav")
        self.setCheckable(True)
        self._ratios: tuple[float, ...] = (self.devicePixelRatioF(),)
        self._is_described = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._count = own_words("", "nav-count")
        self._count.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 10, 0)
        layout.addStretch(1)
        layout.addWidget(self._count)
        self.toggled.connect(self._on_toggled)

    def describe(self) -> None:
        """Set what the first frame does not show."""
        self._ratios = (1.0, 2.0)
        self._is_described = True
        self._count.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._paint_icon()
        if self.property("look") != "nav":
            self.style().unpolish(self)  # the window is narrow from the start: the style has not seen that yet
            self.style().polish(self)
        self.setAccessibleName(self._title)
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)

    def set_count(self, count: str) -> None:
        """Show a number at the right."""
        self._count.setText(count)
        self.setAccessibleDescription(count)

    def fit(self, *, is_compact: bool) -> None:
        """Follow the theme; without room the title is the tooltip."""
        side = self._theme.px(ICON)
        self.setIconSize(QSize(side, side))
        self._paint_icon()
        self.setText("" if is_compact else _AIR + self._title)
        self.setToolTip(self._title if is_compact else "")
        self._count.setVisible(not is_compact)
        look = "nav-compact" if is_compact else "nav"
        if self._is_described:
            set_look(self, look)
        else:
            self.setProperty("look", look)

    def _paint_icon(self) -> None:
        icon = QIcon()
        for ratio in self._ratios:
            icon.addPixmap(self._icons.pixmap(self._icon, "accent" if self.isChecked() else "text_muted", ICON, ratio))
        self.setIcon(icon)

    def _on_toggled(self, is_on: bool) -> None:
        self._paint_icon()
        look = "nav-count-on" if is_on else "nav-count"
        if self._is_described:
            set_look(self._count, look)
        else:  # the style itself is not asked for before the first frame: all its enumerations would be made for it
            self._count.setProperty("look", look)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrow keys go up and down."""
        if event.key() in {QtCore.Qt.Key.Key_Up, QtCore.Qt.Key.Key_Down}:
            self.focusNextPrevChild(event.key() == QtCore.Qt.Key.Key_Down)
        elif event.key() in {QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)


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
        self._layout.setContentsMargins(SIDE, 2, SIDE, 14)
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
        made.fit(is_compact=self._is_compact)
        made.clicked.connect(lambda: self.chosen.emit(page_id))
        self._buttons[page_id] = made
        self._group.addButton(made)
        if at_foot:
            self._layout.addWidget(made)
        else:
            self._layout.insertWidget(self._foot - 1, made)
            self._foot += 1

    def describe(self) -> None:
        """Tell screen readers what is what; the first such call wakes their whole machinery, so it waits for the first frame."""
        self.setAccessibleName(self.tr("Pages"))
        self._brand.describe()
        for made in self._buttons.values():
            made.describe()

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

    def _fit(self) -> None:
        self.setFixedWidth(self._theme.px(COMPACT_WIDTH if self._is_compact else WIDTH))
        self._brand.fit(is_compact=self._is_compact)
        for made in self._buttons.values():
            made.fit(is_compact=self._is_compact)

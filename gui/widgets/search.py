"""A box to filter with, with a magnifying glass in the theme's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.icons import Icons
    from gui.theme import Theme

WIDTH = 180


class SearchBox(QLineEdit):
    """One line to type in; `name` and `description` are for screen readers."""

    def __init__(self, theme: Theme, icons: Icons, name: str, description: str) -> None:
        """Start empty."""
        super().__init__()
        self._theme, self._icons = theme, icons
        self.setProperty("look", "search")
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setToolTip(description)
        theme.changed.connect(self._fit)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and the glass."""
        super().paintEvent(event)
        side = self._theme.px(16)
        pixmap = self._icons.pixmap("search", "text_muted", 16, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self._theme.px(9), (self.height() - side) // 2, pixmap)

    def _fit(self) -> None:
        self.setFixedWidth(self._theme.px(WIDTH))

"""A drop-down list with a chevron in the theme's colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListView, QStyle, QStyleOptionComboBox, QStylePainter

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.icons import Icons
    from gui.theme import Theme


class ChoiceBox(QComboBox):
    """One of several; `name` and `description` are for screen readers."""

    def __init__(self, theme: Theme, icons: Icons, name: str, description: str) -> None:
        """Start empty."""
        super().__init__()
        self._theme, self._icons = theme, icons
        self.setView(QListView())
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.view().setAccessibleName(name)
        self.view().setAccessibleDescription(description)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and a chevron at its right."""
        del event
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.width() - self._theme.px(36)
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        side = self._theme.px(16)
        pixmap = self._icons.pixmap("chevron-down", "text_muted", 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - side - self._theme.px(9), (self.height() - side) // 2, pixmap)

"""Brings what the keyboard goes to into sight, in every area it stands in: Qt does so only for the area it comes from."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

ROOM = 8


class FocusFollower(QObject):
    """Follows the keyboard through one window and its dialogs."""

    def __init__(self, window: QWidget) -> None:
        """Follow from now on."""
        super().__init__(window)
        self._window = window
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Leave everything where it is while a mouse button is down: what moves away under the pointer cannot be clicked."""
        if new is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton or not self._is_mine(new):
            return
        parent = new.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea) and new.height() < parent.viewport().height():
                parent.ensureWidgetVisible(new, ROOM, ROOM)
            parent = parent.parentWidget()

    def _is_mine(self, widget: QWidget) -> bool:
        top: QWidget | None = widget
        while top is not None and top is not self._window:
            top = top.parentWidget()
        return top is not None

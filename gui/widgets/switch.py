"""A switch that shows a state, never only a click: off, on, working, partly on, not possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gui.switch_paint import TRACK, SwitchState, paint_switch
from gui.tips import plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.theme import Theme


class Switch(QAbstractButton):
    """A switch with the keyboard's space and return keys; its text is for screen readers."""

    def __init__(self, theme: Theme, name: str, description: str = "") -> None:
        """Start off."""
        super().__init__()
        self._theme = theme
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description or name)
        self.setToolTip(plain_tip(description))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._state: SwitchState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_state(self, state: SwitchState, words: str) -> None:
        """Show what was measured instead of what was clicked; `words` is for tooltip and screen reader."""
        self._state = state
        self.setChecked(state in {SwitchState.ON, SwitchState.PARTLY, SwitchState.UNVERIFIED})
        self.setEnabled(state not in {SwitchState.NOT_POSSIBLE, SwitchState.WORKING})
        self.setAccessibleDescription(words)
        self.setToolTip(plain_tip(words))
        self.update()

    def nextCheckState(self) -> None:
        """Toggle by itself only where nothing else decides what is shown."""
        if self._state is None:
            super().nextCheckState()

    def sizeHint(self) -> QSize:
        """Leave room for the focus ring."""
        return QSize(self._theme.px(TRACK[0]) + 8, self._theme.px(TRACK[1]) + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the return key work like the space key."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint track and knob, and a ring with the focus."""
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        paint_switch(painter, box, self._state or (SwitchState.ON if self.isChecked() else SwitchState.OFF), self._theme)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)

"""Hold to reveal: one value at a time, only while a key or button is held, never while presentation mode is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton

from core.errors import RevealRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

    from gui.icons import Icons
    from gui.presentation import Presentation

_HOLD_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_R})


class RevealHold(QObject):
    """Knows which one thing is revealed now; `ask` gives its text and may refuse."""

    changed = Signal()

    def __init__(self, presentation: Presentation, parent: QObject | None = None) -> None:
        """End any reveal as soon as presentation mode starts."""
        super().__init__(parent)
        self._key: object | None = None
        self._text = ""
        presentation.changed.connect(self.end)

    def begin(self, key: object, ask: Callable[[], str]) -> bool:
        """Reveal one thing; return False if revealing is locked."""
        try:
            self._text = ask()
        except RevealRefusedError:
            self.end()
            return False
        self._key = key
        self.changed.emit()
        return True

    def end(self) -> None:
        """Mask again."""
        if self._key is not None:
            self._key, self._text = None, ""
            self.changed.emit()

    def text(self, key: object) -> str | None:
        """Return the revealed text of a thing, or None if it is masked."""
        return self._text if self._key is not None and key == self._key else None


class RevealButton(QPushButton):
    """An eye to hold, with the mouse or the space key."""

    def __init__(self, icons: Icons, presentation: Presentation, what: str) -> None:
        """Reveal `what` while held."""
        super().__init__()
        self.setProperty("look", "ghost")
        self.setAccessibleName(self.tr("Hold to show: {what}").format(what=what))
        self.setAccessibleDescription(self.tr("Shows the value as long as the button or the space key is held"))
        self.setToolTip(self.tr("Hold to show"))
        self.setAutoRepeat(False)
        presentation.changed.connect(self.setHidden)
        if presentation.is_on:
            self.hide()  # never shown here: without its parent it would be a window of its own
        icons.bind(self, "eye", "text_faint", 16)

    held = Signal(bool)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Reveal."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.held.emit(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Mask again."""
        super().mouseReleaseEvent(event)
        self.held.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Reveal while the key is down."""
        if event.key() in _HOLD_KEYS:
            if not event.isAutoRepeat():
                self.held.emit(True)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Mask again."""
        if event.key() in _HOLD_KEYS:
            if not event.isAutoRepeat():
                self.held.emit(False)
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Mask again when the keyboard goes elsewhere."""
        super().focusOutEvent(event)
        self.held.emit(False)

    def event(self, event: QEvent) -> bool:
        """Mask again when the button disappears."""
        if event.type() == QEvent.Type.Hide:
            self.held.emit(False)
        return super().event(event)

"""What every dialog has: a heading, a body that scrolls where it is long, and buttons; Escape closes it without doing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QScrollBar, QVBoxLayout, QWidget

from gui.commands import FINDER_KEY
from gui.widgets.basic import button, column, label, row, scroll

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QShowEvent

    from gui.context import Context

_PAGE_KEYS: Final = {
    Qt.Key.Key_PageUp: QScrollBar.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QScrollBar.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QScrollBar.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QScrollBar.SliderAction.SliderToMaximum,
}
_LEAST: Final = 96  # of the body, so that a dialog never looks empty


class Dialog(QDialog):
    """A dialog over the window; subclasses fill `body` and add buttons."""

    def __init__(self, context: Context, parent: QWidget, title: str, width: int = 620, height: int = 480) -> None:
        """Show a title; the size follows the text size and never exceeds the window."""
        super().__init__(parent)
        self.setObjectName("dialog")
        self.context = context
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._was_fitted = False
        top = parent.window().size()
        self.resize(min(context.theme.px(width), top.width() - 40), min(context.theme.px(height), top.height() - 40))
        self._most = self.height()
        content = QWidget()
        self.body: QVBoxLayout = column(margins=(0, 0, 8, 0), spacing=10)
        content.setLayout(self.body)
        self.foot: QHBoxLayout = row(spacing=10)
        self.foot.addStretch(1)
        layout = column(margins=(22, 18, 22, 18), spacing=14)
        layout.addWidget(label(title, "panel-title", wrap=True))
        self._area = scroll(content)
        layout.addWidget(self._area, 1)
        layout.addLayout(self.foot)
        self.setLayout(layout)
        QShortcut(QKeySequence(FINDER_KEY), self)  # does nothing: else the desktop's own meaning deletes what stands in a field

    def showEvent(self, event: QShowEvent) -> None:
        """Be no higher than what is in it when it opens, and stay in the middle."""
        super().showEvent(event)
        if not self._was_fitted:
            self._was_fitted = True
            before = self.height()
            self.fit()
            self.move(self.x(), self.y() + (before - self.height()) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Return press the button that has the keyboard, as Space does, but not while it is held down; page keys scroll the body."""
        held, bar = self.focusWidget(), self._area.verticalScrollBar()
        if event.key() in _PAGE_KEYS:
            bar.triggerAction(_PAGE_KEYS[Qt.Key(event.key())])
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and isinstance(held, QPushButton):
            if not event.isAutoRepeat():
                held.click()
            return
        super().keyPressEvent(event)

    def fit(self) -> None:
        """Be as high as what is in it, up to the height that was asked for; what is longer scrolls."""
        seen = self._area.viewport().size()
        wanted = max(self.body.totalHeightForWidth(seen.width()), self.body.minimumSize().height(), self.context.theme.px(_LEAST))
        self.resize(self.width(), min(self._most, self.height() - seen.height() + wanted))

    def add_button(self, text: str, look: str = "", description: str = "") -> QPushButton:
        """Add a button at the right of the foot; Return presses only the one that has the keyboard."""
        made = button(text, look, description=description)
        made.setAutoDefault(False)
        self.foot.addWidget(made)
        return made

    def add_close(self, text: str) -> QPushButton:
        """Add the button that closes without doing anything."""
        made = self.add_button(text)
        made.clicked.connect(self.reject)
        return made

    def say(self, text: str, look: str = "") -> None:
        """Add a sentence."""
        self.body.addWidget(label(text, look, wrap=True))

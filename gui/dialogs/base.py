"""What every dialog has: a heading, a body that scrolls where it is long, and buttons; Escape closes it without doing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.widgets.basic import button, column, label, row, scroll

if TYPE_CHECKING:
    from gui.context import Context


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
        top = parent.window().size()
        self.resize(min(context.theme.px(width), top.width() - 40), min(context.theme.px(height), top.height() - 40))
        content = QWidget()
        self.body: QVBoxLayout = column(margins=(0, 0, 8, 0), spacing=10)
        content.setLayout(self.body)
        self.foot: QHBoxLayout = row(spacing=10)
        self.foot.addStretch(1)
        layout = column(margins=(22, 18, 22, 18), spacing=14)
        layout.addWidget(label(title, "panel-title", wrap=True))
        layout.addWidget(scroll(content), 1)
        layout.addLayout(self.foot)
        self.setLayout(layout)

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

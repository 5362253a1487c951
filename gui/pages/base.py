"""What every page has: a title, a sentence under it, a place for buttons, and notice when it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.widgets.basic import column, label, row

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gui.context import Context

MARGIN: Final = 26
GAP: Final = 14
BOTTOM: Final = 24
MOST_ACTIONS: Final = 0.55


class Page(QWidget):
    """The base of all pages; subclasses fill `body` and `head_actions`."""

    width_changed = Signal(int)

    def __init__(self, context: Context, title: str, subtitle: str = "", *, scrolls: bool = False) -> None:
        """Show title and subtitle; a page that scrolls as a whole reaches down to the window's edge."""
        super().__init__()
        self.setObjectName("page")
        self.context = context
        self.setAccessibleName(title)
        self._title = label(title, "title", wrap=True)
        self._subtitle = label(subtitle, "subtitle", wrap=True)
        self.head_actions: QHBoxLayout = row(spacing=10)
        self.body: QVBoxLayout = column(spacing=GAP)
        texts = column(spacing=3)
        texts.addWidget(self._title)
        texts.addWidget(self._subtitle)
        head = self._head = row(spacing=16)
        head.addLayout(texts, 1)
        head.addLayout(self.head_actions)
        head.setAlignment(self.head_actions, Qt.AlignmentFlag.AlignVCenter)
        layout = column(margins=(MARGIN, 20, MARGIN, 0 if scrolls else BOTTOM), spacing=16)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)
        self.setLayout(layout)

    @property
    def title(self) -> str:
        """The page's title."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)

    def set_subtitle(self, text: str) -> None:
        """Change the sentence under the title."""
        if text != self._subtitle.text():
            self._subtitle.setText(text)

    def complete(self) -> None:
        """Make at once what the page would make while it is seen already; most pages are whole when they are made."""

    def shown(self) -> None:
        """Be told that the page came to the front; pages that measure something while visible start here."""

    def left(self) -> None:
        """Be told that another page came to the front."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the page's parts how much width there is."""
        super().resizeEvent(event)
        self.width_changed.emit(self.width())
        self._fit_head()

    def _fit_head(self) -> None:
        """Put the buttons under the title where they would leave it too little room."""
        is_stacked = self.head_actions.sizeHint().width() > self.width() * MOST_ACTIONS
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if is_stacked else QBoxLayout.Direction.LeftToRight)
        place = Qt.AlignmentFlag.AlignLeft if is_stacked else Qt.AlignmentFlag.AlignVCenter
        self._head.setAlignment(self.head_actions, place)
        self._head.setSpacing(10 if is_stacked else 16)

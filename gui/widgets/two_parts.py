"""A list beside what is picked from it; where there is no room side by side, above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QWidget

    from gui.theme import Theme

SIDE_BY_SIDE: Final = 640
SPACING: Final = 10
MARGIN: Final = 26  # of a page, at each side


class TwoParts(QSplitter):
    """Both parts stay in sight at every size; the person may move the border."""

    def __init__(self, theme: Theme, first: QWidget, second: QWidget, first_width: int) -> None:
        """Put two parts side by side; `first_width` is at 100 percent."""
        super().__init__(Qt.Orientation.Horizontal)
        self._theme, self._first_width, self._first = theme, first_width, first
        self.setChildrenCollapsible(False)
        self.setHandleWidth(14)
        self.addWidget(first)
        self.addWidget(second)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self._was_wide: bool | None = None

    def arrange(self, width: int) -> None:
        """Follow the page's width."""
        is_wide = width >= self._theme.px(SIDE_BY_SIDE)
        self._first.setMinimumWidth(self._theme.px(200) if is_wide else 0)
        if is_wide == self._was_wide:
            return
        self._was_wide = is_wide
        self.setOrientation(Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical)
        share = min(self._theme.px(self._first_width), int(width * 0.42))
        self.setSizes([share, max(1, width - share)] if is_wide else [400, 600])


def fit_words(buttons: dict[QPushButton, str], width: int) -> None:
    """Leave the words of buttons with icons out only where a whole line has no room for them; name and tooltip keep them."""
    for made, text in buttons.items():
        made.setText(text)
    wanted = sum(made.sizeHint().width() + SPACING for made in buttons)
    if wanted > width - 2 * MARGIN:
        for made in buttons:
            made.setText("")

"""What stands where there is nothing to show: an icon, a heading, a sentence, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.widgets.basic import IconLabel, button, column, label, row

if TYPE_CHECKING:
    from gui.icons import Icons
    from gui.theme import Theme

TEXT_WIDTH: Final = 560


class Notice(QWidget):
    """An empty, loading or error state in the middle of its place."""

    acted = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        """Start blank; call `show_state`."""
        super().__init__()
        self._icon = IconLabel(theme, icons, "info", "text_faint", 30)
        self._heading = label("", "heading", wrap=True)
        self._text = label("", "muted", wrap=True)
        self._button = button(self.tr("Try again"))
        self._button.clicked.connect(self.acted)
        layout = column(margins=(24, 24, 24, 24), spacing=8)
        layout.addStretch(1)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        texts = column(spacing=8)
        for part in (self._heading, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            texts.addWidget(part)
        middle = row()
        middle.addStretch(1)
        self._texts = QWidget()
        self._texts.setLayout(texts)
        middle.addWidget(self._texts, 1000)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addSpacing(4)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        self.setLayout(layout)
        self._button.hide()
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Keep lines short enough to be read with ease."""
        self._texts.setMaximumWidth(self._theme.px(TEXT_WIDTH))

    def show_state(self, icon: str, heading: str, text: str, action: str = "") -> None:
        """Say what is the matter; with an action there is a button."""
        self._icon.set_icon(icon, "text_faint")
        self._heading.setText(heading)
        self._text.setText(text)
        if action:
            self._button.setText(action)
            self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))

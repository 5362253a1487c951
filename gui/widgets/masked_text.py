"""One masked text with an eye to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gui.widgets.basic import ElidedLabel, row
from gui.widgets.reveal import RevealButton, RevealHold

if TYPE_CHECKING:
    from core.redact import Sensitive
    from gui.context import Context


class MaskedText(QWidget):
    """Shows the mask; the value only while the eye is held."""

    def __init__(self, context: Context, value: Sensitive, what: str) -> None:
        """Show a value's mask; `what` names it for screen readers."""
        super().__init__()
        self._gate, self._value = context.gate, value
        self._text = ElidedLabel(value.masked)
        self._text.setFont(context.theme.font(0.92, mono=True))
        self._hold = RevealHold(context.presentation, self)
        self._hold.changed.connect(self._on_hold_changed)
        eye = RevealButton(context.icons, context.presentation, what)
        eye.held.connect(self._on_held)
        layout = row(spacing=4)
        layout.addWidget(self._text, 1)
        layout.addWidget(eye)
        self.setLayout(layout)

    def _on_held(self, is_held: bool) -> None:
        if is_held:
            self._hold.begin(self, lambda: self._value.reveal(self._gate))
        else:
            self._hold.end()

    def _on_hold_changed(self) -> None:
        revealed = self._hold.text(self)
        if revealed is None:
            self._text.set_text(self._value.masked)
        else:
            self._text.show_for_a_moment(revealed)

"""One masked result with its caption; values can be shown by holding the eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from core.probes.result import Ok
from gui.marks import mark_of_result
from gui.tips import plain_tip
from gui.widgets.basic import ElidedLabel, column, row
from gui.widgets.legend import MarkLabel
from gui.widgets.reveal import RevealButton, RevealHold
from gui.words import result_reason, result_text

if TYPE_CHECKING:
    from core.probes.result import Result
    from gui.context import Context


class ValueRow(QFrame):
    """A caption, a masked value in fixed width, and an eye."""

    def __init__(self, context: Context, result: Result, caption: str, *, is_boxed: bool = False) -> None:
        """Show a result; the caption says where it stands."""
        super().__init__()
        self._context, self._result = context, result
        if is_boxed:
            self.setProperty("look", "sunken")
        self._value = ElidedLabel(result_text(result))
        layout = column(margins=(10, 4, 6, 4) if is_boxed else (0, 0, 0, 0), spacing=0)
        if caption:
            layout.addWidget(ElidedLabel(caption, "faint"))
        line = row(spacing=6)
        if not isinstance(result, Ok):
            line.addWidget(MarkLabel(context.theme, mark_of_result(result), 14))
        line.addWidget(self._value, 1)
        self._hold = RevealHold(context.presentation, self)
        self._hold.changed.connect(self._on_hold_changed)
        if isinstance(result, Ok):
            self._value.setFont(context.theme.font(0.96, mono=True))
            eye = RevealButton(context.icons, context.presentation, caption or self.tr("the value"))
            eye.held.connect(self._on_held)
            line.addWidget(eye)
        else:
            self._value.setToolTip(plain_tip(result_reason(result)))
        layout.addLayout(line)
        self.setLayout(layout)

    def _on_held(self, is_held: bool) -> None:
        if is_held:
            self._hold.begin(self, self._reveal)
        else:
            self._hold.end()

    def _reveal(self) -> str:
        if not isinstance(self._result, Ok):
            return result_text(self._result)
        return ", ".join(value.reveal(self._context.gate) for value in self._result.values) or result_text(self._result)

    def _on_hold_changed(self) -> None:
        revealed = self._hold.text(self)
        self._value.show_for_a_moment(result_text(self._result) if revealed is None else revealed)

"""What is wrong with the policy files, on screen: a fault named by line and key, and which policy stays in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from gui.widgets.basic import IconLabel, clear, column, label, row

if TYPE_CHECKING:
    from gui.context import Context


class PolicyMessages(QFrame):
    """Hidden as long as there is nothing to say."""

    def __init__(self, context: Context) -> None:
        """Follow the policy."""
        super().__init__()
        self.setProperty("look", "warning")
        self._context = context
        self._list = column(spacing=3)
        layout = row(margins=(14, 9, 14, 10), spacing=10)
        layout.addWidget(IconLabel(context.theme, context.icons, "triangle-alert", "warning_text", 18), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._list, 1)
        self.setLayout(layout)
        self.setAccessibleName(self.tr("About the policy"))
        context.tools.policy_changed.connect(self._fill)
        context.tools.opened.connect(self._fill)
        self.hide()
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        policy = self._context.tools.policy
        messages = policy.messages if policy is not None else ()
        for message in messages:
            self._list.addWidget(label(message, wrap=True))
        self.setHidden(not messages)

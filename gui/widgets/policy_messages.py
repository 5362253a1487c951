"""What is wrong in the policy's and the catalogue's files, on screen: each fault named by file and key, and what holds nevertheless."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from gui.widgets.basic import IconLabel, clear, column, label, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.context import Context

SHOWN: Final = 4


class Messages(QFrame):
    """A warning with one line for each message; hidden as long as there is nothing to say."""

    def __init__(self, context: Context, name: str) -> None:
        """Say nothing yet."""
        super().__init__()
        self.setProperty("look", "warning")
        self._context = context
        self._list = column(spacing=3)
        layout = row(margins=(14, 9, 14, 10), spacing=10)
        layout.addWidget(IconLabel(context.theme, context.icons, "triangle-alert", "warning_text", 18), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._list, 1)
        self.setLayout(layout)
        self.setAccessibleName(name)
        self.hide()

    def say(self, messages: Sequence[str]) -> None:
        """Show these messages and no others."""
        clear(self._list)
        for message in messages:
            self._list.addWidget(label(message, wrap=True))
        self.setHidden(not messages)


class PolicyMessages(Messages):
    """Faults of policy files by line and key, and which policy stays in force."""

    def __init__(self, context: Context) -> None:
        """Follow the policy."""
        super().__init__(context, self.tr("About the policy"))
        context.tools.policy_changed.connect(self._fill)
        context.tools.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        policy = self._context.tools.policy
        self.say(policy.messages if policy is not None else ())


class CatalogueMessages(Messages):
    """Faults of catalogue files by file and key; what they describe is left out, the rest works."""

    def __init__(self, context: Context) -> None:
        """Follow the catalogue."""
        super().__init__(context, self.tr("About the catalogue"))
        context.store.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        catalogue = self._context.store.catalogue
        problems = () if catalogue is None else (*catalogue.problems, *catalogue.tool_problems, *catalogue.toggle_problems)
        if not problems:
            self.say(())
            return
        head = self.tr("Files of the catalogue have faults. What they describe is left out; everything else works. Reinstalling mends it.")
        lines = [f"{item.file}, {item.key or self.tr('whole file')}: {item.message}" for item in problems[:SHOWN]]
        if len(problems) > SHOWN:
            rest = self.tr("\u2026 and {count} more; \u201ctelltale doctor\u201d lists all of them")
            lines.append(rest.format(count=len(problems) - SHOWN))
        self.say((head, *lines))

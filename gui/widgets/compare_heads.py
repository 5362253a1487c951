"""Above a comparison: the same few facts of each tool in the same order, no winner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from gui.policy_words import badge
from gui.tool_marks import ToolIcon
from gui.widgets.basic import ElidedLabel, button, clear, column, frame, label, row
from gui.widgets.tools_card import version_line

if TYPE_CHECKING:
    from gui.context import Context


class CompareHeads(QWidget):
    """One small card per tool."""

    def __init__(self, context: Context) -> None:
        """Start without tools."""
        super().__init__()
        self._context = context
        self._ids: tuple[str, ...] = ()
        self._layout = row(spacing=10)
        self.setLayout(self._layout)
        tools = context.tools
        for signal in (tools.cells_changed, tools.policy_changed, tools.sessions_changed, tools.installations_changed):
            signal.connect(self._fill)

    def show_tools(self, tool_ids: tuple[str, ...]) -> None:
        """Show these tools."""
        self._ids = tool_ids
        self._fill()

    def _fill(self, *_ignored: object) -> None:
        clear(self._layout)
        for tool in self._ids:
            self._layout.addWidget(self._head(tool), 1)

    def _head(self, tool_id: str) -> QFrame:
        tools, navigator = self._context.tools, self._context.navigator
        name = tools.name(tool_id)
        card = frame("card")
        texts = column(spacing=1)
        link = button(name, "link", description=self.tr("Shows everything about this tool"))
        link.clicked.connect(lambda: navigator.show_tool(tool_id))
        texts.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        texts.addWidget(ElidedLabel(version_line(tools, tool_id, self.tr("running"), self.tr("version not known")), "small"))
        sees = tools.sees(tool_id)
        text = self.tr("sees {seen} of {all}").format(seen=sees[0], all=sees[1]) if sees is not None else self.tr("not measured yet")
        texts.addWidget(label(text, "small"))
        said, look = badge(tools.judgement(tool_id), tools.today, is_recommended=tools.is_recommended(tool_id))
        if said:
            texts.addWidget(label(said, look), 0, Qt.AlignmentFlag.AlignLeft)
        texts.addStretch(1)
        layout = row(margins=(12, 8, 12, 9), spacing=10)
        icon = ToolIcon(self._context.theme, self._context.tool_marks, tools.mark_icon(tool_id), name, 22)
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        card.setLayout(layout)
        return card

"""The AI tools of this machine in a few lines: mark, name, version, whether it runs, what the policy says, how much it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.policy_words import badge
from gui.tool_marks import ToolIcon
from gui.widgets.basic import ElidedLabel, button, clear, column, label, line, row

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from gui.context import Context
    from gui.models.tools import ToolStore

SHOWN: Final = 4


def version_line(tools: ToolStore, tool_id: str, running: str, unknown: str) -> str:
    """Return version and whether it runs."""
    parts = [tools.version(tool_id) or unknown]
    parts += [running] if tool_id in tools.running else []
    return " \u00b7 ".join(parts)


class ToolRow(QFrame):
    """One tool; a click, Return or Space shows its page."""

    chosen = Signal(str)

    def __init__(self, context: Context, tool_id: str) -> None:
        """Show a tool."""
        super().__init__()
        self.setProperty("look", "row")
        self._context, self._tool = context, tool_id
        tools = context.tools
        name = tools.name(tool_id)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._version = ElidedLabel("", "small")
        self._sees = label("", "small")
        self._badge = label("")
        first, second = row(spacing=8), row(spacing=8)
        first.addWidget(ElidedLabel(name), 1)
        first.addWidget(self._badge)
        second.addWidget(self._version, 1)
        second.addWidget(self._sees)
        texts = column(spacing=2)
        texts.addLayout(first)
        texts.addLayout(second)
        layout = row(margins=(16, 8, 16, 8), spacing=12)
        layout.addWidget(ToolIcon(context.theme, context.tool_marks, tools.mark_icon(tool_id), name, 22))
        layout.addLayout(texts, 1)
        self.setLayout(layout)
        self.update_facts()

    def update_facts(self) -> None:
        """Show what is known now."""
        tools = self._context.tools
        self._version.set_text(version_line(tools, self._tool, self.tr("running"), self.tr("version not known")))
        sees = tools.sees(self._tool)
        text = self.tr("sees {seen} of {all}").format(seen=sees[0], all=sees[1]) if sees is not None else self.tr("not measured yet")
        self._sees.setText(text)
        said, look = badge(tools.judgement(self._tool), tools.today, is_recommended=tools.is_recommended(self._tool))
        self._badge.setText(said)
        self._badge.setProperty("look", look)
        self._badge.setVisible(bool(said))
        self.setAccessibleName(", ".join(part for part in (tools.name(self._tool), self._version.full_text(), said, text) if part))
        self.setAccessibleDescription(self.tr("Shows everything about this tool"))
        self.setToolTip(
            self.tr("Of {all} signals that were measured, this tool could read {seen}.").format(seen=sees[0], all=sees[1]) if sees else ""
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.chosen.emit(self._tool)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._tool)


class ToolsCard(QFrame):
    """The first few tools, those that run before the others, and a way to all."""

    def __init__(self, context: Context) -> None:
        """Follow the tools."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        self._rows: list[ToolRow] = []
        head = row(margins=(16, 10, 12, 9))
        head.addWidget(label(self.tr("AI tools here"), "heading"))
        head.addStretch(1)
        self._all = button(self.tr("All"), "link", description=self.tr("Show all AI tools"))
        self._all.clicked.connect(lambda: context.navigator.show_page("tools"))
        head.addWidget(self._all)
        self._list: QVBoxLayout = column()
        layout = column(margins=(1, 0, 1, 4))
        layout.addLayout(head)
        layout.addLayout(self._list)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        tools = context.tools
        for signal in (tools.opened, tools.installations_changed, tools.sessions_changed):
            signal.connect(self._fill)
        for signal in (tools.cells_changed, tools.policy_changed, tools.looking_changed):
            signal.connect(self._update)
        self._fill()

    def _order(self) -> list[str]:
        tools = self._context.tools
        return sorted(tools.installed, key=lambda item: item not in tools.running)

    def _fill(self) -> None:
        clear(self._list)
        tools = self._context.tools
        self._rows = []
        for tool in self._order()[:SHOWN]:
            made = ToolRow(self._context, tool)
            made.chosen.connect(self._context.navigator.show_tool)
            self._list.addWidget(line())
            self._list.addWidget(made)
            self._rows.append(made)
        self._all.setText(self.tr("All {count}").format(count=len(tools.installed)) if len(tools.installed) > SHOWN else self.tr("All"))
        if not tools.installed:
            holder = QWidget()
            inner = column(margins=(16, 0, 16, 10), spacing=4)
            if not tools.has_looked:
                text = self.tr("Looking for AI tools\u2026")
            else:
                text = self.tr("No AI tool found here. {count} were looked for; that does not prove that none is here.")
            inner.addWidget(label(text.format(count=len(tools.tools)), "muted", wrap=True))
            if tools.has_looked:
                inner.addWidget(self._make_try())
            holder.setLayout(inner)
            self._list.addWidget(holder)

    def _make_try(self) -> QPushButton:
        """Offer the next step where there is no tool."""
        made = button(self.tr("Try an invented machine"), "link", description=self.tr("Shows a made-up machine with AI tools on it"))
        made.clicked.connect(lambda: self._context.navigator.show_page("presentation"))
        return made

    def _update(self, *_ignored: object) -> None:
        if not self._rows and self._context.tools.has_looked:
            self._fill()
        for made in self._rows:
            made.update_facts()

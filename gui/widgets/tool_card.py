"""One installed tool as a card: mark, name, versions, whether it runs, what the policy says, and plain counts of what is known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QSizePolicy, QWidget

from gui.marks import Mark, mark_word
from gui.policy_words import badge
from gui.tool_marks import ToolIcon
from gui.tool_words import channel_word
from gui.widgets.basic import ElidedLabel, clear, column, label, row, set_look
from gui.widgets.legend import MarkLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QShowEvent
    from PySide6.QtWidgets import QHBoxLayout

    from gui.context import Context

COUNTED: Final = (Mark.COULD_SEE, Mark.VENDOR_SAYS, Mark.REPORTED, Mark.SAW_READ, Mark.SAW_SENT, Mark.HIDDEN, Mark.NOT_MEASURED)


class ToolCard(QFrame):
    """A click, Return or Space shows the tool; the box chooses it for comparing."""

    chosen = Signal(str)
    picked = Signal()

    def __init__(self, context: Context, tool_id: str) -> None:
        """Show a tool."""
        super().__init__()
        self.setProperty("look", "tool")
        self._context, self.tool_id = context, tool_id
        tools = context.tools
        name = tools.name(tool_id)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._version = ElidedLabel("", "small")
        self._running = label(self.tr("running"), "pill-good")
        self._badge = label("")
        self._sees = label("", "muted")
        self._counts: QHBoxLayout = row(spacing=5)
        self.check = QCheckBox(self.tr("Compare"))
        self.check.setAccessibleName(self.tr("Compare {tool}").format(tool=name))
        self.check.setToolTip(self.tr("Choose this tool for a comparison side by side"))
        self.check.toggled.connect(self.picked)
        self._is_stale = False
        self._build(name)
        self.update_facts()

    def _build(self, name: str) -> None:
        tools = self._context.tools
        texts = column(spacing=1)
        texts.addWidget(ElidedLabel(name, "heading"))
        texts.addWidget(self._version)
        head = row(spacing=12)
        icon = ToolIcon(self._context.theme, self._context.tool_marks, tools.mark_icon(self.tool_id), name, 28)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        head.addWidget(self._running, 0, Qt.AlignmentFlag.AlignTop)
        counts = QWidget()
        self._counts.addStretch(1)
        counts.setLayout(self._counts)
        foot = row(spacing=8)
        foot.addWidget(self._sees, 1)
        foot.addWidget(self.check)
        layout = column(margins=(16, 13, 14, 10), spacing=9)
        layout.addLayout(head)
        layout.addWidget(counts)
        layout.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        layout.addLayout(foot)
        self.setLayout(layout)

    def facts_changed(self) -> None:
        """Show what is known now, or when the card is next seen."""
        if self.isVisible():
            self.update_facts()
        else:
            self._is_stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        if self._is_stale:
            self.update_facts()

    def update_facts(self) -> None:
        """Show what is known now."""
        self._is_stale = False
        tools = self._context.tools
        copies = tools.copies(self.tool_id)
        parts = [tools.version(self.tool_id) or self.tr("version not known")]
        parts += [channel_word(copies[0].channel)] if copies else []
        parts += [self.tr("{count} copies").format(count=len(copies))] if len(copies) > 1 else []
        self._version.set_text(" \u00b7 ".join(part for part in parts if part))
        self._running.setVisible(self.tool_id in tools.running)
        said, look = badge(tools.judgement(self.tool_id), tools.today, is_recommended=tools.is_recommended(self.tool_id))
        self._badge.setText(said)
        self._badge.setVisible(bool(said))
        set_look(self._badge, look)
        sees = tools.sees(self.tool_id)
        text = self.tr("sees {seen} of {all}").format(seen=sees[0], all=sees[1]) if sees is not None else self.tr("not measured yet")
        self._sees.setText(text)
        running = self.tr("running") if self.tool_id in tools.running else ""
        self.setAccessibleName(
            ", ".join(part for part in (tools.name(self.tool_id), self._version.full_text(), running, said, text) if part)
        )
        self.setAccessibleDescription(self.tr("Shows everything about this tool"))
        self._fill_counts()

    def _fill_counts(self) -> None:
        tools = self._context.tools
        found = Counter(tools.mark(self.tool_id, signal) for signal in self._context.store.signals)
        clear(self._counts)
        for mark in COUNTED:
            if found[mark]:
                self._counts.addWidget(MarkLabel(self._context.theme, mark, 14))
                number = label(str(found[mark]), "small")
                number.setToolTip(mark_word(mark))
                self._counts.addWidget(number)
                self._counts.addSpacing(7)
        self._counts.addStretch(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.chosen.emit(self.tool_id)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.tool_id)

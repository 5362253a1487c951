"""The banner with an organisation's own words about a tool, and the recommended one's exposure beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from core.policy import Status
from gui.policy_words import sentences
from gui.widgets.basic import IconLabel, button, clear, column, label, row, set_look

if TYPE_CHECKING:
    from gui.context import Context


class PolicyNote(QFrame):
    """Hidden as long as the policy says nothing about the tool shown."""

    def __init__(self, context: Context) -> None:
        """Start without a tool."""
        super().__init__()
        self._context, self._tool = context, ""
        self._is_short = self._is_opened = False
        self._list = column(spacing=3)
        layout = row(margins=(16, 11, 14, 12), spacing=12)
        layout.addWidget(IconLabel(context.theme, context.icons, "building-2", "text", 20), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._list, 1)
        self.setLayout(layout)
        self.setAccessibleName(self.tr("Policy of your organisation"))
        for signal in (context.tools.policy_changed, context.tools.installations_changed, context.tools.cells_changed):
            signal.connect(self._fill)
        self.hide()

    def show_tool(self, tool_id: str) -> None:
        """Show what is said of a tool."""
        self._tool, self._is_opened = tool_id, False
        self._fill()

    def set_short(self, is_short: bool) -> None:
        """Say the first sentence only, with the others a click away: on a small window the table below needs the room."""
        if is_short != self._is_short:
            self._is_short = is_short
            self._fill()

    def _open(self) -> None:
        self._is_opened = True
        self._fill()

    def _fill(self, *_ignored: object) -> None:
        clear(self._list)
        tools = self._context.tools
        said = sentences(tools, self._tool) if self._tool else ()
        self.setVisible(bool(said))
        judgement = tools.judgement(self._tool)
        if not said or judgement is None:
            return
        is_strict = judgement.status in {Status.HIGH_RISK, Status.NOT_ALLOWED}
        set_look(self, "danger-note" if is_strict else "warning" if judgement.coming is not None else "note")
        self._list.addWidget(label(said[0], "heading", wrap=True))
        if self._is_short and not self._is_opened:
            self._add_opener()
            return
        words = [*said[1:], *(self._instead(item) for item in judgement.alternatives)]
        if words:
            self._list.addWidget(label(" ".join(words), wrap=True))
        installed = tuple(item for item in judgement.alternatives if item in tools.installed)
        if installed:
            self._add_link(installed)

    def _instead(self, other: str) -> str:
        """Name what is recommended, with its own exposure beside it so that the comparison is honest."""
        tools = self._context.tools
        text = self.tr("They recommend {tool} instead.").format(tool=tools.name(other))
        mine, theirs = tools.sees(self._tool), tools.sees(other)
        if mine is not None and theirs is not None:
            beside = self.tr("Measured the same way: {one} could see {a} of {b} signals, {two} {c} of {d}.")
            beside = beside.format(one=tools.name(self._tool), a=mine[0], b=mine[1], two=tools.name(other), c=theirs[0], d=theirs[1])
            text = f"{text} {beside}"
        elif other not in tools.installed:
            text += " " + self.tr("It is not installed here, so what it could see was not measured.")
        return text

    def _add_opener(self) -> None:
        opener = button(self.tr("Why, and what instead\u2026"), "link", description=self.tr("Shows all the policy says of this tool"))
        opener.clicked.connect(self._open)
        self._list.addWidget(opener, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_link(self, others: tuple[str, ...]) -> None:
        compare = button(self.tr("Compare them"), "link", description=self.tr("Show these tools side by side"))
        compare.clicked.connect(lambda: self._context.navigator.compare_tools((self._tool, *others)))
        self._list.addWidget(compare, 0, Qt.AlignmentFlag.AlignLeft)

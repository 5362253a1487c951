"""The cards of all installed tools, what was looked for and not found, and the empty state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QWidget

from gui.pages.base import BOTTOM, GAP
from gui.tool_words import LOOKED_IN, words
from gui.widgets.basic import button, clear, column, drop, frame, label, row, scroll
from gui.widgets.notice import Notice
from gui.widgets.policy_messages import PolicyMessages
from gui.widgets.tool_card import ToolCard

if TYPE_CHECKING:
    from gui.context import Context

CARD: Final = 300
AT_ONCE: Final = 12
A_TURN: Final = 4


class ToolsList(QWidget):
    """Emits the tool that is opened; `picked_changed` when the boxes for comparing change."""

    opened = Signal(str)
    picked_changed = Signal()

    def __init__(self, context: Context) -> None:
        """Follow the tools."""
        super().__init__()
        self._context = context
        self._cards: dict[str, ToolCard] = {}
        self._text = ""
        self._per_line = 0
        self._shows_others = False
        self._notice = Notice(context.theme, context.icons)
        self._notice.acted.connect(lambda: context.navigator.show_page("presentation"))
        content = self._content = QWidget()
        layout = column(margins=(0, 0, 0, BOTTOM), spacing=GAP)
        layout.addWidget(PolicyMessages(context))
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        layout.addLayout(self._grid)
        self._foot = column(spacing=6)
        layout.addLayout(self._foot)
        layout.addStretch(1)
        content.setLayout(layout)
        self._stack = QStackedLayout(self)
        self.area = scroll(content)
        self._stack.addWidget(self.area)
        self._stack.addWidget(self._make_empty())
        tools = context.tools
        for signal in (tools.opened, tools.installations_changed):
            signal.connect(self._fill)
        for signal in (tools.sessions_changed, tools.policy_changed):
            signal.connect(self._update_all)
        tools.cells_changed.connect(self._on_cells)
        tools.looking_changed.connect(self._update_notice)
        context.theme.changed.connect(lambda: self.arrange(self.width()))
        self._fill()

    @property
    def picked(self) -> tuple[str, ...]:
        """The tools chosen for comparing, in the order of the cards."""
        return tuple(tool for tool, card in self._cards.items() if card.check.isChecked())

    def set_text(self, text: str) -> None:
        """Show only tools whose name or vendor has these words."""
        self._text = text.strip().casefold()
        self.arrange(self.width(), anew=True)

    def arrange(self, width: int, *, anew: bool = False) -> None:
        """Put the cards in as many columns as fit."""
        per_line = max(1, (width + GAP) // (self._context.theme.px(CARD) + GAP))
        if per_line == self._per_line and not anew:
            return
        for number in range(self._per_line):
            self._grid.setColumnStretch(number, 0)
        self._per_line = per_line
        shown = [card for tool, card in self._cards.items() if self._fits(tool)]
        for card in self._cards.values():
            self._grid.removeWidget(card)
            card.setVisible(card in shown)
        for number, card in enumerate(shown):
            self._grid.addWidget(card, number // per_line, number % per_line)
        for number in range(per_line):
            self._grid.setColumnStretch(number, 1)

    def _fits(self, tool_id: str) -> bool:
        tool = self._context.tools.tools.get(tool_id)
        place = f"{self._context.tools.name(tool_id)} {tool.vendor if tool else ''}".casefold()
        return all(word in place for word in self._text.split())

    def _make_empty(self) -> QWidget:
        card = frame("card")
        layout = column()
        layout.addWidget(self._notice)
        card.setLayout(layout)
        holder = QWidget()
        around = column(margins=(0, 0, 0, BOTTOM))
        around.addWidget(card)
        holder.setLayout(around)
        return holder

    def _fill(self) -> None:
        tools = self._context.tools
        for tool in [tool for tool in self._cards if tool not in tools.installed]:
            card = self._cards.pop(tool)
            self._grid.removeWidget(card)
            drop(card)
        self._update_all()
        self._add_cards(AT_ONCE)
        self._fill_foot()
        self._update_notice()
        self.picked_changed.emit()

    def _add_cards(self, count: int) -> None:
        """Add the next few cards that are missing; more follow between other things, so that many tools never stall the window."""
        installed = self._context.tools.installed
        missing = [tool for tool in installed if tool not in self._cards]
        for tool in missing[:count]:
            made = ToolCard(self._context, tool)
            made.setParent(self._content)  # shown before it has a place, it would be a window of its own
            made.chosen.connect(self.opened)
            made.picked.connect(self.picked_changed)
            self._cards[tool] = made
        self._cards = {tool: self._cards[tool] for tool in installed if tool in self._cards}
        self.arrange(self.width(), anew=True)
        if len(missing) > count:
            QTimer.singleShot(0, self, lambda: self._add_cards(A_TURN))

    def _update_all(self) -> None:
        for card in self._cards.values():
            card.update_facts()

    def _on_cells(self, pairs: list[tuple[str, str]]) -> None:
        for tool in {tool for tool, _ in pairs}:
            if tool in self._cards:
                self._cards[tool].facts_changed()

    def _fill_foot(self) -> None:
        clear(self._foot)
        tools = self._context.tools
        if not tools.has_looked or not tools.installed:
            return
        others = [tool.name for tool in tools.tools.values() if tool.id not in tools.installed]
        text = self.tr("{count} other tools were looked for and not found").format(count=len(others))
        toggle = button(text, "link", description=self.tr("Show which, and where they were looked for"))
        toggle.setCheckable(True)
        detail = label(f"{', '.join(others)}.\n\n{self._where()}", "small", wrap=True)
        detail.setVisible(self._shows_others)
        toggle.setChecked(self._shows_others)
        toggle.toggled.connect(detail.setVisible)
        toggle.toggled.connect(self._remember_others)
        line = row()
        line.addWidget(toggle)
        line.addStretch(1)
        self._foot.addLayout(line)
        self._foot.addWidget(detail)
        for problem in tools.problems[:8]:
            self._foot.addWidget(label(self.tr("Could not be looked at: {what}").format(what=problem.message), "small", wrap=True))

    def _remember_others(self, is_shown: bool) -> None:
        self._shows_others = is_shown

    def _where(self) -> str:
        places = "; ".join(words(text) for text in LOOKED_IN)
        return self.tr("Looked in: {places}. What was not found in these places may still be here.").format(places=places)

    def _update_notice(self) -> None:
        tools = self._context.tools
        self._stack.setCurrentIndex(0 if tools.installed else 1)
        if self._context.store.error:
            self._notice.show_state("triangle-alert", self.tr("This machine could not be opened"), self._context.store.error)
        elif not tools.has_looked:
            text = self.tr("Nothing is started and nothing is connected to.")
            self._notice.show_state("radar", self.tr("Looking for AI tools"), text)
        elif not tools.installed:
            text = self.tr("Install one and it appears here by itself, or try everything on an invented machine.")
            said, way = f"{text}\n\n{self._where()}", self.tr("Try an invented machine")
            self._notice.show_state("bot", self.tr("No AI tool found here"), said, way)

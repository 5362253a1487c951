"""AI tools: a card per installed tool, a page per tool, and chosen tools side by side without ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedLayout, QWidget

from gui.pages.base import BOTTOM, GAP, Page
from gui.pages.tools_list import ToolsList
from gui.pages.tools_matrix import ToolsMatrix
from gui.policy_words import badge
from gui.tool_words import channel_word
from gui.widgets.basic import button, column, scroll, spaced
from gui.widgets.compare_heads import CompareHeads
from gui.widgets.floating_bar import FloatingBar
from gui.widgets.policy_note import PolicyNote
from gui.widgets.search import SearchBox

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gui.context import Context

MOST_COMPARED: Final = 6
LEAST_TABLE: Final = 200
ROOM_FOR_NOTE: Final = 660


class ToolsPage(Page):
    """Cards, one tool, or a comparison; Escape and the button at the top go back."""

    def __init__(self, context: Context) -> None:
        """Start with the cards."""
        super().__init__(context, self.tr("AI tools"), scrolls=True)
        self._mode = "list"
        self._list = ToolsList(context)
        self._list.opened.connect(self.show_tool)
        self._list.picked_changed.connect(self._update)
        self._make_actions()
        self._stack = QStackedLayout()
        self.body.addLayout(self._stack, 1)
        self._stack.addWidget(self._list)
        self._bars = [FloatingBar(self._list.area, self)]
        self._one: ToolsMatrix | None = None
        self._several: ToolsMatrix | None = None
        self._note: PolicyNote
        self._heads: CompareHeads
        self.width_changed.connect(self._arrange)
        tools = context.tools
        tools.opened.connect(self.show_list)
        for signal in (
            tools.installations_changed,
            tools.sessions_changed,
            tools.looking_changed,
            tools.cells_changed,
            tools.policy_changed,
        ):
            signal.connect(self._update)
        self._update()

    def _arrange(self, width: int) -> None:
        self._list.arrange(self._list.width() or width)
        if self._one is not None:
            self._note.set_short(self.height() < self.context.theme.px(ROOM_FOR_NOTE))

    def _make_actions(self) -> None:
        self._back = self._action("arrow-left", self.tr("All tools"), self.tr("Back to the cards of all tools"))
        self._back.clicked.connect(self.show_list)
        self._search: QLineEdit = SearchBox(
            self.context.theme, self.context.icons, self.tr("Filter tools"), self.tr("Type part of a name or vendor")
        )
        self._search.setPlaceholderText(self.tr("Filter"))
        self._search.textChanged.connect(self._list.set_text)
        self.head_actions.addWidget(self._search)
        self._compare = self._action("columns-2", self.tr("Compare"), self.tr("Show the chosen tools side by side"))
        self._compare.clicked.connect(lambda: self.compare(self._list.picked))
        self._start = self._action(
            "play", self.tr("Start\u2026"), self.tr("Start this tool with what is switched on hidden, and recorded if you like")
        )
        self._start.clicked.connect(self._on_start)
        self._changed = self._action(
            "history", self.tr("What changed\u2026"), self.tr("Compare with an earlier look, or one version with another")
        )
        self._changed.clicked.connect(self._on_changed)
        self._again = self._action("refresh-cw", self.tr("Look again"), self.tr("Look for tools and measure again"))
        self._again.clicked.connect(self.context.tool_work.look_again)

    def _action(self, icon: str, text: str, description: str) -> QPushButton:
        made = button(spaced(text), name=text, description=description)
        self.context.icons.bind(made, icon, "text", 16)
        self.head_actions.addWidget(made)
        return made

    def _on_start(self) -> None:
        from gui.dialogs.inspect import InspectDialog

        if self._one is not None:
            InspectDialog(self.context, self, self._one.tool_ids[0], is_inspected=False).open()

    def _on_changed(self) -> None:
        from gui.dialogs.what_changed import WhatChangedDialog

        if self._one is not None:
            WhatChangedDialog(self.context, self, self._one.tool_ids[0]).open()

    def show_list(self) -> None:
        """Show the cards."""
        self._mode = "list"
        self._stack.setCurrentWidget(self._list)
        self._update()

    def show_tool(self, tool_id: str, signal_id: str = "") -> None:
        """Show one tool, with one of its signals picked if named."""
        if self._one is None:
            self._one = ToolsMatrix(self.context, shows_about=True)
            self._note = PolicyNote(self.context)
            self._one_holder = self._holder(self._note, self._one)
            self._stack.addWidget(self._one_holder)
        self._mode = "one"
        self._stack.setCurrentWidget(self._one_holder)
        QTimer.singleShot(0, self._note, lambda: self._arrange(self.width()))  # once it stands in the page
        self._note.show_tool(tool_id)
        self._one.show_tools((tool_id,), signal_id)
        self._one.focus_table()
        self._update()

    def compare(self, tool_ids: tuple[str, ...]) -> None:
        """Show tools side by side, in the order they are listed."""
        chosen = tuple(item for item in tool_ids if item in self.context.tools.installed)[:MOST_COMPARED]
        if len(chosen) < 2:
            return
        if self._several is None:
            self._several = ToolsMatrix(self.context, shows_about=False)
            self._heads = CompareHeads(self.context)
            self._several_holder = self._holder(self._heads, self._several)
            self._stack.addWidget(self._several_holder)
        self._mode = "several"
        self._stack.setCurrentWidget(self._several_holder)
        self._heads.show_tools(chosen)
        self._several.show_tools(chosen)
        self._several.focus_table()
        self._update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back to the cards."""
        if event.key() == Qt.Key.Key_Escape and self._mode != "list":
            self.show_list()
        else:
            super().keyPressEvent(event)

    def shown(self) -> None:
        """Lay out for the width there is now."""
        self._arrange(self.width())

    def _update(self, *_ignored: object) -> None:
        is_list = self._mode == "list"
        self._back.setVisible(not is_list)
        self._search.setVisible(is_list and bool(self.context.tools.installed))
        self._compare.setVisible(is_list and len(self.context.tools.installed) > 1)
        self._again.setVisible(is_list)
        self._changed.setVisible(self._mode == "one")
        self._start.setVisible(self._mode == "one" and self._one is not None and self._one.tool_ids[0] in self.context.changes.tools)
        self._again.setEnabled(not self.context.tools.is_looking)
        count = len(self._list.picked)
        self._compare.setEnabled(2 <= count <= MOST_COMPARED)
        self._compare.setText(spaced(self.tr("Compare {count}").format(count=count) if count else self.tr("Compare")))
        if is_list:
            self.set_title(self.tr("AI tools"))
            self.set_subtitle(self._list_text())
        elif self._mode == "one" and self._one is not None:
            self._describe(self._one.tool_ids[0])
        elif self._several is not None:
            self.set_title(self.tr("Side by side"))
            self.set_subtitle(
                self.tr("The same questions to each tool, in the order of the list. No ranking: what matters to you decides.")
            )

    def _list_text(self) -> str:
        tools = self.context.tools
        if not tools.has_looked:
            return self.tr("Looking for AI tools\u2026")
        if tools.is_measuring:
            return self.tr("Measuring what each tool could see\u2026")
        if not tools.installed:
            return self.tr("None of the {known} known tools was found on this computer.").format(known=len(tools.tools))
        text = self.tr("{count} of {known} known tools found here, {running} running now. Tick two or more to compare them.")
        return text.format(count=len(tools.installed), known=len(tools.tools), running=len(tools.running))

    def _describe(self, tool_id: str) -> None:
        tools = self.context.tools
        tool = tools.tools.get(tool_id)
        self.set_title(tools.name(tool_id))
        copies = tools.copies(tool_id)
        parts = [tool.vendor] if tool is not None else []
        parts.append(tools.version(tool_id) or self.tr("version not known"))
        parts += [channel_word(copies[0].channel)] if copies else []
        parts += [self.tr("running")] if tool_id in tools.running else []
        sees = tools.sees(tool_id)
        parts += [self.tr("sees {seen} of {all} signals").format(seen=sees[0], all=sees[1])] if sees is not None else []
        parts += [badge(tools.judgement(tool_id), tools.today, is_recommended=tools.is_recommended(tool_id))[0]]
        self.set_subtitle(" \u00b7 ".join(part for part in parts if part))

    def _holder(self, top: QWidget, below: QWidget) -> QWidget:
        """Put a note over a table; where both do not fit, the page scrolls and the table keeps its height."""
        made = QWidget()
        layout = column(margins=(0, 0, 0, BOTTOM), spacing=GAP)
        layout.addWidget(top)
        layout.addWidget(below, 1)
        made.setLayout(layout)
        theme = self.context.theme
        below.setMinimumHeight(theme.px(LEAST_TABLE))
        theme.changed.connect(lambda: below.setMinimumHeight(theme.px(LEAST_TABLE)))
        area = scroll(made)
        self._bars.append(FloatingBar(area, self))
        return area

"""The signals of one tool or of a few side by side: a table with its filters, and the panel that explains a cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHeaderView, QPushButton, QSplitter, QStackedLayout, QWidget

from gui.marks import Mark, mark_word
from gui.models.roles import Column
from gui.models.signal_filter import ViewerFilter
from gui.models.signal_table import SignalTable, Viewer
from gui.tool_work import viewer_of
from gui.widgets.basic import button, column, frame
from gui.widgets.cell_panel import CellPanel
from gui.widgets.flow import FlowLayout
from gui.widgets.notice import Notice
from gui.widgets.signal_view import SignalView
from gui.widgets.switch_column import SWITCH_WIDTH, SwitchColumn
from gui.widgets.tool_about import ToolAbout

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gui.context import Context
    from gui.models.changes import SwitchLook

ORDER: Final = (
    Mark.SAW_SENT,
    Mark.SAW_READ,
    Mark.REPORTED,
    Mark.VENDOR_SAYS,
    Mark.COULD_SEE,
    Mark.HIDDEN,
    Mark.ABSENT,
    Mark.DENIED,
    Mark.NOT_MEASURED,
    Mark.NOT_POSSIBLE,
)
SIDE: Final = 340
WORD_WIDTH: Final = 168


class ToolsMatrix(QWidget):
    """One tool (`shows_about`) or several; a picked row is explained in the side panel."""

    picked = Signal(str)

    def __init__(self, context: Context, *, shows_about: bool) -> None:
        """Start without tools."""
        super().__init__()
        self._context = context
        self._ids: tuple[str, ...] = ()
        self._table = SignalTable(context.store, self)
        self._filter = ViewerFilter(self._table, context.store, self)
        self._view = SignalView(context, self._filter, says_words=True, scrolls=True)
        self._view.header().setSortIndicator(Column.NAME, Qt.SortOrder.AscendingOrder)
        self._view.setSortingEnabled(True)
        self._view.header().setSortIndicatorClearable(False)
        self._view.setAccessibleName(self.tr("Signals and what is known of them"))
        self._about = ToolAbout(context) if shows_about else None
        self._panel = CellPanel(context)
        self._chips: dict[Mark, QPushButton] = {}
        self._chip_line = FlowLayout(6)
        self._differing = button(
            self.tr("Only where they differ"), "chip", description=self.tr("Leave out the rows in which all tools are alike")
        )
        self._differing.setCheckable(True)
        self._differing.toggled.connect(self._filter.set_only_differing)
        self._differing.setParent(self)
        self._differing.setVisible(not shows_about)
        self._build()
        self._follow()

    @property
    def tool_ids(self) -> tuple[str, ...]:
        """The tools shown."""
        return self._ids

    def show_tools(self, tool_ids: tuple[str, ...], signal_id: str = "") -> None:
        """Show these tools; pick a signal if it is named."""
        if tool_ids != self._ids:
            self._ids = tool_ids
            self._filter.set_marks(frozenset())
            self._table.set_tools([self._column(item) for item in tool_ids])
            self._table.set_switches(self._switch)
            if self._about is not None:
                self._about.show_tool(tool_ids[0] if tool_ids else "")
            self._view.scrollToTop()
        self._close_panel()
        self._size_columns()
        self._fill_chips()
        if signal_id:
            self._filter.set_marks(frozenset())
            self._view.select_signal(signal_id)
            self._on_picked(signal_id)

    def _switch(self, signal_id: str) -> SwitchLook | None:
        """A tool's own switch of a signal; side by side there is none, the Signals page has one for all tools."""
        return self._context.changes.switch(signal_id, self._ids[0]) if self._about is not None and self._ids else None

    def _column(self, tool_id: str) -> Viewer:
        """A tool among several is named above its marks; where there is but one, the title says what stands there."""
        made = viewer_of(self._context.tools, tool_id)
        return made if self._about is None else replace(made, title=self.tr("What is known"), icon="")

    def focus_table(self) -> None:
        """Put the keyboard into the table."""
        self._view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the panel."""
        if event.key() == Qt.Key.Key_Escape and self._panel.isVisible():
            self._close_panel()
            self._view.setFocus()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        layout = column(spacing=10)
        chips = QWidget()
        chips.setLayout(self._chip_line)
        layout.addWidget(chips)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(self._context.theme.px(12))
        self._splitter.addWidget(self._make_table())
        side = QWidget()
        self._side = QStackedLayout(side)
        if self._about is not None:
            self._side.addWidget(self._about)
        self._side.addWidget(self._panel)
        self._side_holder = side
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        side.setVisible(self._about is not None)
        layout.addWidget(self._splitter, 1)
        self.setLayout(layout)

    def _make_table(self) -> QFrame:
        card = frame("card")
        layout = column(margins=(1, 0, 1, 1))
        card.setLayout(layout)
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)
        self._notice = Notice(self._context.theme, self._context.icons)
        self._notice.acted.connect(self._show_all)
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._notice)
        return card

    def _follow(self) -> None:
        tools = self._context.tools
        tools.cells_changed.connect(self._on_cells)
        self._view.picked.connect(self._on_picked)
        self._view.activated_signal.connect(self._on_picked)
        self._view.width_changed.connect(self._size_columns)
        self._filter.modelReset.connect(self._size_columns)
        self._panel.closed.connect(self._close_panel)
        self._switches = SwitchColumn(self._context, self._view)
        self._context.changes.states_changed.connect(self._table.switches_changed)
        self._context.changes.states_changed.connect(self._size_columns)
        self._context.theme.changed.connect(self._size_columns)
        for signal in (self._filter.rowsInserted, self._filter.rowsRemoved, self._filter.modelReset):
            signal.connect(self._update_notice)

    def _on_cells(self, pairs: list[tuple[str, str]]) -> None:
        mine = [pair for pair in pairs if pair[0] in self._ids]
        if mine:
            self._table.cells_changed(mine)
            self._fill_chips()

    def _on_picked(self, signal_id: str) -> None:
        self._panel.show_cell(self._ids, signal_id)
        self._side.setCurrentWidget(self._panel)
        self._side_holder.show()
        self._size_columns()
        self.picked.emit(signal_id)

    def _close_panel(self) -> None:
        if self._about is not None:
            self._side.setCurrentWidget(self._about)
        else:
            self._side_holder.hide()
        self._size_columns()

    def _size_columns(self) -> None:
        if not self._filter.columnCount():
            return
        theme, count = self._context.theme, len(self._table.viewers)
        self._side_holder.setMinimumWidth(theme.px(min(SIDE, 300)))
        self._splitter.setSizes([max(1, self.width() - theme.px(SIDE)), theme.px(SIDE)])
        has_switches = self._about is not None and bool(self._ids) and self._ids[0] in self._context.changes.tools
        switch = theme.px(SWITCH_WIDTH) if has_switches else 0
        width = self._view.viewport().width() - switch
        shows_value = self._about is not None and width > theme.px(560)
        words = width - theme.px(WORD_WIDTH) if self._about is not None else int(width * 0.4)
        name = min(theme.px(244), int(width * 0.4)) if shows_value else min(theme.px(270), max(int(width * 0.4), words))
        value = theme.px(150) if shows_value else 0
        self._view.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        hidden = {Column.GROUP} | (set() if shows_value else {Column.VALUE}) | (set() if has_switches else {self._table.switch_column})
        for number in range(Column.NAME, self._table.switch_column + 1):
            self._view.setColumnHidden(number, number in hidden)
        self._view.setColumnWidth(self._table.switch_column, switch)
        self._view.setColumnWidth(Column.NAME, name)
        if shows_value:
            self._view.setColumnWidth(Column.VALUE, value)
        least = theme.px(90 if self._about is not None else 120)
        for number in range(count):
            self._view.setColumnWidth(Column.FIRST_VIEWER + number, max(least, (width - name - value) // count))

    def _fill_chips(self) -> None:
        """One chip per mark that occurs, with its count; a click shows only those rows."""
        tools = self._context.tools
        found: Counter[Mark] = Counter()
        for signal in self._context.store.signals:
            found.update({tools.mark(tool, signal) for tool in self._ids})
        for mark in ORDER:
            self._set_chip(mark, found[mark])
        if not self._differing.isHidden():
            self._chip_line.removeWidget(self._differing)
            self._chip_line.addWidget(self._differing)

    def _set_chip(self, mark: Mark, count: int) -> None:
        made = self._chips.get(mark)
        if made is None:
            made = self._chips[mark] = button("", "chip", description=self.tr("Show only these"))
            made.setCheckable(True)
            made.clicked.connect(self._on_chip)
            self._chip_line.addWidget(made)
        text = f"{mark_word(mark)} {count}"
        if made.text() != text:
            made.setText(text)
            made.setAccessibleName(self.tr("Only: {mark}, {count} signals").format(mark=mark_word(mark), count=count))
        made.setChecked(mark in self._filter.marks)
        made.setVisible(count > 0)

    def _on_chip(self) -> None:
        self._filter.set_marks(frozenset(mark for mark, chip in self._chips.items() if chip.isChecked()))
        self._update_notice()

    def _show_all(self) -> None:
        self._differing.setChecked(False)
        self._filter.set_marks(frozenset())
        self._fill_chips()
        self._update_notice()

    def _update_notice(self, *_ignored: object) -> None:
        self._notice.show_state(
            "list-filter", self.tr("No signal fits"), self.tr("Nothing fits what you filter for."), self.tr("Show all signals")
        )
        self._stack.setCurrentIndex(0 if self._filter.rowCount() else 1)

"""Signals: the matrix of signals and who could see them, with filter, groups, sorting, and a panel per signal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QLineEdit, QPushButton, QSplitter, QStackedLayout

from gui.marks import Mark
from gui.models.roles import Column
from gui.models.signal_filter import SignalFilter
from gui.models.store import Query
from gui.pages.base import Page
from gui.widgets.basic import button, column, frame, label, line, row
from gui.widgets.chips import ChipRow
from gui.widgets.legend import Legend
from gui.widgets.notice import Notice
from gui.widgets.search import SearchBox
from gui.widgets.signal_panel import SignalPanel
from gui.widgets.signal_view import SignalView
from gui.widgets.switch_column import SWITCH_WIDTH, SwitchColumn
from gui.words import SHORT_GROUPS, SUPPORTS, word

if TYPE_CHECKING:
    from core.model import Group
    from gui.context import Context

PANEL_WIDTH: Final = 360
LEGEND: Final = (Mark.COULD_SEE, Mark.ABSENT, Mark.DENIED, Mark.FAILED, Mark.NOT_POSSIBLE, Mark.NOT_MEASURED)
TOOL_LEGEND: Final = (
    Mark.HIDDEN,
    Mark.COULD_SEE,
    Mark.VENDOR_SAYS,
    Mark.REPORTED,
    Mark.SAW_READ,
    Mark.SAW_SENT,
    Mark.ABSENT,
    Mark.DENIED,
    Mark.NOT_MEASURED,
    Mark.NOT_POSSIBLE,
)
VIEWER_WIDTH: Final = 88
VIEWER_LEAST: Final = 42
VALUE_WIDTH: Final = 140
VALUE_LEAST: Final = 100
NARROW: Final = 700
TINY: Final = 430


class SignalsPage(Page):
    """All signals."""

    def __init__(self, context: Context) -> None:
        """Show everything, grouped by meaning."""
        super().__init__(context, self.tr("Who can see what"))
        self._filter = SignalFilter(context.signals, context.store, self)
        self._view = SignalView(context, self._filter, scrolls=True)
        self._panel = SignalPanel(context)
        self._search = self._make_search()
        self._group_button = self._make_group_button()
        self.head_actions.addWidget(self._search)
        self.head_actions.addWidget(self._group_button)
        self._chips = ChipRow(context)
        self._chips.chosen.connect(self._on_group_chosen)
        self._note = self._make_query_note()
        self.body.addLayout(self._make_chip_line())
        self.body.addWidget(self._make_splitter(), 1)
        self._switches = SwitchColumn(context, self._view)
        self._follow()
        self._size_columns()
        self._update()

    def show_query(self, query: Query) -> None:
        """Show the signals a query asks for."""
        self._search.setText(query.text)
        self._filter.set_query(query)
        self._update()

    def show_signal(self, signal_id: str) -> None:
        """Show one signal with its panel, whatever is filtered; one that is not in the catalogue has none."""
        if signal_id not in self.context.store.signals:
            return
        if not self._view.select_signal(signal_id):
            self.show_query(Query())
            self._view.select_signal(signal_id)
        self._view.setFocus()
        self._open_panel(signal_id)

    def focus_filter(self) -> None:
        """Put the keyboard into the filter box."""
        self._search.setFocus()
        self._search.selectAll()

    def shown(self) -> None:
        """Be ready for the keyboard."""
        self._view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow key go from the filter box into the table."""
        if (
            watched is self._search
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Down
        ):
            self._view.setFocus()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the panel first, then drops the filter."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif not self._panel.isHidden():
            self.close_panel()
        elif not self._filter.query.is_empty:
            self.show_query(Query())

    def _follow(self) -> None:
        store = self.context.store
        for signal in (store.opened, store.changed, store.failed, self._filter.modelReset, self.context.tools.looking_changed):
            signal.connect(self._update)
        self._filter.modelReset.connect(self._size_columns)
        self._filter.modelReset.connect(self._pick_again)
        self.context.theme.changed.connect(self._size_columns)
        self._view.picked.connect(self._open_panel)
        self._view.activated_signal.connect(self._open_panel)
        self._panel.closed.connect(self.close_panel)
        self.context.changes.states_changed.connect(self._size_columns)
        self._view.width_changed.connect(self._size_columns)

    def _make_search(self) -> QLineEdit:
        hint = self.tr("Type words from a signal's name or meaning; values are not searched")
        made = SearchBox(self.context.theme, self.context.icons, self.tr("Filter signals"), hint)
        made.setPlaceholderText(self.tr("Filter"))
        made.textChanged.connect(self._on_text_changed)
        made.installEventFilter(self)
        return made

    def _make_group_button(self) -> QPushButton:
        made = button(self.tr("Group by meaning"), description=self.tr("Put rows under headings, or all in one list"))
        made.setCheckable(True)
        made.setChecked(True)
        made.toggled.connect(self._filter.set_grouped)
        made.toggled.connect(self._size_columns)
        return made

    def _make_query_note(self) -> QPushButton:
        made = button("", "chip", description=self.tr("Show all signals again"))
        made.setCheckable(True)
        made.setChecked(True)
        self.context.icons.bind(made, "x", "accent", 14)
        made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        made.clicked.connect(lambda: self.show_query(Query()))
        return made

    def _make_chip_line(self) -> QHBoxLayout:
        layout = row(spacing=8)
        layout.addWidget(self._chips, 1)
        layout.addWidget(self._note)
        self._count = label("", "muted")
        layout.addWidget(self._count)
        return layout

    def _make_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(14)
        splitter.addWidget(self._make_table_card())
        splitter.addWidget(self._panel)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([1000, self.context.theme.px(PANEL_WIDTH)])
        self._panel.hide()
        return splitter

    def _make_table_card(self) -> QFrame:
        card = frame("card")
        card.setMinimumWidth(self.context.theme.px(300))
        layout = column(margins=(1, 2, 1, 0))
        card.setLayout(layout)
        self._view.header().setSortIndicator(Column.NAME, Qt.SortOrder.AscendingOrder)  # as the filter is sorted: nothing to do
        self._view.setSortingEnabled(True)
        self._view.header().setSortIndicatorClearable(False)
        self._notice = Notice(self.context.theme, self.context.icons)
        self._notice.acted.connect(lambda: self.show_query(Query()))
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._notice)
        layout.addWidget(line())
        foot = row(margins=(16, 8, 16, 8))
        self._legend = Legend(self.context.theme, LEGEND)
        foot.addWidget(self._legend, 1)
        layout.addLayout(foot)
        return card

    def _size_columns(self, *_ignored: object) -> None:
        """Switches come with the tools; under headings the group column would only repeat them."""
        if not self._filter.columnCount():
            return
        theme = self.context.theme
        has_switches = bool(self.context.changes.tools)
        self._view.setColumnHidden(self.context.signals.switch_column, not has_switches)
        self._view.setColumnWidth(self.context.signals.switch_column, theme.px(SWITCH_WIDTH))
        is_tight = self._view.width() < theme.px(NARROW)
        self._view.setColumnHidden(Column.GROUP, self._group_button.isChecked() or is_tight)
        is_tiny = self._view.width() < theme.px(TINY)
        self._legend.setVisible(not is_tiny)
        self._filter.set_short_titles(is_tight)
        self._panel.setMinimumWidth(theme.px(280))
        signals = self.context.signals
        name = theme.px(210 if is_tight else 250 if signals.has_tools else 270)
        switch = theme.px(SWITCH_WIDTH) if has_switches else 0
        width, shows_value = self._share(self._view.viewport().width() - name - switch, is_tight=is_tight)
        shows_value = shows_value and not is_tiny
        self._view.setColumnHidden(Column.VALUE, not shows_value)
        value = theme.px(VALUE_WIDTH) if shows_value else 0
        is_wide = name + value + width * len(signals.viewers) + switch > self._view.viewport().width()
        self._view.stretch(Column.VALUE if shows_value else Column.NAME)
        if is_wide:
            self._view.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            self._view.setColumnWidth(Column.VALUE, theme.px(VALUE_WIDTH))
        self._view.setColumnWidth(Column.NAME, name)
        for number in range(len(signals.viewers)):
            self._view.setColumnWidth(Column.FIRST_VIEWER + number, width)

    def _share(self, room: int, *, is_tight: bool) -> tuple[int, bool]:
        """Return how wide a tool's column is and whether values have room beside them.

        All tools stay in sight as long as that can be: first without their names, then without the values, which the panel shows.
        """
        theme, signals = self.context.theme, self.context.signals
        if not signals.has_tools:
            return theme.px(110 if is_tight else 210), True
        count, most, least = len(signals.viewers), theme.px(VIEWER_WIDTH), theme.px(VIEWER_LEAST)
        for value in (VALUE_WIDTH, VALUE_LEAST):
            beside = (room - theme.px(value)) // count
            if beside >= least:
                return min(most, beside), True
        if not self._panel.isHidden():
            return max(least, min(most, room // count)), False
        return theme.px(VIEWER_LEAST + 22), True

    def _pick_again(self) -> None:
        """Keep the signal of the panel selected when the columns change."""
        if not self._panel.isHidden():
            self._view.select_signal(self._panel.signal_id)

    def _on_text_changed(self, text: str) -> None:
        self._filter.set_query(replace(self._filter.query, text=text.strip()))
        self._update()

    def _on_group_chosen(self, groups: frozenset[Group]) -> None:
        self._filter.set_query(replace(self._filter.query, groups=groups))
        self._update()

    def _open_panel(self, signal_id: str) -> None:
        self._panel.show_signal(signal_id)
        self._panel.show()
        self._size_columns()

    def close_panel(self) -> None:
        """Give the table the whole width again."""
        self._panel.hide()
        self._view.setFocus()
        self._size_columns()

    def _update(self, *_ignored: object) -> None:
        has_tools = self.context.signals.has_tools
        self._legend.set_marks(TOOL_LEGEND if has_tools else LEGEND)
        self.set_subtitle(self._subtitle_text(has_tools=has_tools))
        query, shown, everything = self._filter.query, self._filter.signal_count(), len(self.context.store.signals)
        self._chips.set_groups(query.groups)
        narrowed = self._narrowed_text(query)
        self._note.setVisible(bool(narrowed))
        self._note.setText(narrowed)
        self._note.setAccessibleName(self.tr("Filter: {what}. Press to remove").format(what=narrowed))
        self._count.setText(self.tr("{shown} of {all}").format(shown=shown, all=everything))
        self._stack.setCurrentIndex(0 if shown else 1)
        self._say_why_empty(everything)

    def _subtitle_text(self, *, has_tools: bool) -> str:
        tools = self.context.tools
        if not has_tools:
            return self.tr("What a program running as you can read. Columns for AI tools appear once tools are found.")
        if tools.is_measuring:
            return self.tr("Measuring what each tool could see\u2026")
        return self.tr("What each tool could read, measured by a stand-in that is started the way the tool starts.")

    def _narrowed_text(self, query: Query) -> str:
        """Say in words what is asked for beside text and groups."""
        from gui.marks import mark_word

        parts = [mark_word(mark) for mark in sorted(query.marks)]
        parts += [self.tr("{mark} for a tool here").format(mark=mark_word(mark)) for mark in sorted(query.tool_marks)]
        parts += [word(SUPPORTS[support]) for support in sorted(query.supports)]
        if query.at_least > 1:
            parts.append(self.tr("telling"))
        return ", ".join(parts)

    def _say_why_empty(self, everything: int) -> None:
        store = self.context.store
        if store.error:
            self._notice.show_state("triangle-alert", self.tr("This machine could not be opened"), store.error)
        elif not everything:
            self._notice.show_state("radar", self.tr("Reading the catalogue"), self.tr("The signals appear in a moment."))
        else:
            self._notice.show_state(
                "list-filter", self.tr("No signal fits"), self.tr("Nothing fits what you filter for."), self.tr("Show all signals")
            )


def group_titles() -> list[tuple[Group, str]]:
    """Return all groups with their short names."""
    return [(group, word(text)) for group, text in SHORT_GROUPS.items()]

"""Overview: counts that filter, the signals that say the most, what they suggest together, what happened just now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QMenu, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from gui.delegates import MOST_MARKS
from gui.marks import Mark
from gui.models.roles import Column
from gui.models.signal_filter import TellingSignals
from gui.pages.base import BOTTOM, GAP, Page
from gui.queries import COUNTS
from gui.widgets.basic import button, column, frame, label, line, row, scroll, spaced
from gui.widgets.count_card import CountCard
from gui.widgets.first_rows import ANY_SIZE, FirstRows
from gui.widgets.floating_bar import FloatingBar
from gui.widgets.just_now import JustNowCard
from gui.widgets.legend import Legend, StatusPill
from gui.widgets.notice import Notice
from gui.widgets.on_system import OnSystemCard
from gui.widgets.policy_messages import CatalogueMessages, PolicyMessages
from gui.widgets.recommended import RecommendedCard
from gui.widgets.signal_view import SignalView
from gui.widgets.switch_column import SWITCH_WIDTH, SwitchColumn
from gui.widgets.together import TogetherCard
from gui.widgets.tools_card import ToolsCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.context import Context

NARROW: Final = 820
FEW_CARDS: Final = 640
UPDATE_AFTER_MS: Final = 120
TABLE_HEIGHT: Final = 320
ROOM_APART: Final = 400  # what table and side column need to scroll each by itself; with less room the page scrolls as a whole
AROUND_ROWS: Final = 150  # head, legend and the line that leads to the other rows
FEWEST_ROWS: Final = 8
ROOM_FOR_GROUP: Final = 560
SIDE_WIDTH: Final = 336
SLIM_SIDE: Final = 296
ROOM_FOR_SIDE: Final = 900
LEGEND: Final = (Mark.COULD_SEE, Mark.ABSENT, Mark.DENIED, Mark.FAILED, Mark.NOT_POSSIBLE)
TOOL_LEGEND: Final = (Mark.COULD_SEE, Mark.VENDOR_SAYS, Mark.REPORTED, Mark.SAW_READ, Mark.SAW_SENT, Mark.HIDDEN)


class OverviewPage(Page):
    """The first page."""

    def __init__(self, context: Context) -> None:
        """Build the frame at once; numbers and rows arrive with the first readings."""
        super().__init__(
            context, self.tr("What AI tools can see on this computer"), self.tr("Looking for the first time\u2026"), scrolls=True
        )
        self._pill = StatusPill(context.theme)
        self._hidden = self._make_hidden_button()
        self.head_actions.addWidget(self._pill)
        self.head_actions.addWidget(self._hidden)
        self._fit = self._timer(0, self._fit_height)
        content = self._inner = QWidget()
        self._content: QVBoxLayout = column(margins=(0, 0, 0, BOTTOM), spacing=GAP)
        content.setLayout(self._content)
        self._area = scroll(content)
        self.body.addWidget(self._area, 1)
        self._bar = FloatingBar(self._area, self, 14)
        if not context.settings.choices.is_welcome_done:
            self._content.addWidget(self._make_welcome())
        self._content.addWidget(CatalogueMessages(context))
        self._content.addWidget(PolicyMessages(context))
        self._cards_per_line = 0
        self._is_narrow = self._is_whole = False
        self._cards = {question.id: self._make_card(number) for number, question in enumerate(COUNTS)}
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._content.addLayout(self._grid)
        self._side_layout: QVBoxLayout = column(spacing=GAP)
        self._main = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._main.setSpacing(GAP)
        self._table_card = self._make_table_card()
        self._side = self._make_side()
        self._main.addWidget(self._table_card, 1)
        self._side_area = scroll(self._side)
        self._side_bar = FloatingBar(self._side_area, self, 3)
        self._main.addWidget(self._side_area)
        self._content.addLayout(self._main, 1)
        self.width_changed.connect(self._arrange)
        self._follow()
        self._arrange(self.width())
        self._update()

    def _follow(self) -> None:
        store = self.context.store
        tools = self.context.tools
        for signal in (store.opened, store.changed, store.scanning_changed, store.failed):
            signal.connect(self._update)
        self._later = self._timer(UPDATE_AFTER_MS, self._update)
        for signal in (tools.policy_changed, tools.installations_changed, self.context.feed.changed, self._telling.modelReset):
            signal.connect(self._fit.start)
        for signal in (tools.opened, tools.installations_changed, tools.sessions_changed, tools.looking_changed):
            signal.connect(self._update)
        tools.cells_changed.connect(self._on_cells)
        self.context.presentation.changed.connect(self._update)
        self.context.theme.changed.connect(lambda: self._arrange(self.width()))

    def _timer(self, after_ms: int, work: Callable[[], None]) -> QTimer:
        """Return a timer that does some work once for a burst of reasons."""
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(after_ms)
        made.timeout.connect(work)
        return made

    def _on_cells(self) -> None:
        """Count again soon, once for a burst of news; a page in the background counts when it is shown."""
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def shown(self) -> None:
        """Count what changed meanwhile."""
        self._update()
        self._fit.start()

    def _make_hidden_button(self) -> QPushButton:
        made = button(spaced(self.tr("Values hidden")), description=self.tr("How values are hidden, and how to see one"))
        self.context.icons.bind(made, "eye-off", "text", 17)
        menu = QMenu(made)
        menu.addAction(self.tr("Hold the eye in a row, or hold R, to see one value")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Presentation mode: lock all values")).triggered.connect(lambda: self.context.presentation.set_on(True))
        menu.addAction(self.tr("How values are hidden\u2026")).triggered.connect(lambda: self.context.navigator.show_page("settings"))
        made.setMenu(menu)
        return made

    def _make_welcome(self) -> QFrame:
        made = frame("note")
        layout = row(margins=(16, 12, 12, 12), spacing=16)
        sentences = " ".join(
            (
                self.tr("Every program you start can read the facts below, so every AI tool can too."),
                self.tr("Telltale only looks, keeps all of it on this computer and hides the values from onlookers."),
                self.tr("Pick a row to learn what it means and how it could be hidden."),
            )
        )
        layout.addWidget(label(sentences, wrap=True), 1)
        done = button(self.tr("Got it"), description=self.tr("Do not show this again"))
        done.clicked.connect(made.hide)
        done.clicked.connect(self._fit.start)
        done.clicked.connect(lambda: self.context.settings.change(is_welcome_done=True))
        layout.addWidget(done, 0, Qt.AlignmentFlag.AlignVCenter)
        made.setLayout(layout)
        return made

    def _make_card(self, number: int) -> CountCard:
        question = COUNTS[number]
        card = CountCard(self.context.theme, question.translated_title(), question.translated_hint(), question.role)
        card.clicked.connect(lambda: self.context.navigator.show_query(question.query))
        return card

    def _make_table_card(self) -> QFrame:
        card = frame("card")
        layout = column(margins=(1, 0, 1, 0))
        card.setLayout(layout)
        head = row(margins=(16, 9, 10, 9))
        head.addWidget(label(self.tr("Signals that say the most"), "heading"))
        head.addStretch(1)
        everything = button(self.tr("All signals"), "link", description=self.tr("Show every signal"))
        everything.clicked.connect(lambda: self.context.navigator.show_page("signals"))
        head.addWidget(everything)
        layout.addLayout(head)
        layout.addWidget(line())
        self._telling = TellingSignals(self.context.signals, self.context.store, self)
        self._view = SignalView(self.context, self._telling, joins_marks=True)
        self._view.setHeaderHidden(True)
        self._view.setAccessibleName(self.tr("Signals that say the most"))
        self._view.activated_signal.connect(self.context.navigator.show_signal)
        self._view.doubleClicked.connect(lambda: self.context.navigator.show_signal(self._view.current_signal()))
        self._legend = Legend(self.context.theme, LEGEND)
        self._size_columns()
        self._switches = SwitchColumn(self.context, self._view)
        self._telling.modelReset.connect(self._size_columns)
        self._view.width_changed.connect(self._size_columns)
        self.context.changes.states_changed.connect(self._size_columns)
        self._notice = Notice(self.context.theme, self.context.icons)
        self._notice.acted.connect(self._on_notice)
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)
        self._stack.addWidget(self._notice)
        self._stack.addWidget(self._view)
        layout.addLayout(self._make_more())
        layout.addWidget(line())
        foot = row(margins=(16, 8, 16, 8))
        foot.addWidget(self._legend, 1)
        layout.addLayout(foot)
        return card

    def _make_more(self) -> QHBoxLayout:
        """Return the line that leads to the rows left out."""
        self._rows = FirstRows(self._view)
        self._more = button("", "link", description=self.tr("Shows them on the Signals page"))
        self._more.clicked.connect(lambda: self.context.navigator.show_query(self._telling.query))
        self._more.hide()
        self._rows.left_out.connect(self._on_left_out)
        self._view.picked.connect(self._follow_row)
        more = row(margins=(16, 0, 16, 0))
        more.addWidget(self._more)
        more.addStretch(1)
        return more

    def _make_side(self) -> QWidget:
        holder = QWidget()
        for card in (
            RecommendedCard(self.context),
            ToolsCard(self.context),
            JustNowCard(self.context),
            TogetherCard(self.context),
            OnSystemCard(self.context),
        ):
            self._side_layout.addWidget(card)
        self._side_layout.addStretch(1)
        holder.setLayout(self._side_layout)
        return holder

    def _on_left_out(self, count: int) -> None:
        self._more.setText(self.tr("{count} more that say much\u2026").format(count=count))
        self._more.setAccessibleName(self._more.text())
        self._more.setVisible(count > 0)

    def _follow_row(self) -> None:
        """Keep the picked row in sight where the page scrolls as a whole."""
        if self._is_whole:
            box = self._view.visualRect(self._view.currentIndex())
            place = self._view.viewport().mapTo(self._inner, box.center())
            self._area.ensureVisible(place.x(), place.y(), 0, box.height())

    def _fit_height(self) -> None:
        """See whether table and side column have the height to scroll each by itself; else the page scrolls, and nothing inside it."""
        room = self._area.viewport().height() - self._main.geometry().top() - BOTTOM
        self._place_side(is_whole=self._is_narrow or room < self.context.theme.px(ROOM_APART))
        self._table_card.setMinimumHeight(0 if self._is_whole else self.context.theme.px(TABLE_HEIGHT))
        height = self._rows.row_height()
        if not self._is_whole or not height:
            self._rows.set_most(None)
            return
        beside = 0 if self._is_narrow else (self._side.sizeHint().height() - self.context.theme.px(AROUND_ROWS)) // height
        self._rows.set_most(max(FEWEST_ROWS, beside))

    def _place_side(self, *, is_whole: bool) -> None:
        """Let the side column scroll by itself, or with the page."""
        if is_whole == self._is_whole:
            return
        self._is_whole = is_whole
        if is_whole:
            self._side_area.takeWidget()
            self._main.addWidget(self._side, 0, Qt.AlignmentFlag.AlignTop)
            self._side.show()
        else:
            self._main.removeWidget(self._side)
            self._side_area.setWidget(self._side)
        self._side_area.setVisible(not is_whole)

    def _size_columns(self) -> None:
        """The overview shows all marks of a signal in one column, and beside them its switch where there are tools."""
        theme, width = self.context.theme, self._view.width()
        switch, has_switches = self.context.signals.switch_column, bool(self.context.changes.tools)
        for number in range(Column.FIRST_VIEWER + 1, self._telling.columnCount()):
            self._view.setColumnHidden(number, number != switch or not has_switches)
        self._view.setColumnWidth(switch, theme.px(SWITCH_WIDTH))
        if self._telling.columnCount():
            self._view.setColumnHidden(Column.GROUP, self._is_narrow or width < theme.px(ROOM_FOR_GROUP))
            self._view.setColumnWidth(Column.NAME, min(theme.px(222), int(width * 0.42)))
            self._view.setColumnWidth(Column.GROUP, theme.px(70))
            marks = min(MOST_MARKS - 1 if width > theme.px(ROOM_FOR_GROUP) else 3, len(self.context.signals.viewers))
            self._view.setColumnWidth(Column.FIRST_VIEWER, theme.px(16 + 23 * marks))
            self._legend.set_marks(TOOL_LEGEND if self.context.signals.has_tools else LEGEND)

    def _arrange(self, width: int) -> None:
        """Put the cards in one or two lines, and the side column away where there is no room for it."""
        theme = self.context.theme
        is_narrow = self._is_narrow = width < theme.px(NARROW)
        side = theme.px(SIDE_WIDTH if width > theme.px(ROOM_FOR_SIDE) else SLIM_SIDE)
        self._side_area.setFixedWidth(side)
        self._side.setMinimumWidth(0 if is_narrow else side)
        self._side.setMaximumWidth(ANY_SIZE if is_narrow else side)
        self._main.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)
        self._fit.start()
        self._size_columns()
        self._pill.setVisible(width > theme.px(560))
        per_line = 2 if width < theme.px(FEW_CARDS) else 4
        if per_line != self._cards_per_line:
            self._cards_per_line = per_line
            for number, card in enumerate(self._cards.values()):
                self._grid.addWidget(card, number // per_line, number % per_line)

    def _update(self, *_ignored: object) -> None:
        store = self.context.store
        for question in COUNTS:
            self._cards[question.id].set_number(store.count(question.query) if store.has_readings else None)
        self._update_head()
        self._update_notice()

    def _update_head(self) -> None:
        store = self.context.store
        if store.error:
            self._pill.set_status(self.tr("Stopped"), "danger", store.error)
        elif store.is_scanning or not store.is_open:
            self._pill.set_status(self.tr("Looking"), "warning", self.tr("Telltale is looking at all signals"))
        else:
            self._pill.set_status(self.tr("Live"), "good", self.tr("Changes appear here by themselves"))
        is_locked = self.context.presentation.is_on
        text = self.tr("Values locked") if is_locked else self.tr("Values hidden")
        self._hidden.setText(spaced(text))
        self._hidden.setAccessibleName(text)
        if store.has_readings:
            self.set_subtitle(self._subtitle_text())

    def _subtitle_text(self) -> str:
        store, tools = self.context.store, self.context.tools
        seen = sum(store.mark(item) is Mark.COULD_SEE for item in store.signals)
        if not tools.installed:
            text = self.tr("{seen} of {all} signals can be read by any program you start. Measured on {eyes}; nothing leaves it.")
            return text.format(seen=seen, all=len(store.signals), eyes=store.eyes)
        if tools.is_measuring:
            return self.tr("{count} AI tools installed, {running} running now. Measuring what each could see\u2026").format(
                count=len(tools.installed), running=len(tools.running)
            )
        text = self.tr("{count} AI tools installed, {running} running now. Measured on {eyes}; nothing leaves it.")
        return text.format(count=len(tools.installed), running=len(tools.running), eyes=store.eyes)

    def _update_notice(self) -> None:
        store = self.context.store
        if store.error:
            self._notice.show_state("triangle-alert", self.tr("This machine could not be opened"), store.error, self.tr("Try again"))
        elif not store.has_readings or store.is_scanning:
            self._notice.show_state(
                "radar", self.tr("Looking for the first time"), self.tr("This takes a moment. Nothing is changed and nothing is sent.")
            )
        else:
            text = self.tr(
                "Of what was looked at, nothing narrows down who or where you are. What could not be read is listed under Signals."
            )
            self._notice.show_state("circle-dashed", self.tr("No telling signal found"), text, self.tr("All signals"))
        self._stack.setCurrentIndex(1 if self._telling.rowCount() and not store.error else 0)

    def _on_notice(self) -> None:
        if self.context.store.error:
            self.context.session.open(self.context.session.persona)
        else:
            self.context.navigator.show_page("signals")

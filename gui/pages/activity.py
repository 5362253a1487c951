"""Activity: what happened on this machine as far as Telltale saw it, newest first, filtered by time, kind, tool and signal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QStackedLayout, QWidget

from core.history import TimelineQuery
from gui.activity_words import FILTERS, words
from gui.i18n import QT_TRANSLATE_NOOP
from gui.models.activity import ActivityModel
from gui.pages.base import Page
from gui.widgets.activity_view import ActivityView
from gui.widgets.basic import button, column, frame, label, row
from gui.widgets.choice import ChoiceBox
from gui.widgets.flow import FlowLayout
from gui.widgets.notice import Notice

if TYPE_CHECKING:
    from core.history import EventKind
    from gui.context import Context

PERIODS: Final = (
    (QT_TRANSLATE_NOOP("Activity", "Last hour"), timedelta(hours=1)),
    (QT_TRANSLATE_NOOP("Activity", "Last day"), timedelta(days=1)),
    (QT_TRANSLATE_NOOP("Activity", "Last week"), timedelta(days=7)),
    (QT_TRANSLATE_NOOP("Activity", "Everything kept"), None),
)
_DAY: Final = 1


class ActivityPage(Page):
    """The timeline."""

    def __init__(self, context: Context) -> None:
        """Show the last day."""
        super().__init__(context, self.tr("Activity"))
        self._model = ActivityModel(context.feed, context.store, context.tools, self)
        self._view = ActivityView(context, self._model)
        self._view.activated.connect(self._open)
        self._view.doubleClicked.connect(self._open)
        self._kinds: dict[QPushButton, tuple[EventKind, ...]] = {}
        self._periods = QButtonGroup(self)
        self.head_actions.addLayout(self._make_periods())
        self._tool = self._make_choice(self.tr("Tool"), self.tr("Show only entries about one tool"))
        self._signal = self._make_choice(self.tr("Signal"), self.tr("Show only entries about one signal"))
        self.body.addLayout(self._make_filters())
        self.body.addWidget(self._make_card(), 1)
        self._is_shown = False
        context.feed.changed.connect(self._on_news)
        context.tools.installations_changed.connect(self._fill_choices)
        context.tools.opened.connect(self._fill_choices)
        context.store.opened.connect(self._fill_choices)
        self._model.loaded.connect(self._update)
        self._fill_choices()
        self._update()

    def shown(self) -> None:
        """Ask for what happened meanwhile."""
        self._is_shown = True
        self._ask()
        self._view.setFocus()

    def left(self) -> None:
        """Ask no more until shown again."""
        self._is_shown = False

    def _make_periods(self) -> QHBoxLayout:
        layout = row(spacing=6)
        for number, (text, _) in enumerate(PERIODS):
            made = button(words(text), "chip", description=self.tr("Show entries of this time"))
            made.setCheckable(True)
            made.setChecked(number == _DAY)
            self._periods.addButton(made, number)
            made.clicked.connect(self._ask)
            layout.addWidget(made)
        return layout

    def _make_choice(self, name: str, description: str) -> ChoiceBox:
        made = ChoiceBox(self.context.theme, self.context.icons, name, description)
        made.setToolTip(description)
        made.setMaximumWidth(self.context.theme.px(230))
        made.currentIndexChanged.connect(self._ask)
        return made

    def _make_filters(self) -> QHBoxLayout:
        chips = FlowLayout(6)
        for text, kinds in FILTERS:
            made = button(words(text), "chip", name=self.tr("Only: {kind}").format(kind=words(text)))
            made.setCheckable(True)
            made.clicked.connect(self._ask)
            self._kinds[made] = kinds
            chips.addWidget(made)
        holder = QWidget()
        holder.setLayout(chips)
        holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = row(spacing=8)
        layout.addWidget(holder, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._tool, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._signal, 0, Qt.AlignmentFlag.AlignVCenter)
        return layout

    def _make_card(self) -> QFrame:
        card = frame("card")
        layout = column(margins=(1, 1, 1, 1))
        card.setLayout(layout)
        self._notice = Notice(self.context.theme, self.context.icons)
        self._notice.acted.connect(self._show_all)
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._notice)
        self._fault = label("", "small", wrap=True)
        self._fault.setContentsMargins(16, 6, 16, 8)
        layout.addWidget(self._fault)
        return card

    def _fill_choices(self) -> None:
        tools, store = self.context.tools, self.context.store
        pairs = ((self._tool, self.tr("All tools"), [(item, tools.name(item)) for item in tools.installed]),)
        signals = sorted(((item.id, item.title) for item in store.signals.values()), key=lambda pair: pair[1])
        for box, everything, items in (*pairs, (self._signal, self.tr("All signals"), signals)):
            box.blockSignals(True)
            chosen = box.currentData()
            box.clear()
            box.addItem(everything, "")
            for item, title in items:
                box.addItem(title, item)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)

    def _query(self) -> TimelineQuery:
        length = PERIODS[max(0, self._periods.checkedId())][1]
        kinds = tuple(kind for chip, found in self._kinds.items() if chip.isChecked() for kind in found)
        tool, signal = str(self._tool.currentData() or ""), str(self._signal.currentData() or "")
        since = datetime.now(UTC) - length if length is not None else None
        return TimelineQuery((tool,) if tool else (), (signal,) if signal else (), kinds, since)

    def _ask(self, *_ignored: object) -> None:
        self._model.ask(self._query())

    def _on_news(self) -> None:
        if self._is_shown:
            self._ask()

    def _show_all(self) -> None:
        for chip in self._kinds:
            chip.setChecked(False)
        self._tool.setCurrentIndex(0)
        self._signal.setCurrentIndex(0)
        self._periods.button(len(PERIODS) - 1).setChecked(True)
        self._ask()

    def _open(self, index: QModelIndex) -> None:
        event = self._model.event_at(index)
        if event is None:
            return
        if event.signal and event.tool:
            self.context.navigator.show_tool(event.tool, event.signal)
        elif event.signal in self.context.store.signals:
            self.context.navigator.show_signal(event.signal)
        elif event.tool:
            self.context.navigator.show_tool(event.tool)

    def _update(self) -> None:
        count = len(self._model.events)
        self._stack.setCurrentIndex(0 if count else 1)
        if self.context.store.is_synthetic:
            self.set_subtitle(self.tr("What happened on the invented machine since it was opened. None of it is kept."))
        else:
            self.set_subtitle(self.tr("What Telltale saw happen here. Only masks are kept, never values; nothing leaves it."))
        self._fault.setText(self.context.feed.message)
        self._fault.setVisible(bool(self.context.feed.message))
        text = self.tr("Sessions that start and end, signals that change and tools that come and go appear here by themselves.")
        self._notice.show_state("activity", self.tr("Nothing happened in this time"), text, self.tr("Show everything kept"))

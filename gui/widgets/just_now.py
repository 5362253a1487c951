"""What changed while Telltale runs, newest first, without values: which signal, when, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from gui.activity_words import event_text
from gui.widgets.basic import ElidedLabel, button, clear, column, label, row
from gui.words import clock_time

if TYPE_CHECKING:
    from core.history import Event
    from gui.context import Context

SHOWN: Final = 5


class JustNowCard(QFrame):
    """The newest entries of this run."""

    def __init__(self, context: Context) -> None:
        """Follow the feed."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        layout = column(margins=(16, 10, 12, 14), spacing=6)
        head = row()
        head.addWidget(label(self.tr("Just now"), "heading"))
        head.addStretch(1)
        everything = button(self.tr("Activity"), "link", description=self.tr("Show everything that happened"))
        everything.clicked.connect(lambda: context.navigator.show_page("activity"))
        head.addWidget(everything)
        layout.addLayout(head)
        self._list = column(spacing=6)
        layout.addLayout(self._list)
        self.setLayout(layout)
        for signal in (context.feed.happened, context.store.opened, context.tools.opened):
            signal.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        newest = list(self._context.feed.recent)[:SHOWN]
        if not newest:
            text = self.tr("Nothing has changed since {time}. Changes appear here by themselves.")
            self._list.addWidget(label(text.format(time=clock_time(self._context.store.started_at)[:5]), "muted", wrap=True))
        for event in newest:
            self._list.addLayout(self._item(event))

    def _item(self, event: Event) -> QHBoxLayout:
        store, navigator = self._context.store, self._context.navigator
        line = row(spacing=10)
        if event.at is not None:
            moment = label(clock_time(event.at), "faint")
            moment.setFont(self._context.theme.font(0.9, mono=True))
            line.addWidget(moment, 0, Qt.AlignmentFlag.AlignVCenter)
        signal = store.signals.get(event.signal)
        text = event_text(event, self._context.tools.name, lambda item: store.signals[item].title if item in store.signals else item)
        line.addWidget(ElidedLabel(text), 1)
        if signal is not None or event.tool:
            name = signal.title if signal is not None else self._context.tools.name(event.tool)
            go = button(self.tr("Show"), "link", name=self.tr("Show {title}").format(title=name))
            if signal is not None:
                go.clicked.connect(lambda: navigator.show_signal(event.signal))
            else:
                go.clicked.connect(lambda: navigator.show_tool(event.tool))
            line.addWidget(go)
        return line

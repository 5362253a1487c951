"""What changed while Telltale runs, newest first, without values: which signal, when, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame

from core.probes.result import Absent, Denied, Failed, Ok, Unsupported
from gui.widgets.basic import ElidedLabel, button, clear, column, label, row
from gui.words import clock_time

if TYPE_CHECKING:
    from gui.context import Context
    from gui.models.store import Happening

SHOWN: Final = 5


def happening_text(title: str, happening: Happening) -> str:
    """Say what happened to a signal, in plain words and without values."""
    match happening.before.result, happening.after.result:
        case _, Ok() if not isinstance(happening.before.result, Ok):
            text = QCoreApplication.translate("Happening", "{title} can be read now")
        case _, Ok():
            text = QCoreApplication.translate("Happening", "{title} changed")
        case _, Absent():
            text = QCoreApplication.translate("Happening", "{title} is no longer there")
        case _, Denied():
            text = QCoreApplication.translate("Happening", "{title} is refused now")
        case _, Failed():
            text = QCoreApplication.translate("Happening", "{title} could not be read")
        case _, Unsupported():
            text = QCoreApplication.translate("Happening", "{title} is not possible here now")
    return text.format(title=title)


class JustNowCard(QFrame):
    """The newest changes."""

    def __init__(self, context: Context) -> None:
        """Follow the store."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        layout = column(margins=(16, 13, 16, 14), spacing=8)
        layout.addWidget(label(self.tr("Just now"), "heading"))
        self._list = column(spacing=6)
        layout.addLayout(self._list)
        self.setLayout(layout)
        context.store.happened.connect(self._fill)
        context.store.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        store = self._context.store
        if not store.happenings:
            text = self.tr("Nothing has changed since {time}. Changes appear here by themselves.")
            self._list.addWidget(label(text.format(time=clock_time(store.started_at)[:5]), "muted", wrap=True))
            return
        for happening in list(store.happenings)[:SHOWN]:
            line = row(spacing=10)
            moment = label(clock_time(happening.at), "faint")
            moment.setFont(self._context.theme.font(0.9, mono=True))
            line.addWidget(moment, 0, Qt.AlignmentFlag.AlignVCenter)
            text = happening_text(store.signals[happening.signal].title, happening)
            shown = ElidedLabel(text)
            line.addWidget(shown, 1)
            go = button(self.tr("Show"), "link", name=self.tr("Show {title}").format(title=store.signals[happening.signal].title))
            go.clicked.connect(lambda _=False, item=happening.signal: self._context.navigator.show_signal(item))
            line.addWidget(go)
            self._list.addLayout(line)

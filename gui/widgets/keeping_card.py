"""Settings: what is kept on this computer and for how long; a shorter time removes what is older at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from core.keeping import CHOICES, kept_days
from gui.widgets.basic import button, column, label, line, set_look
from gui.widgets.choice import ChoiceBox
from gui.widgets.settings_card import field, settings_card

if TYPE_CHECKING:
    from core.tidying import Kept
    from gui.context import Context

SURE_FOR_MS: Final = 6000


class KeepingCard(QWidget):
    """The age of history and captures, how much there is, and removing all of it."""

    def __init__(self, context: Context) -> None:
        """Show the choice in force."""
        super().__init__()
        self._context = context
        card, layout = settings_card(self.tr("What is kept, and for how long"))
        hint = self.tr("What is older is removed for good. Values are never kept, only their masked forms.")
        self._days = ChoiceBox(context.theme, context.icons, self.tr("How long history and recorded requests are kept"), hint)
        for days in CHOICES:
            self._days.addItem(self._words(days), days)
        self._show_days(kept_days())
        self._days.activated.connect(self._on_days)
        layout.addLayout(field(self.tr("History and recorded requests"), hint, self._days))
        layout.addWidget(line())
        about = self.tr("Both are of this computer; an invented machine leaves nothing behind.")
        self._remove = button("", description=self.tr("Removes the history and all recorded requests, but not the record of changes"))
        self._remove.clicked.connect(self._on_remove)
        self._sure = QTimer(self)
        self._sure.setSingleShot(True)
        self._sure.setInterval(SURE_FOR_MS)
        self._sure.timeout.connect(self._calm)
        self._count = label("", wrap=True)
        self._calm()
        layout.addLayout(field(self.tr("Kept now"), about, self._remove))
        layout.addWidget(self._count)
        layout.addWidget(line())
        for text in (
            self.tr("Contents of requests, only where you asked for them: sealed, 7 days at most."),
            self.tr("The record of changes stays until Telltale is uninstalled: without it nothing could be undone."),
        ):
            layout.addWidget(label(text, "muted", wrap=True))
        outer = column()
        outer.addWidget(card)
        self.setLayout(outer)

    def measure(self) -> None:
        """Count what is kept, off the main thread."""

        def count() -> Kept:
            from core.tidying import kept_now  # opens stores, so it is loaded only here

            return kept_now()

        self._context.session.run(count, self._show)

    def _words(self, days: int) -> str:
        if days == 365:
            return self.tr("1 year")
        return self.tr("1 day") if days == 1 else self.tr("{count} days").format(count=days)

    def _show_days(self, days: int) -> None:
        if self._days.findData(days) < 0:
            self._days.addItem(self._words(days), days)  # chosen on the command line
        self._days.setCurrentIndex(self._days.findData(days))

    def _show(self, kept: Kept) -> None:
        self._count.setText(
            self.tr("Entries of what happened: {entries}. Recordings of what a tool sent: {captures}.").format(
                entries=kept.entries, captures=kept.captures
            )
        )
        self._remove.setEnabled(bool(kept.entries or kept.captures))

    def _on_days(self) -> None:
        from core.tidying import keep_everything_for

        days = int(self._days.currentData())
        self._context.session.run(lambda: keep_everything_for(days), self._on_kept)

    def _on_kept(self, kept: Kept | None) -> None:
        if kept is None:
            self._show_days(kept_days())
            self._count.setText(self.tr("The choice could not be written, so everything is kept as before."))
            return
        self._tell_others(kept)

    def _on_remove(self) -> None:
        """Remove at the second click: it cannot be undone."""
        if not self._sure.isActive():
            self._say(self.tr("Remove for good?"), "danger")
            self._sure.start()
            return
        from core.tidying import forget_everything

        self._calm()
        self._context.session.run(forget_everything, self._tell_others)

    def _calm(self) -> None:
        self._sure.stop()
        self._say(self.tr("Remove all"), "")

    def _say(self, text: str, look: str) -> None:
        self._remove.setText(text)
        self._remove.setAccessibleName(self.tr("{what}: history and recorded requests").format(what=text))
        set_look(self._remove, look)

    def _tell_others(self, kept: Kept) -> None:
        self._show(kept)
        feed = self._context.feed
        feed.open(feed.history)

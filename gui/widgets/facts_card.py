"""The facts about the person in one request: which, masked, in which encoding, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from core.watch.facts import LIMITS
from gui.tips import plain_tip
from gui.widgets.basic import ElidedLabel, IconLabel, clear, column, frame, label, line, row

if TYPE_CHECKING:
    from core.watch.store_model import StoredFact, StoredRequest
    from gui.context import Context

MOST: Final = 80


class FactsCard(QFrame):
    """A table in a card; says what is not proved where nothing was found."""

    def __init__(self, context: Context) -> None:
        """Start empty."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        head = row(margins=(18, 11, 18, 10))
        head.addWidget(label(self.tr("Facts about you in this request"), "heading"), 1)
        self._where = label(self.tr("where it stands"), "muted")
        head.addWidget(self._where)
        self._list: QVBoxLayout = column()
        layout = column(margins=(1, 0, 1, 6))
        layout.addLayout(head)
        layout.addLayout(self._list)
        self.setLayout(layout)

    def show_request(self, request: StoredRequest) -> None:
        """Show the facts of a request."""
        clear(self._list)
        self._where.setVisible(bool(request.facts))
        for fact in request.facts[:MOST]:
            self._list.addWidget(line())
            self._list.addWidget(self._make_row(fact))
        if len(request.facts) > MOST:
            more = self.tr("and {count} more, in the export").format(count=len(request.facts) - MOST)
            self._list.addWidget(self._make_note(more))
        if not request.facts:
            self._list.addWidget(line())
            self._list.addWidget(self._make_note(self.tr("Nothing was found here.")))
        if request.looked_at < request.size:
            self._list.addWidget(self._make_note(self.tr("Only a part of this request could be searched.")))
        self._list.addWidget(line())
        self._list.addWidget(self._make_note(LIMITS))

    def _make_note(self, text: str) -> QFrame:
        made = frame("")
        layout = column(margins=(18, 8, 18, 4))
        layout.addWidget(label(text, "small", wrap=True))
        made.setLayout(layout)
        return made

    def _make_row(self, fact: StoredFact) -> QFrame:
        context = self._context
        signal = context.store.signals.get(fact.signal)
        title = signal.title if signal else fact.signal
        name = f"{title} ({fact.part})" if fact.part else title
        layout = row(margins=(18, 8, 18, 8), spacing=11)
        layout.addWidget(IconLabel(context.theme, context.icons, signal.icon if signal else "eye", "text_muted", 18))
        layout.addWidget(ElidedLabel(name), 5)
        value = ElidedLabel(fact.masked)
        value.setFont(context.theme.font(0.94, mono=True))
        layout.addWidget(value, 5)
        place = (
            fact.place if fact.encoding == "plain" else self.tr("{encoding} in {place}").format(encoding=fact.encoding, place=fact.place)
        )
        if fact.times > 1:
            place = self.tr("{place} \u00d7{count}").format(place=place, count=fact.times)
        where = ElidedLabel(place, "small", Qt.TextElideMode.ElideMiddle)
        where.setFont(context.theme.font(0.9, mono=True))
        where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(where, 5)
        made = frame("")
        made.setAccessibleName(f"{name}: {fact.masked}, {place}")
        if fact.also:
            also = ", ".join(context.store.titles(fact.also))
            made.setToolTip(plain_tip(self.tr("The same value also stands for: {also}").format(also=also)))
        made.setLayout(layout)
        return made

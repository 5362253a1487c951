"""How many signals work on this system, were only tested on recordings, or are not possible; a click filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from core.model import Support, System
from gui.models.store import Query
from gui.queries import SUPPORT_ORDER
from gui.widgets.basic import button, clear, column, label, row
from gui.words import SUPPORTS, word

if TYPE_CHECKING:
    from gui.context import Context

_NAMES = {System.LINUX: "Linux", System.MACOS: "macOS", System.WINDOWS: "Windows"}


class OnSystemCard(QFrame):
    """Counts per kind of support."""

    def __init__(self, context: Context) -> None:
        """Follow the store."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        self._heading = label("", "heading")
        layout = column(margins=(16, 13, 16, 12), spacing=6)
        layout.addWidget(self._heading)
        self._list = column(spacing=1)
        layout.addLayout(self._list)
        self.setLayout(layout)
        context.store.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        store = self._context.store
        name = _NAMES[store.host.system] if store.host is not None else ""
        self._heading.setText(self.tr("On {system}").format(system=name) if name else self.tr("On this system"))
        if not name:
            self._list.addWidget(label(self.tr("Reading the catalogue\u2026"), "muted"))
        for support in SUPPORT_ORDER if name else ():
            query = Query(supports=frozenset({support}))
            count = store.count(query)
            if count:
                self._add(support, query, count)

    def _add(self, support: Support, query: Query, count: int) -> None:
        line = row(spacing=8)
        link = button(word(SUPPORTS[support]), "link", description=self.tr("Show these signals"))
        link.setAccessibleName(f"{word(SUPPORTS[support])}: {count}")
        link.clicked.connect(lambda: self._context.navigator.show_query(query))
        line.addWidget(link)
        line.addStretch(1)
        number = label(str(count), "muted")
        line.addWidget(number)
        self._list.addLayout(line)

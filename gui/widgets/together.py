"""What the readings taken together suggest: each conclusion with what it rests on, contradictions said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QWidget

from gui.tips import plain_tip
from gui.widgets.basic import ElidedButton, clear, column, label, row

if TYPE_CHECKING:
    from core.inference import Conclusion
    from gui.context import Context

SHOWN: Final = 3


class TogetherCard(QFrame):
    """Conclusions, one below the other."""

    def __init__(self, context: Context) -> None:
        """Follow the store."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        layout = column(margins=(16, 13, 16, 14), spacing=8)
        layout.addWidget(label(self.tr("Taken together"), "heading"))
        self._list = column(spacing=11)
        layout.addLayout(self._list)
        self.setLayout(layout)
        context.store.conclusions_changed.connect(self._fill)
        context.store.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        clear(self._list)
        conclusions = self._context.store.conclusions
        if not conclusions:
            text = self.tr("Once the first look is done, this says what the signals suggest together.")
            self._list.addWidget(label(text, "muted", wrap=True))
        for conclusion in conclusions[:SHOWN]:
            self._list.addWidget(self._item(conclusion))

    def _item(self, conclusion: Conclusion) -> QWidget:
        holder = QWidget()
        layout = column(spacing=2)
        layout.addWidget(label(conclusion.text, wrap=True))
        if conclusion.contradictions:
            more = len(conclusion.contradictions) - 1
            text = self.tr("But: {text}").format(text=conclusion.contradictions[0])
            but = label(text + (self.tr(" (and {more} more)").format(more=more) if more else ""), "small", wrap=True)
            but.setToolTip(plain_tip("\n".join(conclusion.contradictions)))
            layout.addWidget(but)
        titles = [(item, self._context.store.signals[item].title) for item in conclusion.rests_on if item in self._context.store.signals]
        names = ", ".join(title for _, title in titles[:3]) + ("\u2026" if len(titles) > 3 else "")
        foot = row(spacing=0)
        link = ElidedButton(self.tr("From {names}").format(names=names), self.tr("Show what this rests on"))
        link.clicked.connect(lambda: self._context.navigator.show_signal(titles[0][0]) if titles else None)
        foot.addWidget(link, 1)
        layout.addLayout(foot)
        holder.setLayout(layout)
        return holder

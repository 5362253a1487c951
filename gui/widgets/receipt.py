"""What came of a click: what was changed, what was measured before and after, whether that proves it, and Undo beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from core.toggles.model import ChangeState
from gui.change_words import title, whom
from gui.widgets.basic import ElidedLabel, IconLabel, button, clear, column, frame, icon_button, label, row
from gui.words import clock_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.toggles.model import Receipt
    from gui.context import Context
    from gui.models.changes import ChangeDesk

MOST_SIGNALS: Final = 3
VERDICTS: Final = {True: ("badge-check", "good"), False: ("circle-alert", "danger"), None: ("circle-help", "warning")}


class ReceiptCard(QFrame):
    """Receipts of one click, as one card; stays until it is dismissed or another click replaces it."""

    undo_asked = Signal(list)
    dismissed = Signal()

    def __init__(self, context: Context, desk: ChangeDesk) -> None:
        """Start hidden."""
        super().__init__()
        self.setProperty("look", "receipt")
        self._context, self._desk = context, desk
        self._list: QVBoxLayout = column(margins=(14, 10, 10, 10), spacing=4)
        self.setLayout(self._list)
        self._receipts: tuple[Receipt, ...] = ()
        context.theme.changed.connect(self._on_theme_changed)
        self.hide()

    def _on_theme_changed(self) -> None:
        if self._receipts and not self.isHidden():
            self.show_receipts(self._receipts)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """What is shown."""
        return self._receipts

    def show_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Show what a click did."""
        self._receipts = tuple(receipts)
        clear(self._list)
        if not receipts:
            self.hide()
            return
        verdict = verdict_of(receipts)
        self._add_head(receipts, verdict)
        for name, before, after in measured(receipts)[:MOST_SIGNALS]:
            self._add_measured(name, before, after)
        failed = next((item.change.note for item in receipts if item.change.state in {ChangeState.FAILED, ChangeState.CONFLICT}), "")
        self._add_foot(failed or receipts[0].method, receipts)
        self.setAccessibleName(self._said(receipts, verdict))
        self.show()

    def say(self, text: str) -> None:
        """Show a sentence instead, such as what came of Undo."""
        self._receipts = ()
        clear(self._list)
        line = row(spacing=8)
        line.addWidget(label(text, wrap=True), 1)
        line.addWidget(self._make_close())
        self._list.addLayout(line)
        self.setAccessibleName(text)
        self.show()

    def _add_head(self, receipts: Sequence[Receipt], verdict: bool | None) -> None:
        icon, role = VERDICTS[verdict]
        line = row(spacing=8)
        line.addWidget(IconLabel(self._context.theme, self._context.icons, icon, role, 18))
        line.addWidget(label(self._said(receipts, verdict), wrap=True), 1)
        line.addWidget(self._make_close(), 0, Qt.AlignmentFlag.AlignTop)
        self._list.addLayout(line)

    def _add_foot(self, text: str, receipts: Sequence[Receipt]) -> None:
        """Say how it was measured, with Undo beside it."""
        line = row(spacing=8)
        line.addWidget(label(text, "small", wrap=True), 1)
        ids = [item.change.id for item in receipts if item.change.state not in {ChangeState.FAILED, ChangeState.UNDONE}]
        if ids:
            undo = button(self.tr("Undo"), description=self.tr("Takes this change back"))
            self._context.icons.bind(undo, "undo-2", "text", 15)
            undo.clicked.connect(lambda: self.undo_asked.emit(ids))
            line.addWidget(undo, 0, Qt.AlignmentFlag.AlignBottom)
        self._list.addLayout(line)

    def _make_close(self) -> QFrame:
        holder = frame("")
        inner = row()
        close = icon_button(self._context.icons, "x", self.tr("Dismiss"), self.tr("The change stays; it is also listed under Changes"), 15)
        close.clicked.connect(self.hide)
        close.clicked.connect(self.dismissed)
        inner.addWidget(close)
        holder.setLayout(inner)
        return holder

    def _add_measured(self, signal: str, before: str, after: str) -> None:
        known = self._context.store.signals.get(signal)
        line = row(spacing=8)
        line.addWidget(label(known.title if known else signal, "muted"))
        nothing = self.tr("nothing to be read")
        text = ElidedLabel(f"{before or nothing}  \u2192  {after or nothing}")
        text.setFont(self._context.theme.font(0.92, mono=True))
        line.addWidget(text, 1)
        self._list.addLayout(line)

    def _said(self, receipts: Sequence[Receipt], verdict: bool | None) -> str:
        first = receipts[0]
        names = list(dict.fromkeys(whom(self._context.tools, item.change) for item in receipts))
        tools = ", ".join(names[:2]) + (self.tr(" and {count} more").format(count=len(names) - 2) if len(names) > 2 else "")
        titles = list(dict.fromkeys(title(self._desk, item.change) for item in receipts))
        what = titles[0] if len(titles) == 1 else self.tr("{count} changes").format(count=len(titles))
        state = {
            True: self.tr("verified"),
            False: self.tr("not in effect"),
            None: self.tr("could not be verified"),
        }[verdict]
        if all(item.change.state is ChangeState.FAILED for item in receipts):
            state = self.tr("failed, nothing was changed")
        text = self.tr("{what} for {tools}: {state}, {time}")
        return text.format(what=what, tools=tools, state=state, time=clock_time(first.at))


def verdict_of(receipts: Sequence[Receipt]) -> bool | None:
    """Return what all receipts together prove: one that failed counts most, then one that proves nothing."""
    verdicts = {item.verified for item in receipts}
    return False if False in verdicts else None if None in verdicts else True


def measured(receipts: Sequence[Receipt]) -> list[tuple[str, str, str]]:
    """Return each signal or setting once with its text before and after (masked by whoever measured)."""
    found: dict[str, tuple[str, str]] = {}
    for item in receipts:
        for name in dict.fromkeys([*item.before, *item.after]):
            found.setdefault(name, (item.before.get(name, ""), item.after.get(name, "")))
    return [(name, *pair) for name, pair in found.items() if pair != ("", "")]

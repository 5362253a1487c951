"""One switch with its words in full and its receipt below: for a signal's panel and a tool's own settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from core.toggles.model import ChangeState
from gui.switching import flip, reset
from gui.widgets.basic import button, clear, column, label, row
from gui.widgets.receipt import ReceiptCard
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.toggles.model import Change, Receipt, Toggle
    from gui.context import Context

FRESH: Final = timedelta(minutes=2)


class ToggleRow(QFrame):
    """A toggle for one tool or several; shows what was measured, never the click."""

    def __init__(self, context: Context, toggle: Toggle, tools: Sequence[str], *, shows_plain: bool = True) -> None:
        """Show a toggle; without `shows_plain` its caller already said what it does."""
        super().__init__()
        self._context, self._toggle, self._tools = context, toggle, tuple(tools)
        self._is_waiting = False
        self._switch = Switch(context.theme, toggle.title)
        self._switch.clicked.connect(self._on_clicked)
        self._facts: QVBoxLayout = column(spacing=5)
        self._receipt = ReceiptCard(context, context.changes)
        self._receipt.undo_asked.connect(self._on_undo)
        head = row(spacing=10)
        head.addWidget(label(toggle.title, wrap=True), 1)
        head.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignTop)
        layout = column(spacing=4)
        layout.addLayout(head)
        if shows_plain:
            layout.addWidget(label(toggle.plain, "muted", wrap=True))
        layout.addLayout(self._facts)
        if self._can_reset():
            reset_button = button(
                self.tr("Reset\u2026"),
                "ghost",
                name=self.tr("Reset to the vendor's default"),
                description=self.tr("Takes the entry away, whatever stands there, so that the vendor's default applies; shown first"),
            )
            reset_button.clicked.connect(self._on_reset)
            layout.addWidget(reset_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._receipt)
        self.setLayout(layout)
        desk = context.changes
        desk.states_changed.connect(self._update)
        desk.applied.connect(self._on_applied)
        desk.undone.connect(self._on_undone)
        desk.failed.connect(self._on_failed)
        self._update()
        self._show_fresh()

    def _update(self) -> None:
        look = self._context.changes.look_of(self._toggle, self._tools)
        self._switch.setVisible(look is not None)
        if look is None:
            self._say_facts([self.tr("Looking\u2026")])
            return
        self._switch.show_state(look.state, look.words)
        self._say_facts([line for line in look.words.split("\n") if line != self._toggle.plain])

    def _say_facts(self, lines: Sequence[str]) -> None:
        """Show one fact a line, with a little air between them."""
        shown = [item.widget() for number in range(self._facts.count()) if (item := self._facts.itemAt(number)) is not None]
        if [part.text() for part in shown if isinstance(part, QLabel)] != list(lines):
            clear(self._facts)
            for line in lines:
                self._facts.addWidget(label(line, "small", wrap=True))

    def _show_fresh(self) -> None:
        """Show again what this switch did a moment ago (the panel around it may have been built anew)."""
        desk, since = self._context.changes, datetime.now(UTC) - FRESH
        active = {change.id for change in desk.active}
        mine = [item for item in desk.receipts.values() if item.change.toggle == self._toggle.id and item.change.tool in self._tools]
        fresh = [item for item in mine if item.at > since and item.change.id in active]
        if fresh:
            self._receipt.show_receipts(fresh)

    def _on_clicked(self) -> None:
        look = self._context.changes.look_of(self._toggle, self._tools)
        if look is not None:
            self._is_waiting = True
            flip(self._context, self, look, self._say)

    def _can_reset(self) -> bool:
        """Whether this is one tool's own setting, which has a vendor's default."""
        kinds = {spec.kind for spec in self._toggle.changes}
        return bool(self._toggle.tools) and len(self._tools) == 1 and "settings-key" in kinds and not self._context.changes.is_synthetic

    def _on_reset(self) -> None:
        self._is_waiting = True
        reset(self._context, self, (self._toggle.id, self._tools[0]), self._say)

    def _on_applied(self, receipts: list[Receipt]) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self._receipt.show_receipts(receipts)

    def _on_undo(self, change_ids: list[str]) -> None:
        self._is_waiting = True
        self._context.changes.undo(change_ids)

    def _on_undone(self, changes: list[Change]) -> None:
        if self._is_waiting:
            bad = next((change.note for change in changes if change.state in {ChangeState.FAILED, ChangeState.CONFLICT}), "")
            self._say(bad or self.tr("Undone."))

    def _on_failed(self, text: str) -> None:
        if self._is_waiting:
            self._say(text)

    def _say(self, text: str) -> None:
        self._is_waiting = False
        self._receipt.say(text)

"""One change: what it is, before and after, whether it is in effect, what was measured, Undo, and Reset as a separate word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.redact import visible
from core.toggles.model import ChangeState
from core.toggles.preview import entry_of, name_of
from gui.change_words import before_after, moment, place, state_of, title, whom
from gui.models.changes import IN_EFFECT
from gui.switching import reset as plan_reset
from gui.widgets.basic import button, clear, column, frame, label, line, row, spaced

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFrame, QLabel

    from core.toggles.apply import ThreeWay
    from core.toggles.model import Change, Receipt
    from gui.context import Context


RESETTABLE: Final = frozenset({"settings-key", "user-setting"})


class ChangeDetail(QWidget):
    """Cards about the change that is picked."""

    undo_asked = Signal(str)
    again_asked = Signal(str, str)
    keep_asked = Signal(str)

    def __init__(self, context: Context) -> None:
        """Start without a change."""
        super().__init__()
        self._context = context
        self._change: Change | None = None
        self._now: QLabel | None = None
        self._said: QLabel | None = None
        self._layout: QVBoxLayout = column(spacing=14)
        self.setLayout(self._layout)
        context.theme.changed.connect(lambda: self.show_change(self._change))

    def show_change(self, change: Change | None) -> None:
        """Show a change, or nothing."""
        self._change, self._now, self._said = change, None, None
        clear(self._layout)
        if change is not None:
            self._layout.addWidget(self._make_change(change))
            receipt = self._context.changes.receipts.get(change.id)
            if receipt is not None and (receipt.before or receipt.after):
                self._layout.addWidget(self._make_receipt(receipt))
        self._layout.addStretch(1)

    def _card(self, heading: str) -> tuple[QFrame, QVBoxLayout]:
        card = frame("card")
        outer = column(margins=(1, 0, 1, 0))
        head = column(margins=(18, 12, 18, 10))
        head.addWidget(label(heading, "heading", wrap=True))
        outer.addLayout(head)
        outer.addWidget(line())
        inner = column(margins=(18, 12, 18, 14), spacing=8)
        outer.addLayout(inner)
        card.setLayout(outer)
        return card, inner

    def _make_change(self, change: Change) -> QFrame:
        desk = self._context.changes
        card, layout = self._card(f"{title(desk, change)} \u00b7 {whom(self._context.tools, change)}")
        is_drifted = change.id in desk.drifted
        said, look, _ = state_of(change, is_drifted=is_drifted)
        verdict = row(spacing=10)
        verdict.addWidget(label(said, look))
        verdict.addWidget(label(moment(change), "small"), 1)
        layout.addLayout(verdict)
        layout.addWidget(label(place(change), "muted", wrap=True))
        before, after = before_after(change)
        for name, text in ((self.tr("Before"), before), (self.tr("After"), after)):
            self._add_pair(layout, name, text)
        if is_drifted or change.state is ChangeState.CONFLICT:
            self._ask_now(change, self._add_pair(layout, self.tr("Now"), "\u2026"))
        is_told = change.kind.startswith("launch-") or entry_of(change) == change.key  # by the lines above; a launch has no name of its own
        if change.key and not is_told:
            self._add_pair(layout, self.tr("Name"), name_of(change))
        toggle = desk.toggle(change.toggle)
        side = self.tr("Side effect: {what}").format(what=toggle.side_effect) if toggle else ""
        for text in (change.note, side, self._older_sessions(change)):
            if text:
                layout.addWidget(label(text, "small", wrap=True))
        self._add_buttons(layout, change, is_drifted=is_drifted)
        return card

    def _ask_now(self, change: Change, shown: QLabel) -> None:
        """Show what somebody else wrote, once it was read; the label may be gone by then."""
        self._now = shown

        def done(found: ThreeWay) -> None:
            if self._now is shown and self._change is change:
                shown.setText(visible(found.now))

        self._context.changes.ask_three_way(change.id, done)

    def _add_pair(self, layout: QVBoxLayout, name: str, text: str) -> QLabel:
        pair = row(spacing=12)
        caption = label(name, "muted")
        caption.setMinimumWidth(self._context.theme.px(64))
        pair.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
        shown = label(text, wrap=True)
        shown.setFont(self._context.theme.font(0.94, mono=True))
        pair.addWidget(shown, 1)
        layout.addLayout(pair)
        return shown

    def _older_sessions(self, change: Change) -> str:
        """Name the sessions that still have the old value."""
        if change.state not in IN_EFFECT or change.at is None or not change.kind.startswith("launch"):
            return ""
        at = change.at.timestamp()
        older = [item for item in self._context.tools.sessions if item.tool == change.tool and item.started < at]
        if len(older) == 1:
            return self.tr("A running session was started before and keeps what it has; start it again to change that.")
        text = self.tr("{count} running sessions were started before and keep what they have; start them again to change that.")
        return text.format(count=len(older)) if older else ""

    def _add_buttons(self, layout: QVBoxLayout, change: Change, *, is_drifted: bool) -> None:
        buttons = row(spacing=8)
        if change.state in IN_EFFECT:
            undo = button(spaced(self.tr("Undo")), name=self.tr("Undo"), description=self.tr("Brings back what was there before"))
            self._context.icons.bind(undo, "undo-2", "text", 16)
            undo.clicked.connect(lambda: self.undo_asked.emit(change.id))
            buttons.addWidget(undo)
        if is_drifted:
            again = button(self.tr("Apply again"), "primary", description=self.tr("Shows the exact change first"))
            again.clicked.connect(lambda: self.again_asked.emit(change.toggle, change.tool))
            buttons.addWidget(again)
        if change.state is ChangeState.CONFLICT or is_drifted:
            keep = button(self.tr("Leave as it is"), description=self.tr("Keeps what the other program wrote and settles this"))
            keep.clicked.connect(lambda: self.keep_asked.emit(change.id))
            buttons.addWidget(keep)
        can_reset = change.kind in RESETTABLE and not change.is_reset and change.state in IN_EFFECT
        if can_reset and change.before is not None:
            reset = button(
                self.tr("Reset\u2026"),
                name=self.tr("Reset to the vendor's default"),
                description=self.tr("Shows first what would be taken away"),
            )
            reset.clicked.connect(lambda: self._on_reset(change))
            buttons.addWidget(reset)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        if can_reset:
            self._said = label(self._reset_words(change), "small", wrap=True)
            layout.addWidget(self._said)

    def _on_reset(self, change: Change) -> None:
        said = self._said

        def say(text: str) -> None:
            if self._said is said and said is not None:
                said.setText(text)

        plan_reset(self._context, self, (change.toggle, change.tool), say)

    def _reset_words(self, change: Change) -> str:
        """Keep Undo and Reset apart: what was there before is not always the vendor's default."""
        if change.before is None:
            return self.tr("It was not set before, so Undo is also the reset to the vendor's default.")
        return self.tr("Undo brings back what was there before. Reset takes the entry away, so that the vendor's default applies.")

    def _make_receipt(self, receipt: Receipt) -> QFrame:
        card, layout = self._card(self.tr("What was measured"))
        nothing = self.tr("nothing to be read")
        for name in dict.fromkeys([*receipt.before, *receipt.after]):
            signal = self._context.store.signals.get(name)
            layout.addWidget(label(signal.title if signal else name, "muted"))
            text = f"{receipt.before.get(name) or nothing}  \u2192  {receipt.after.get(name) or nothing}"
            shown = label(text, wrap=True)
            shown.setFont(self._context.theme.font(0.94, mono=True))
            layout.addWidget(shown)
        layout.addWidget(label(receipt.method, "small", wrap=True))
        if receipt.tool_version:
            layout.addWidget(label(self.tr("Version of the tool: {version}").format(version=receipt.tool_version), "small", wrap=True))
        return card

"""Changes: everything Telltale changed, before and after, verified or not, and the ways back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QMessageBox, QPushButton, QStackedLayout

from core.toggles.model import ChangeState
from gui.models.change_list import ChangeList
from gui.pages.base import Page
from gui.switching import review
from gui.widgets.basic import button, column, frame, scroll, spaced
from gui.widgets.change_detail import ChangeDetail
from gui.widgets.change_view import ChangeView
from gui.widgets.floating_bar import FloatingBar
from gui.widgets.notice import Notice
from gui.widgets.receipt import ReceiptCard
from gui.widgets.two_parts import TwoParts, fit_words

if TYPE_CHECKING:
    from core.toggles.model import Change
    from gui.context import Context

LIST_WIDTH: Final = 420


class ChangesPage(Page):
    """The journal as a person reads it."""

    def __init__(self, context: Context) -> None:
        """Follow the desk."""
        super().__init__(context, self.tr("What Telltale changed"))
        self._picked = ""
        self._today = self._make_button(self.tr("Undo all of today"), self.tr("Brings back what was there at midnight"), "undo-2")
        self._all = self._make_button(self.tr("Undo everything"), self.tr("Takes back every change in effect"), "rotate-ccw")
        self._again = self._make_button(self.tr("Check again"), self.tr("Reads every change again"), "refresh-cw")
        self._today.clicked.connect(context.changes.undo_today)
        self._all.clicked.connect(self._on_undo_all)
        self._again.clicked.connect(context.changes.look)
        self._words = {made: made.text() for made in (self._again, self._today, self._all)}
        for made in self._words:
            self.head_actions.addWidget(made)
        self._receipt = ReceiptCard(context, context.changes)
        self._receipt.undo_asked.connect(context.changes.undo)
        self.body.addWidget(self._receipt)
        self._list = ChangeList(context.changes, context.tools, self)
        self._view = ChangeView(context, self._list)
        self._detail = ChangeDetail(context)
        self._notice = Notice(context.theme, context.icons)
        self._notice.acted.connect(self._on_notice)
        self._stack = QStackedLayout()
        self.body.addLayout(self._stack, 1)
        self._stack.addWidget(self._card(self._notice))
        self._parts = self._make_splitter()
        self._stack.addWidget(self._parts)
        self._follow()
        self._update()

    def shown(self) -> None:
        """Read again, and be ready for the keyboard."""
        self.context.changes.look()
        self._view.setFocus()

    def _follow(self) -> None:
        self.width_changed.connect(self._arrange)
        self.context.theme.changed.connect(lambda: self._arrange(self.width()))
        desk = self.context.changes
        desk.changes_changed.connect(self._update)
        desk.busy_changed.connect(self._update)
        desk.states_changed.connect(self._update)
        self.context.tools.looking_changed.connect(self._update)
        desk.applied.connect(lambda receipts: self._receipt.show_receipts(receipts) if self.isVisible() else None)
        desk.undone.connect(self._on_undone)
        desk.failed.connect(lambda text: self._receipt.say(text) if self.isVisible() else None)
        self._view.picked.connect(self._on_picked)
        self._list.modelReset.connect(self._pick_again)
        self._detail.undo_asked.connect(lambda item: desk.undo([item]))
        self._detail.keep_asked.connect(desk.keep_theirs)
        self._detail.again_asked.connect(lambda toggle, tool: review(self.context, self, [(toggle, tool)], self._receipt.say))

    def _make_button(self, text: str, description: str, icon: str) -> QPushButton:
        made = button(spaced(text), name=text, description=description)
        self.context.icons.bind(made, icon, "text", 16)
        return made

    def _card(self, inner: Notice | ChangeView) -> QFrame:
        card = frame("card")
        layout = column(margins=(1, 1, 1, 1))
        layout.addWidget(inner)
        card.setLayout(layout)
        return card

    def _make_splitter(self) -> TwoParts:
        area = scroll(self._detail)
        self._bar = FloatingBar(area, self)
        return TwoParts(self.context.theme, self._card(self._view), area, LIST_WIDTH)

    def _arrange(self, width: int) -> None:
        self._parts.arrange(width)
        fit_words(self._words, width)

    def _on_picked(self, change: Change | None) -> None:
        self._picked = change.id if change is not None else ""
        self._detail.show_change(change)

    def _pick_again(self) -> None:
        row = max(0, self._list.row_of(self._picked))
        if self._list.rowCount():
            self._view.setCurrentIndex(self._list.index(row))
        else:
            self._detail.show_change(None)

    def _update(self) -> None:
        desk = self.context.changes
        active = desk.active
        self._stack.setCurrentIndex(1 if desk.changes else 0)
        for made in (self._today, self._all):
            made.setEnabled(bool(active) and not desk.is_busy)
        self._again.setEnabled(bool(desk.changes) and not desk.is_busy)
        self.set_subtitle(self._subtitle_text(active))
        if desk.changes and not self._view.currentIndex().isValid():
            self._pick_again()
        elif self._picked and self._list.row_of(self._picked) >= 0:
            self._detail.show_change(desk.changes[self._list.row_of(self._picked)])
        self._say_why_empty()

    def _say_why_empty(self) -> None:
        desk = self.context.changes
        heading = self.tr("Nothing was changed so far") if desk.has_looked else self.tr("Reading the list of changes")
        if desk.tools or not self.context.tools.has_looked:
            text = self.tr("Switches are on the Signals page and on each tool's page. What you switch is listed here and can be undone.")
            self._notice.show_state("undo-2", heading, text, self.tr("All signals"))
        else:
            text = self.tr(
                "No AI tool was found here, so there is nothing to switch yet. On an invented machine you can try everything; "
                "nothing of this computer is touched."
            )
            self._notice.show_state("undo-2", heading, text, self.tr("Try an invented machine"))

    def _on_notice(self) -> None:
        """Go where the next step is."""
        has_tools = bool(self.context.changes.tools) or not self.context.tools.has_looked
        self.context.navigator.show_page("signals" if has_tools else "presentation")

    def _subtitle_text(self, active: tuple[Change, ...]) -> str:
        desk = self.context.changes
        if desk.is_busy:
            return self.tr("Changing and measuring\u2026")
        if not desk.changes:
            return self.tr("Every change is listed here with what was there before, and can be undone.")
        standing = [change for change in active if change.id not in desk.drifted]
        verified = sum(change.state is ChangeState.VERIFIED for change in standing)
        text = self.tr("{active} changes in effect, {verified} of them verified.")
        if len(standing) == 1:
            text = self.tr("1 change in effect, verified.") if verified else self.tr("1 change in effect, not verified.")
        elif standing and verified == len(standing):
            text = self.tr("{active} changes in effect, all verified.")
        elif not standing:
            text = self.tr("No change is in effect now.")
        text = text.format(active=len(standing), verified=verified)
        if gone := len(active) - len(standing):
            text = f"{text} {self.tr('{count} no longer in effect.').format(count=gone)}"
        last = self.tr("Only pretended: this machine is invented.") if desk.is_synthetic else self.tr("Each can be undone.")
        return f"{text} {last}"

    def _on_undone(self, changes: list[Change]) -> None:
        if not self.isVisible():
            return
        bad = [change for change in changes if change.state in {ChangeState.FAILED, ChangeState.CONFLICT}]
        if bad:
            self._receipt.say(self.tr("{count} could not be undone: {why}").format(count=len(bad), why=bad[0].note))
        else:
            self._receipt.say(self.tr("{count} changes undone; what was there before is back.").format(count=len(changes)))

    def _on_undo_all(self) -> None:
        text = self.tr("Take back all {count} changes in effect? You can switch them on again afterwards.")
        asked = text.format(count=len(self.context.changes.active))
        if QMessageBox.question(self, self.tr("Undo everything"), asked) == QMessageBox.StandardButton.Yes:
            self.context.changes.undo_all()

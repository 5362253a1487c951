"""The switches of a signal table: a click or Space flips one, and its receipt appears right beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from core.toggles.model import ChangeState
from gui.models.roles import Column, Role
from gui.switching import flip
from gui.widgets.receipt import ReceiptCard

if TYPE_CHECKING:
    from core.toggles.model import Change, Receipt
    from gui.context import Context
    from gui.models.changes import SwitchLook
    from gui.widgets.signal_view import SignalView

SWITCH_WIDTH: Final = 62
RECEIPT_WIDTH: Final = 470


class SwitchColumn(QObject):
    """Ties the switch cells of one view to the desk; only the view that was clicked shows the receipt."""

    def __init__(self, context: Context, view: SignalView) -> None:
        """Follow the view's switches."""
        super().__init__(view)
        self._context, self._view = context, view
        self._signal = ""
        self._is_waiting = False
        self._card = ReceiptCard(context, context.changes)
        self._card.setParent(view)
        self._card.hide()
        self._card.undo_asked.connect(self._on_undo)
        self._card.dismissed.connect(view.setFocus)
        view.switch_asked.connect(self.flip)
        view.verticalScrollBar().valueChanged.connect(self._place)
        view.installEventFilter(self)
        desk = context.changes
        desk.applied.connect(self._on_applied)
        desk.undone.connect(self._on_undone)
        desk.failed.connect(self._on_failed)
        context.store.opened.connect(self._card.hide)

    @property
    def card(self) -> ReceiptCard:
        """The receipt shown beside a switch."""
        return self._card

    def flip(self, signal_id: str) -> None:
        """Flip the switch of a signal."""
        index = self._index(signal_id)
        look: SwitchLook | None = index.data(Role.SWITCH) if index.isValid() else None
        if look is None:
            return
        self._signal, self._is_waiting = signal_id, True
        self._card.hide()
        flip(self._context, self._view, look, self._say)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the receipt at its row when the view changes size."""
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self._card, self._place)
        return False

    def _index(self, signal_id: str) -> QModelIndex:
        model = self._view.model()
        for row in range(model.rowCount()):
            if model.index(row, Column.NAME).data(Role.ID) == signal_id:
                return model.index(row, model.columnCount() - 1)
        return QModelIndex()

    def _on_applied(self, receipts: list[Receipt]) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self._card.show_receipts(receipts)
            self._place()
            self._announce()

    def _on_undone(self, changes: list[Change]) -> None:
        if not self._is_waiting:
            return
        bad = next((change.note for change in changes if change.state in {ChangeState.FAILED, ChangeState.CONFLICT}), "")
        self._say(bad or self.tr("Undone; the next start is as it was before."))

    def _on_failed(self, message: str) -> None:
        if self._is_waiting:
            self._say(message)

    def _on_undo(self, change_ids: list[str]) -> None:
        self._is_waiting = True
        self._context.changes.undo(change_ids)

    def _say(self, text: str) -> None:
        self._is_waiting = False
        self._card.say(text)
        self._place()
        self._announce()

    def _announce(self) -> None:
        """Let a screen reader say what came of it."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, self._card.accessibleName()))

    def _place(self) -> None:
        """Stand below the row of the switch, or above it where there is no room; go away with the row."""
        if self._card.isHidden():
            return
        view, viewport = self._view, self._view.viewport()
        box = view.visualRect(self._index(self._signal).siblingAtColumn(Column.NAME))
        if box.isEmpty() or box.bottom() < 0 or box.top() > viewport.height():
            self._card.hide()
            return
        width = min(self._context.theme.px(RECEIPT_WIDTH), viewport.width() - 16)
        self._card.setFixedWidth(width)
        layout = self._card.layout()
        height = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else self._card.sizeHint().height()
        self._card.setFixedHeight(height)
        top = viewport.mapTo(view, QPoint(0, box.bottom() + 4)).y()
        if top + height > view.height():
            top = max(0, viewport.mapTo(view, QPoint(0, box.top())).y() - height - 4)
        self._card.move(viewport.mapTo(view, QPoint(viewport.width() - width - 8, 0)).x(), top)
        self._card.raise_()

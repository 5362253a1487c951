"""A list of painted rows of one height, as pages show them on the left: what all such lists share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel, QObject
    from PySide6.QtWidgets import QAbstractItemDelegate

    from gui.context import Context


class RowList(QListView):
    """Rows without a frame that scroll by the pixel; Tab leaves the list, arrows move in it."""

    def __init__(self, context: Context, model: QAbstractItemModel, delegate: Callable[[Context, QObject], QAbstractItemDelegate]) -> None:
        """Show the model's rows, each painted by a `delegate` made with the context."""
        super().__init__()
        self.setItemDelegate(delegate(context, self))
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        context.theme.changed.connect(self.scheduleDelayedItemsLayout)

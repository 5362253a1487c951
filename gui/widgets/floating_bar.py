"""A scroll bar that stands in the page's margin, so that what is scrolled keeps the width and the edge of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QScrollBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QScrollArea, QWidget

FOLLOWED = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ShowToParent})


class FloatingBar(QScrollBar):
    """Steers a scroll area from outside of it; shown only while there is something to scroll."""

    def __init__(self, area: QScrollArea, host: QWidget, distance: int = 6) -> None:
        """Stand `distance` pixels right of the area, over the host's margin."""
        super().__init__(Qt.Orientation.Vertical, host)
        self._area, self._host, self._distance = area, host, distance
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._own = area.verticalScrollBar()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._follow)
        self._own.rangeChanged.connect(self._soon)
        self._own.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._own.setValue)
        area.installEventFilter(self)
        host.installEventFilter(self)
        self.hide()
        self._soon()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay beside the area wherever it goes."""
        if event.type() in FOLLOWED:
            self._soon()
        return False

    def _soon(self, *_ignored: object) -> None:
        """Follow once Qt has laid out and polished everything: to show or move a widget in the middle of that ends the process."""
        self._later.start()

    def _follow(self) -> None:
        if not self._host.isAncestorOf(self._area):
            return  # not in its place yet
        self.setRange(self._own.minimum(), self._own.maximum())
        self.setPageStep(self._own.pageStep())
        self.setSingleStep(self._own.singleStep())
        self.setValue(self._own.value())
        corner = self._area.mapTo(self._host, self._area.rect().topRight())
        room = self._host.width() - corner.x() - 1
        width = self.sizeHint().width()
        self.setGeometry(corner.x() + 1 + max(0, min(self._distance, room - width)), corner.y(), width, self._area.height())
        self.setVisible(self._area.isVisibleTo(self._host) and self._own.maximum() > 0)
        self.raise_()

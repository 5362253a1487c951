"""Collects cyclic garbage on the main thread only.

Python collects on whatever thread happens to allocate. A widget caught in a reference cycle would then be destroyed on a
probe thread, which Qt does not survive (seen as crashes in the next style sheet change). So automatic collection is
switched off while the window runs, and a slow timer collects here instead.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 2_000


class MainThreadCollector(QObject):
    """Replaces automatic garbage collection as long as it lives; main thread only."""

    def __init__(self, parent: QObject) -> None:
        """Switch automatic collection off and start the timer."""
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect_if_due)
        self._timer.start()

    def close(self) -> None:
        """Collect once and give automatic collection back."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _collect_if_due(self) -> None:
        """Collect the oldest generation that has grown past Python's own thresholds."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation] > 0:
                gc.collect(generation)
                return

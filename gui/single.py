"""One window per user: a second start asks the first to come forward and ends.

A plain local socket where the system has one: Qt's own loads its whole network library for it, in time and memory of
every start. Elsewhere, and for paths too long for a socket, Qt's named pipes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from core.host.doorbell import Doorbell, has_doorbell, ring

if TYPE_CHECKING:
    from gui.single_pipe import PipeListener


def ask_first_window(name: str) -> bool:
    """Ask a window that runs already to come forward; return whether there is one and it is this user's."""
    if has_doorbell(name):
        return ring(name)
    from gui.single_pipe import ask_over_pipe

    return ask_over_pipe(name)


class SingleInstance(QObject):
    """Listens for later starts and emits `raised` when one asks."""

    raised = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Prepare; call `listen`."""
        super().__init__(parent)
        self._name = name
        self._bell: Doorbell | None = None
        self._news: QSocketNotifier | None = None
        self._pipe: PipeListener | None = None

    def listen(self) -> bool:
        """Become the first window; a socket left over by a crash is replaced. Return whether it was possible."""
        if not has_doorbell(self._name):
            from gui.single_pipe import PipeListener

            self._pipe = PipeListener(self._name, self)
            self._pipe.raised.connect(self.raised)
            return self._pipe.listen()
        try:
            self._bell = Doorbell(self._name)
        except OSError:
            return False
        self._news = QSocketNotifier(self._bell.fileno(), QSocketNotifier.Type.Read, self)
        self._news.activated.connect(self._on_call)
        return True

    def close(self) -> None:
        """Stop listening."""
        if self._news is not None:
            self._news.setEnabled(False)
        if self._bell is not None:
            self._bell.close()
        if self._pipe is not None:
            self._pipe.close()

    def _on_call(self) -> None:
        if self._bell is not None and self._bell.answer():
            self.raised.emit()

"""Presentation mode: nothing can be revealed, and every screen says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from core.redact import RevealGate


class Presentation(QObject):
    """Locks the reveal gate of the whole process while it is on."""

    changed = Signal(bool)

    def __init__(self, gate: RevealGate, parent: QObject | None = None) -> None:
        """Take the gate that every reveal goes through."""
        super().__init__(parent)
        self._gate = gate

    @property
    def is_on(self) -> bool:
        """Whether values are locked."""
        return self._gate.is_locked

    def set_on(self, is_on: bool) -> None:
        """Start or end presentation mode."""
        if is_on == self._gate.is_locked:
            return
        if is_on:
            self._gate.lock()
        else:
            self._gate.unlock()
        self.changed.emit(is_on)

    def toggle(self) -> None:
        """Switch presentation mode (F5)."""
        self.set_on(not self.is_on)

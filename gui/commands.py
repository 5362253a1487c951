"""Everything a person can do from a key, a menu or the finder, as data: id, title, shortcut, whether it is possible now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

FINDER_KEY: Final = "Ctrl+K"


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do; `title` is translated text, `is_enabled` is asked whenever something changed."""

    id: str
    title: str
    run: Callable[[], None]
    shortcut: str = ""
    icon: str = "chevron-right"
    is_enabled: Callable[[], bool] = _always


class Commands(QObject):
    """The commands of a window, each with its action so that shortcuts work anywhere in it."""

    changed = Signal()

    def __init__(self, window: QWidget) -> None:
        """Register actions with the window."""
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}

    def __iter__(self) -> Iterator[Command]:
        """Go through all commands in the order they were added."""
        return iter(self._commands.values())

    def add(self, command: Command) -> QAction:
        """Add a command; its id must be new."""
        if command.id in self._commands:
            raise ValueError(f"two commands are called {command.id!r}")
        action = QAction(command.title, self)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(command.run)
        self._window.addAction(action)
        self._commands[command.id] = command
        self._actions[command.id] = action
        return action

    def action(self, command_id: str) -> QAction:
        """Return a command's action, for menus and buttons."""
        return self._actions[command_id]

    def run(self, command_id: str) -> bool:
        """Run a command if it is possible now."""
        self.update()
        action = self._actions[command_id]
        if action.isEnabled():
            action.trigger()
            return True
        return False

    def update(self) -> None:
        """Ask every command whether it is possible now."""
        for command_id, command in self._commands.items():
            self._actions[command_id].setEnabled(command.is_enabled())
        self.changed.emit()

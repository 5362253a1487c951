"""The icon among the system's own: it says when a tool runs with another clock than the person's, so that nobody misreads its times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.model import Grade
from gui.icons import logo

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.context import Context

ZONE: Final = "time-zone"


def is_there() -> bool:
    """Whether the desktop has a place for such icons."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """Shown where the desktop has a place for it; every reminder comes once per session, and none in presentation mode."""

    def __init__(self, context: Context, come_forward: Callable[[], None], leave: Callable[[], object], parent: QObject) -> None:
        """Follow sessions and what they were handed."""
        super().__init__(parent)
        self._context = context
        self._told: set[tuple[str, int, float]] = set()
        self.icon = QSystemTrayIcon(QIcon(logo(64)), self)
        self._menu = QMenu()
        self._state = self._menu.addAction("")
        self._state.setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Open Telltale")).triggered.connect(come_forward)
        self._menu.addAction(self.tr("Changes")).triggered.connect(lambda: self._show_changes(come_forward))
        self._menu.addAction(self.tr("Quit Telltale")).triggered.connect(leave)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(lambda reason: come_forward() if reason == QSystemTrayIcon.ActivationReason.Trigger else None)
        self.icon.messageClicked.connect(lambda: self._show_changes(come_forward))
        context.tools.sessions_changed.connect(self.update)
        context.tools.cells_changed.connect(self._on_cells)
        context.store.opened.connect(self._told.clear)
        self.update()
        if is_there():
            self.icon.show()

    def _on_cells(self, pairs: list[tuple[str, str]]) -> None:
        if any(signal == ZONE for _, signal in pairs):
            self.update()

    def with_utc(self) -> list[str]:
        """Return the tools with a session that has UTC instead of the person's clock."""
        return list(dict.fromkeys(tool for tool, _, _ in self._sessions()))

    def update(self) -> None:
        """Say what is so now; remind once of each session."""
        names = [self._context.tools.name(tool) for tool in self.with_utc()]
        text = self.tr("{tools}: running with UTC").format(tools=", ".join(names)) if names else self.tr("No session runs with UTC")
        self._state.setText(text)
        self.icon.setToolTip(f"Telltale \u2013 {text}" if names else "Telltale")
        new = [item for item in self._sessions() if item not in self._told]
        self._told.update(new)
        if new and self.may_remind():
            told = ", ".join(dict.fromkeys(self._context.tools.name(tool) for tool, _, _ in new))
            self.icon.showMessage(
                self.tr("{tools} runs with UTC").format(tools=told), self.reminder(), QSystemTrayIcon.MessageIcon.Information
            )

    def reminder(self) -> str:
        """Return the sentence of a reminder."""
        return self.tr("Times it shows or writes, also in new commits, are UTC and not your own. Undo is under Changes.")

    def may_remind(self) -> bool:
        """Whether a reminder may pop up: never while values are presented, and not for an invented machine."""
        return self.icon.isVisible() and not self._context.presentation.is_on and not self._context.store.is_synthetic

    def _sessions(self) -> list[tuple[str, int, float]]:
        """Return the sessions whose own clock was measured as hidden (what a session was handed, not what was switched)."""
        tools = self._context.tools
        return [
            (item.tool, item.pid, item.started)
            for item in tools.sessions
            if (cell := tools.cell(item.tool, ZONE)) is not None and cell.here is Grade.HIDDEN
        ]

    def _show_changes(self, come_forward: Callable[[], None]) -> None:
        come_forward()
        self._context.navigator.show_page("changes")

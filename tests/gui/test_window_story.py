"""What somebody new does, by keyboard: find out what a tool could see, hide one thing, read the receipt, take it back; and a blank machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from core.host.recorded import RecordedHost
from core.toggles.model import ToggleState
from gui.pages.registry import PAGES
from gui.widgets.receipt import ReceiptCard
from gui.widgets.signal_view import SignalView

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from core.catalogue import Catalogue
    from gui.application import Application

PAIR = ("time-zone", "claude-code")
BLANK = {"system": "linux", "eyes": "a blank machine", "home": "/home/sam", "cwd": "/home/sam", "env": {"PATH": "/usr/bin"}}


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def activate(application: Application, qtbot: QtBot) -> None:
    def is_active() -> bool:
        application.window.activateWindow()
        return application.window.isActiveWindow()

    qtbot.waitUntil(is_active)


def tab_to(text: str, most: int = 12) -> None:
    """Press Tab until a button with this text has the keyboard."""
    for _ in range(most):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        found = QApplication.focusWidget()
        if isinstance(found, QAbstractButton) and found.text().strip() == text:
            return
    raise AssertionError(f"Tab does not reach {text}")


class WindowWatch(QObject):
    """Notes whatever is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's own name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def visible_texts(widget: QWidget) -> str:
    return "\n".join(part.text() for part in widget.findChildren(QLabel) if part.isVisible())


def test_hide_the_time_zone_from_a_tool_and_take_it_back_by_keyboard(application: Application, qtbot: QtBot) -> None:
    window, desk = application.window, application.context.changes
    qtbot.waitUntil(lambda: PAIR in desk.states, timeout=20_000)
    activate(application, qtbot)
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus(), "claude code")
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    page = window.page("tools")
    assert (window.current_page, "Claude Code" in visible_texts(page)) == ("tools", True)
    view = focus()
    assert isinstance(view, SignalView)
    QTest.keyClick(view, Qt.Key.Key_Home)
    if not view.current_signal():
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.current_signal() == "time-zone"
    QTest.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.ON_VERIFIED, timeout=5000)
    card = view.findChild(ReceiptCard)
    assert isinstance(card, ReceiptCard)
    qtbot.waitUntil(card.isVisible, timeout=5000)
    assert "Time zone as UTC for Claude Code: verified" in visible_texts(card)
    tab_to("Undo")
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.OFF, timeout=5000)
    qtbot.waitUntil(lambda: "Undone" in visible_texts(card), timeout=5000)


def test_a_change_is_taken_back_from_the_list_by_keyboard(application: Application, qtbot: QtBot) -> None:
    window, desk = application.window, application.context.changes
    qtbot.waitUntil(lambda: PAIR in desk.states, timeout=20_000)
    activate(application, qtbot)
    window.show_tool("claude-code", "time-zone")
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.ON_VERIFIED, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page == "changes"
    tab_to("Undo")
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(desk.active) < 2, timeout=5000)


def test_nothing_flashes_up_as_a_window_of_its_own(start: Callable[..., Application], qapp: QApplication, qtbot: QtBot) -> None:
    watch = WindowWatch()
    qapp.installEventFilter(watch)
    application = start()
    window, tools, desk = application.window, application.context.tools, application.context.changes
    qtbot.waitUntil(lambda: PAIR in desk.states, timeout=20_000)
    for entry in PAGES:
        window.show_page(entry.id)
        qtbot.wait(50)
    window.show_signal("time-zone")
    window.show_tool("claude-code", "time-zone")
    window.compare_tools(tools.installed[:3])
    window.show_tool("claude-code")
    window.open_finder()
    qtbot.wait(50)
    qapp.removeEventFilter(watch)
    assert [name for name in watch.shown if not name.startswith("MainWindow")] == []


@pytest.mark.parametrize("page", ["overview", "tools", "changes"])
def test_a_machine_without_tools_offers_the_next_step(application: Application, catalogue: Catalogue, qtbot: QtBot, page: str) -> None:
    window, tools = application.window, application.context.tools
    qtbot.waitUntil(lambda: bool(tools.installed), timeout=20_000)
    application.context.session.open_host(RecordedHost(BLANK, "blank"), catalogue)
    qtbot.waitUntil(lambda: tools.has_looked and not tools.installed and not application.context.store.is_scanning, timeout=20_000)
    window.show_page(page)

    def offers() -> list[QAbstractButton]:
        found = window.page(page).findChildren(QAbstractButton)
        return [child for child in found if child.text() == "Try an invented machine" and child.isVisible()]

    qtbot.waitUntil(lambda: len(offers()) == 1, timeout=5000)
    QTest.keyClick(offers()[0], Qt.Key.Key_Space)
    assert window.current_page == "presentation"

"""The keyboard alone: what it goes to is in sight and ringed in both themes, and it comes back to where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget
from shiboken6 import isValid

from gui.dialogs.inspect import InspectDialog
from gui.pages.registry import PAGES
from gui.theme import ThemeChoice
from gui.widgets.finder import Finder

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from gui.application import Application
    from gui.window import MainWindow

RING = 24  # pixels that differ at least between a control with and without the keyboard


@pytest.fixture
def window(application: Application, qtbot: QtBot) -> MainWindow:
    tools = application.context.tools
    qtbot.waitUntil(lambda: tools.has_looked and not tools.is_measuring, timeout=20_000)
    application.context.theme.reduced_motion = True

    def is_active() -> bool:
        application.window.activateWindow()
        return application.window.isActiveWindow()

    qtbot.waitUntil(is_active)
    return application.window


def tab(window: QWidget) -> QWidget:
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def walk(window: QWidget, start: QWidget) -> list[QWidget]:
    """Go through a page by Tab until the keyboard is back where it was first."""
    start.setFocus()
    found = [tab(window)]
    for _ in range(300):
        widget = tab(window)
        if widget in found:
            return found
        found.append(widget)
    raise AssertionError("the keyboard does not come back")


def picture(window: QWidget, widget: QWidget) -> QImage:
    box = widget.rect().translated(widget.mapTo(window, QPoint(0, 0))).adjusted(-4, -4, 4, 4)
    return window.grab(box).toImage()


def seen_alive(window: QWidget, widget: QWidget, qtbot: QtBot) -> QImage | None:
    """Return a widget's picture a moment later, or None if its card was filled anew in that moment."""
    qtbot.wait(1)
    return picture(window, widget) if isValid(widget) else None


def differing(one: QImage, other: QImage) -> int:
    assert one.size() == other.size()
    return sum(one.pixel(x, y) != other.pixel(x, y) for x in range(one.width()) for y in range(one.height()))


def kind(widget: QWidget) -> tuple[str, str]:
    return type(widget).__name__, str(widget.property("look"))


@pytest.mark.parametrize("theme", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_every_kind_of_control_shows_that_it_has_the_keyboard(
    application: Application, window: MainWindow, qtbot: QtBot, theme: ThemeChoice
) -> None:
    application.context.theme.set_choice(theme)
    seen: set[tuple[str, str]] = set()
    without = []
    for entry in PAGES:
        window.show_page(entry.id)
        for widget in walk(window, window.page(entry.id)):
            if not isValid(widget) or kind(widget) in seen:  # cards are filled anew while the machine is measured
                continue
            what, name = kind(widget), widget.accessibleName()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            ringed = seen_alive(window, widget, qtbot)
            if ringed is None or not widget.isEnabled():
                continue  # what was measured meanwhile switched it off, as Settings does where nothing is kept
            widget.clearFocus()
            plain = seen_alive(window, widget, qtbot)
            if plain is None or not widget.isEnabled() or ringed.size() != plain.size():
                continue  # another one of its kind may live longer
            seen.add(what)
            if differing(ringed, plain) < RING:
                without.append(f"{entry.id}: {what} {name}")
    assert without == []
    assert len(seen) > 10


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
def test_what_the_keyboard_goes_to_is_in_sight(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    hidden = []
    for entry in PAGES:
        window.show_page(entry.id)
        qtbot.wait(60)
        for widget in walk(window, window.page(entry.id)):
            if not isValid(widget):
                continue
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if widget.visibleRegion().boundingRect().height() < min(widget.height(), 12):
                hidden.append(f"{entry.id}: {widget.accessibleName()}")
    assert hidden == []


@pytest.mark.parametrize("page", [entry.id for entry in PAGES])
def test_the_finder_opens_from_everywhere_and_gives_the_keyboard_back(window: MainWindow, page: str) -> None:
    window.show_page(page)
    for widget in walk(window, window.page(page))[::4]:
        if not isValid(widget):
            continue
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(widget, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        finder = window.findChild(Finder)
        assert finder is not None
        assert finder.isVisible(), widget.accessibleName()
        edit = finder.findChild(QLineEdit)
        assert edit is not None
        assert QApplication.focusWidget() is edit
        QTest.keyClick(edit, Qt.Key.Key_Escape)
        assert not finder.isVisible()
        assert QApplication.focusWidget() is widget, widget.accessibleName()


def test_a_dialog_closes_by_escape_and_gives_the_keyboard_back(application: Application, window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("overview")
    before = walk(window, window.page("overview"))[5]
    before.setFocus()
    dialog = InspectDialog(application.context, window, application.context.tools.installed[0])
    dialog.open()
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget() or window))
    assert len(walk(dialog, dialog)) > 3
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)

    def is_back() -> bool:
        window.activateWindow()  # a real desktop does so by itself
        return QApplication.focusWidget() is before

    qtbot.waitUntil(is_back)


def test_nothing_moves_under_a_pressed_mouse_button(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.resize(1024, 700)
    window.show_page("settings")
    page = window.page("settings")
    area = page.findChild(QScrollArea)
    assert area is not None
    area.verticalScrollBar().setValue(0)
    page.setFocus()
    monkeypatch.setattr(QApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    for item in page.findChildren(QWidget):
        if item.focusPolicy() & Qt.FocusPolicy.TabFocus and area.isAncestorOf(item):
            item.setFocus(Qt.FocusReason.MouseFocusReason)
    assert area.verticalScrollBar().value() == 0

"""The window's keys under a modal dialog: the dialog is to be answered first, so they do nothing, and the keyboard stays in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMessageBox, QWidget

from gui.dialogs.what_changed import WhatChangedDialog
from gui.widgets.finder import Finder

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.application import Application
    from gui.window import MainWindow


def _question(application: Application) -> QDialog:
    made = QMessageBox(QMessageBox.Icon.Question, "Undo everything", "Take back?", QMessageBox.StandardButton.Yes, application.window)
    made.addButton(QMessageBox.StandardButton.No)
    return made


def _dialog(application: Application) -> QDialog:
    return WhatChangedDialog(application.context, application.window, "claude-code")


def _press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
    """Press a key as the desktop does: at the window, which Qt asks for its shortcuts and for who is modal."""
    window = widget.windowHandle()
    assert window is not None
    QTest.keyClick(window, key, modifier)


class Heard(QObject):
    """Notes the keys that reach a widget."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.keys: list[int] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt calls it by this name
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self.keys.append(event.key())
        return super().eventFilter(watched, event)


def _has_keyboard(window: MainWindow, widget: QWidget) -> bool:
    window.activateWindow()  # a real desktop does so by itself
    return QApplication.focusWidget() is widget


def test_the_keys_of_the_window_do_nothing_under_a_dialog_and_work_again_after_it(application: Application, qtbot: QtBot) -> None:
    window = application.window
    window.show_page("signals")
    before = window.page("signals").findChildren(QLineEdit)[0]
    before.setFocus()
    qtbot.waitUntil(lambda: _has_keyboard(window, before))
    for make in (_question, _dialog):
        dialog = make(application)
        dialog.open()
        qtbot.waitUntil(lambda dialog=dialog: dialog.isAncestorOf(QApplication.focusWidget() or window))
        fields: list[QLineEdit | None] = [*dialog.findChildren(QLineEdit)]
        for field in fields or [None]:
            _nothing_happens(window, dialog, field)
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: _has_keyboard(window, before))
    _press(window, Qt.Key.Key_K)
    finder = window.findChild(Finder)
    assert finder is not None
    assert finder.isAncestorOf(QApplication.focusWidget() or window)


def _nothing_happens(window: MainWindow, dialog: QDialog, field: QLineEdit | None) -> None:
    if field is not None:
        field.setText("2.1.197")
        field.setCursorPosition(0)  # there, many desktops take Ctrl+K as "delete the rest"
        field.setFocus()
    inside = QApplication.focusWidget()
    assert inside is not None
    heard = Heard(inside)
    for pressed_at in (dialog, window):
        for key in (Qt.Key.Key_K, Qt.Key.Key_5, Qt.Key.Key_Q):
            _press(pressed_at, key)
            assert window.findChild(Finder) is None
            assert window.current_page == "signals"
            assert dialog.isVisible()
            assert QApplication.focusWidget() is inside
    assert field is None or Qt.Key.Key_K not in heard.keys
    assert Qt.Key.Key_5 in heard.keys  # so what is pressed does arrive
    assert field is None or field.text() == "2.1.197"


def test_a_dialog_that_opens_over_the_finder_gives_the_keyboard_back_to_it(application: Application, qtbot: QtBot) -> None:
    window = application.window
    window.show_page("signals")
    before = window.page("signals").findChildren(QLineEdit)[0]
    before.setFocus()
    qtbot.waitUntil(lambda: _has_keyboard(window, before))
    window.open_finder()
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    dialog = _dialog(application)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget() or window))
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _has_keyboard(window, edit))
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is before

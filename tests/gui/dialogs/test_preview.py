"""How the review of changes stands on the screen: as high as what is in it, in the keyboard's order, closed by Escape without a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDir, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from core.toggles.model import Change, ChangeState, Plan
from gui.dialogs.preview import PreviewDialog, ask_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from gui.application import Application

    Show = Callable[..., PreviewDialog]

LONG = "\n".join(["--- ~/x", "+++ ~/x", *(f"+line {number}" for number in range(60))])


def change(number: int, diff: str = "--- ~/x\n+++ ~/x\n+a", **more: str) -> Change:
    return Change(
        id=f"c{number}",
        toggle=f"toggle-{number}",
        tool="codex-cli",
        kind="settings-key",
        target="/home/mia/.codex/config.toml",
        key="a.b",
        before=None,
        after="false",
        state=ChangeState.PLANNED,
        diff=diff,
        parameters=more,
    )


@pytest.fixture
def show(application: Application, qtbot: QtBot) -> Show:
    application.window.resize(1280, 800)

    def made(*changes: Change) -> PreviewDialog:
        dialog = PreviewDialog(application.context, application.context.changes, application.window, Plan(changes))
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    return made


def test_one_change_makes_a_low_dialog_and_many_one_that_scrolls(show: Show) -> None:
    low = show(change(1))
    assert low.height() < 480
    assert low._area.verticalScrollBar().maximum() == 0
    high = show(*(change(number, LONG) for number in range(5)))
    assert low.height() < high.height() <= 800
    assert high._area.verticalScrollBar().maximum() > 0


def test_the_keyboard_starts_at_the_first_tick_and_escape_changes_nothing(show: Show, qtbot: QtBot) -> None:
    dialog = show(change(1), change(2))
    boxes = list(dialog._boxes.values())
    dialog.activateWindow()
    boxes[0].setFocus()
    walk: list[QWidget] = []
    widget: QWidget | None = boxes[0]
    for _ in range(40):
        assert widget is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            walk.append(widget)
        widget = widget.nextInFocusChain()
    cancel = next(item for item in dialog.findChildren(QPushButton) if item.text() == "Cancel")
    wanted = [*boxes, cancel, dialog._agree]
    assert [item for item in walk if item in wanted][: len(wanted)] == wanted
    asked: list[object] = []
    dialog.accepted_plan.connect(lambda *given: asked.append(given))
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == []


def test_return_on_a_tick_agrees_to_nothing(show: Show, qtbot: QtBot) -> None:
    dialog = show(change(1))
    asked: list[object] = []
    dialog.accepted_plan.connect(lambda *given: asked.append(given))
    qtbot.keyClick(next(iter(dialog._boxes.values())), Qt.Key.Key_Return)
    assert asked == []
    assert dialog.isVisible()


def test_a_reset_is_called_by_its_name_and_nothing_to_change_by_what_it_is(show: Show) -> None:
    assert show(change(1, reset="1")).windowTitle() == "Reset to the vendor's default"
    assert show(change(1, reset="1"), change(2)).windowTitle() == "Review 2 changes"
    assert show().windowTitle() == "What can be changed here"


def test_the_folder_is_looked_for_from_home_on_and_may_be_left_unnamed(show: Show) -> None:
    dialog = show(change(1))
    seen: list[tuple[str, int]] = []

    def look() -> None:
        for chooser in QApplication.topLevelWidgets():
            if isinstance(chooser, QFileDialog):
                seen.append((chooser.directory().absolutePath(), chooser.width()))
                chooser.reject()

    QTimer.singleShot(300, look)
    assert ask_folder(dialog, "The project's folder", dialog.context.theme.px) == ""
    assert seen[0][0] == QDir.homePath()
    assert seen[0][1] >= dialog.context.theme.px(600)

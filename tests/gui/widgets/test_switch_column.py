"""Switches where signals are listed: painted, clicked, flipped by keyboard, with the receipt beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton

from core.toggles.model import ToggleState
from gui.dialogs.preview import PreviewDialog
from gui.marks import Mark
from gui.models.roles import Column, Role
from gui.models.store import Query
from gui.pages.signals import SignalsPage
from gui.switch_paint import SwitchState, paint_switch
from gui.widgets.receipt import ReceiptCard
from gui.widgets.recommended import RecommendedCard
from gui.widgets.signal_panel import SignalPanel
from gui.widgets.signal_view import SignalView
from gui.widgets.switch import Switch
from gui.widgets.switch_column import SwitchColumn
from gui.widgets.toggle_row import ToggleRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.application import Application
    from gui.models.changes import ChangeDesk


@pytest.fixture
def desk(application: Application, qtbot: QtBot) -> ChangeDesk:
    made = application.context.changes
    qtbot.waitUntil(lambda: bool(made.tools) and ("time-zone", made.tools[-1]) in made.states, timeout=20_000)
    return made


@pytest.fixture
def view(application: Application, desk: ChangeDesk) -> SignalView:
    application.window.show_page("signals")
    page = application.window.page("signals")
    assert isinstance(page, SignalsPage)
    made = page.findChild(SignalView)
    assert isinstance(made, SignalView)
    return made


def all_on(desk: ChangeDesk, toggle: str) -> bool:
    return all(desk.states[toggle, tool] is ToggleState.ON_VERIFIED for tool in desk.tools)


def click_switch(view: SignalView, qtbot: QtBot) -> None:
    box = view.switch_box(view.currentIndex())
    assert not box.isEmpty()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def test_the_column_of_switches_stays_in_sight_however_many_tools_there_are(view: SignalView) -> None:
    view.select_signal("time-zone")
    view.horizontalScrollBar().setValue(0)
    first = view.switch_box(view.currentIndex())
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    assert view.viewport().rect().contains(first)
    assert view.viewport().rect().contains(view.switch_box(view.currentIndex()))


def test_a_click_flips_shows_the_receipt_beside_the_row_and_undo_takes_it_back(view: SignalView, desk: ChangeDesk, qtbot: QtBot) -> None:
    view.select_signal("time-zone")
    click_switch(view, qtbot)
    qtbot.waitUntil(lambda: all_on(desk, "time-zone"), timeout=5000)
    bar = view.findChild(SwitchColumn)
    assert isinstance(bar, SwitchColumn)
    qtbot.waitUntil(bar.card.isVisible, timeout=5000)
    row = view.visualRect(view.currentIndex().siblingAtColumn(Column.NAME))
    top = view.viewport().mapFrom(view, QPoint(0, bar.card.y())).y()
    assert 0 <= top - row.bottom() < 12
    undo = next(child for child in bar.card.findChildren(QAbstractButton) if child.text() == "Undo")
    undo.click()
    qtbot.waitUntil(lambda: desk.states["time-zone", "claude-code"] is ToggleState.OFF, timeout=5000)
    qtbot.waitUntil(lambda: "Undone" in bar.card.accessibleName(), timeout=5000)


def test_space_flips_the_switch_of_the_row_with_the_keyboard(view: SignalView, desk: ChangeDesk, qtbot: QtBot) -> None:
    view.select_signal("hostname")
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: all_on(desk, "host-name"), timeout=5000)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.states["host-name", "claude-code"] is ToggleState.OFF, timeout=5000)


def test_a_switch_says_everything_before_the_click_also_to_a_screen_reader(view: SignalView) -> None:
    view.select_signal("time-zone")
    cell = view.currentIndex().sibling(view.currentIndex().row(), view.model().columnCount() - 1)
    said = str(cell.data(Qt.ItemDataRole.AccessibleTextRole))
    for word in ("Off.", "Hides: ", "Side effect: ", "Undo: ", "next start"):
        assert word in said
    assert cell.data(Qt.ItemDataRole.ToolTipRole) == said


def test_a_signal_that_nothing_hides_has_no_switch(view: SignalView) -> None:
    view.select_signal("boot-id")
    cell = view.currentIndex().sibling(view.currentIndex().row(), view.model().columnCount() - 1)
    assert cell.data(Role.SWITCH) is None


def test_a_click_beside_the_switches_picks_the_row_and_changes_nothing(view: SignalView, desk: ChangeDesk, qtbot: QtBot) -> None:
    view.select_signal("time-zone")
    name = view.visualRect(view.currentIndex().siblingAtColumn(Column.NAME))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=name.center())
    qtbot.wait(100)
    assert desk.changes == ()


def test_a_tool_page_switches_for_that_tool_alone(application: Application, desk: ChangeDesk, qtbot: QtBot) -> None:
    application.window.show_tool("claude-code")
    page = application.window.page("tools")
    view = next(item for item in page.findChildren(SignalView) if item.isVisible())
    view.select_signal("time-zone")
    qtbot.wait(50)
    click_switch(view, qtbot)
    qtbot.waitUntil(lambda: desk.states["time-zone", "claude-code"] is ToggleState.ON_VERIFIED, timeout=5000)
    others = {desk.states["time-zone", tool] for tool in desk.tools if tool != "claude-code"}
    assert others == {ToggleState.OFF}


def test_recommended_changes_are_shown_before_anything_is_done(application: Application, desk: ChangeDesk, qtbot: QtBot) -> None:
    application.window.show_page("overview")
    card = application.window.page("overview").findChild(RecommendedCard)
    assert isinstance(card, RecommendedCard)
    press = next(child for child in card.findChildren(QAbstractButton) if "Review" in child.text())
    press.click()
    qtbot.waitUntil(lambda: bool(card.findChildren(PreviewDialog)), timeout=5000)
    dialog = card.findChildren(PreviewDialog)[0]
    assert desk.changes == ()
    assert dialog.agreed().changes
    dialog.reject()


def test_every_state_of_a_switch_looks_different_without_colour(application: Application) -> None:
    seen = set()
    for state in SwitchState:
        picture = QImage(64, 36, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        paint_switch(painter, QRectF(0, 0, 64, 36), state, application.context.theme)
        painter.end()
        grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
        seen.add(bytes(grey.constBits())[: grey.sizeInBytes()])
    assert len(seen) == len(SwitchState)


def test_what_a_switch_hides_shows_as_hidden_and_counts(application: Application, desk: ChangeDesk, view: SignalView, qtbot: QtBot) -> None:
    tools, store = application.context.tools, application.context.store
    qtbot.waitUntil(lambda: tools.cell("claude-code", "offset-in-files") is not None, timeout=20_000)
    view.select_signal("time-zone")
    click_switch(view, qtbot)
    qtbot.waitUntil(lambda: tools.mark("claude-code", "offset-in-files") is Mark.HIDDEN, timeout=5000)
    assert tools.sentence("claude-code", "offset-in-files").startswith("Hidden when Claude Code is started through Telltale.")
    assert store.count(Query(tool_marks=frozenset({Mark.HIDDEN}))) >= 2
    qtbot.waitUntil(
        lambda: tools.mark("codex-cli", "time-zone") is Mark.HIDDEN, timeout=5000
    )  # what was made up as sent does not outrank it
    application.context.changes.undo_all()
    qtbot.waitUntil(lambda: tools.mark("claude-code", "offset-in-files") is not Mark.HIDDEN, timeout=5000)
    qtbot.waitUntil(lambda: tools.mark("codex-cli", "time-zone") is Mark.SAW_SENT, timeout=5000)


def test_the_panel_has_the_switch_with_all_its_words_and_its_receipt(application: Application, desk: ChangeDesk, qtbot: QtBot) -> None:
    application.window.show_signal("time-zone")
    panel = application.window.page("signals").findChild(SignalPanel)
    assert isinstance(panel, SignalPanel)
    rows = [item for item in panel.findChildren(ToggleRow) if item.isVisibleTo(panel)]
    assert len(rows) == 1
    switch = rows[0].findChild(Switch)
    assert isinstance(switch, Switch)
    assert "Side effect: " in switch.accessibleDescription()
    switch.click()
    qtbot.waitUntil(lambda: all_on(desk, "time-zone"), timeout=5000)
    qtbot.waitUntil(lambda: any(card.isVisibleTo(panel) and card.receipts for card in panel.findChildren(ReceiptCard)), timeout=5000)


def test_a_tools_own_settings_say_why_they_cannot_be_switched_on_an_invented_machine(application: Application, desk: ChangeDesk) -> None:
    application.window.show_tool("gemini-cli")
    rows = application.window.page("tools").findChildren(ToggleRow)
    switches = [switch for item in rows for switch in item.findChildren(Switch)]
    assert switches
    assert any("recorded machine" in switch.accessibleDescription() and not switch.isEnabled() for switch in switches)

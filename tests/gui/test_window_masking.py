"""Canary values planted in every signal must not come out anywhere but in a held reveal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from core.errors import RevealRefusedError
from core.model import Origin
from core.probes.result import Ok, source
from core.redact import MaskKind, RevealGate, Sensitive
from gui.bridge import Batch
from gui.models.roles import Column, Role
from gui.models.signal_filter import SignalFilter
from gui.pages.signals import SignalsPage
from gui.widgets.reveal import RevealButton, RevealHold
from gui.widgets.signal_view import SignalView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from core.model import Reading
    from gui.application import Application
    from gui.models.signal_table import SignalTable
    from gui.models.store import Store

CANARY = "qxzcanary"
KINDS = [kind for kind in MaskKind if kind is not MaskKind.OPEN]
RAW = {
    MaskKind.EMAIL: f"{CANARY}@{CANARY}.example",
    MaskKind.PATH: f"/home/{CANARY}/{CANARY}",
    MaskKind.URL: f"http://{CANARY}.{CANARY}.example:1",
}


def canary(kind: MaskKind) -> Sensitive:
    return Sensitive(RAW.get(kind, CANARY), kind)


def planted(reading: Reading, number: int) -> Reading:
    result = Ok((canary(KINDS[number % len(KINDS)]),))
    return replace(reading, result=result, sources=(source("TZ", Origin.ENVIRONMENT, result),), verdict="")


def plant(store: Store) -> None:
    batch = Batch()
    for number, signal in enumerate(store.signals):
        reading = store.reading(signal)
        assert reading is not None
        batch.readings[signal] = planted(reading, number)
    store.take(batch)


def everything_said(root: QWidget) -> list[str]:
    """Return every text a widget tree shows or tells: labels, tooltips, names, and what screen readers are given."""
    said: list[str] = []
    for widget in [root, *root.findChildren(QWidget)]:
        said += [widget.toolTip(), widget.statusTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
        if isinstance(widget, QLabel):
            said.append(widget.text())
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None:
            said += [interface.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value)]
    return said


def test_no_role_of_any_cell_tells_a_canary(table: SignalTable, store: Store) -> None:
    plant(store)
    roles = [*(role.value for role in Qt.ItemDataRole), *Role]
    for model in (table, SignalFilter(table, store)):
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                index = model.index(row, column)
                told = [repr(index.data(role)) for role in roles] + [repr(model.itemData(index))]
                assert not [text for text in told if CANARY in text]


def test_dragging_and_copying_give_masked_text(table: SignalTable, store: Store) -> None:
    plant(store)
    indexes = [table.index(row, column) for row in range(table.rowCount()) for column in range(3)]
    data = table.mimeData(indexes)
    assert data.formats() == ["text/plain"]
    assert CANARY not in data.text()
    assert "\u2022" in data.text()


def test_the_proxy_drags_masked_text_too(table: SignalTable, store: Store) -> None:
    plant(store)
    proxy = SignalFilter(table, store)
    data = proxy.mimeData([proxy.index(row, 1) for row in range(proxy.rowCount())])
    for kind in data.formats():
        assert CANARY.encode() not in bytes(data.data(kind).data())
        assert CANARY.encode("utf-16-be") not in bytes(data.data(kind).data())


def test_storing_an_item_in_a_stream_gives_masked_text(table: SignalTable, store: Store) -> None:
    plant(store)
    buffer = QByteArray()
    stream = QDataStream(buffer, QIODevice.OpenModeFlag.WriteOnly)
    for value in table.itemData(table.index(table.row_of("time-zone"), Column.VALUE)).values():
        stream.writeQString(str(value))
    assert CANARY.encode("utf-16-be") not in bytes(buffer.data())


def test_no_page_tells_a_canary(application: Application, qtbot: QtBot) -> None:
    context, window = application.context, application.window
    plant(context.store)
    for page in ("overview", "signals", "presentation", "settings"):
        window.show_page(page)
        window.page(page).complete()
        assert not [text for text in everything_said(window) if CANARY in text], page
    for signal in context.store.signals:
        window.show_signal(signal)
        assert not [text for text in everything_said(window.page("signals")) if CANARY in text], signal


def test_the_clipboard_gets_masked_text(application: Application, qtbot: QtBot) -> None:
    plant(application.context.store)
    application.window.show_signal("time-zone")
    view = signals_view(application)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Time zone\t")
    assert CANARY not in copied


def test_happenings_carry_no_value(application: Application, qtbot: QtBot) -> None:
    plant(application.context.store)
    qtbot.wait(50)
    assert application.context.store.happenings
    assert not [text for text in everything_said(application.window) if CANARY in text]


def signals_view(application: Application) -> SignalView:
    page = application.window.page("signals")
    assert isinstance(page, SignalsPage)
    view = page.findChild(SignalView)
    assert isinstance(view, SignalView)
    return view


def key(kind: QKeyEvent.Type, *, repeats: bool = False) -> QKeyEvent:
    return QKeyEvent(kind, Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier, "r", repeats)


def test_holding_r_shows_one_value_and_letting_go_masks_it(application: Application, qtbot: QtBot) -> None:
    plant(application.context.store)
    application.window.show_signal("time-zone")
    view = signals_view(application)
    hold = view.findChild(RevealHold)
    assert isinstance(hold, RevealHold)
    view.keyPressEvent(key(QKeyEvent.Type.KeyPress))
    assert CANARY in str(hold.text("time-zone"))
    assert hold.text("locale") is None
    assert not [text for text in everything_said(application.window) if CANARY in text]
    view.keyReleaseEvent(key(QKeyEvent.Type.KeyRelease))
    assert hold.text("time-zone") is None


def test_a_held_value_is_masked_when_presentation_starts(application: Application, qtbot: QtBot) -> None:
    plant(application.context.store)
    application.window.show_signal("time-zone")
    view = signals_view(application)
    hold = view.findChild(RevealHold)
    assert isinstance(hold, RevealHold)
    view.keyPressEvent(key(QKeyEvent.Type.KeyPress))
    application.context.presentation.set_on(True)
    assert hold.text("time-zone") is None


def test_presentation_refuses_every_reveal(application: Application, qtbot: QtBot) -> None:
    plant(application.context.store)
    application.context.presentation.set_on(True)
    application.window.show_signal("time-zone")
    view = signals_view(application)
    assert view.reveal(view.currentIndex()) is False
    table = application.context.signals
    with pytest.raises(RevealRefusedError):
        table.reveal(table.index(table.row_of("time-zone"), 0), application.context.gate)
    eyes = application.window.findChildren(RevealButton)
    assert eyes
    assert not [eye for eye in eyes if eye.isVisible()]
    for eye in eyes:
        eye.held.emit(True)
    assert not [text for text in everything_said(application.window) if CANARY in text]


def test_the_masked_bar_stands_as_long_as_the_presentation(start: object, qtbot: QtBot) -> None:
    application: Application = start("developer-laptop", is_presenting=True)  # type: ignore[operator]  # the fixture's function
    bars = [item for item in application.window.findChildren(QLabel) if item.property("look") == "banner-masked"]
    assert [bar.isVisible() for bar in bars] == [True]
    application.window.commands.run("presentation")
    assert [bar.isVisible() for bar in bars] == [False]


def test_a_synthetic_machine_says_so_on_every_page(application: Application) -> None:
    banner = next(item for item in application.window.findChildren(QLabel) if item.property("look") == "banner-synthetic")
    for page in ("overview", "signals", "presentation", "settings"):
        application.window.show_page(page)
        assert banner.isVisible()
        assert application.context.store.eyes in banner.text()


def test_an_open_gate_reveals_and_a_locked_one_refuses() -> None:
    gate = RevealGate()
    assert canary(MaskKind.FULL).reveal(gate) == CANARY
    gate.lock()
    with pytest.raises(RevealRefusedError):
        canary(MaskKind.FULL).reveal(gate)

"""The scroll bar in the page's margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QScrollArea, QScrollBar, QVBoxLayout, QWidget

from gui.widgets.basic import scroll
from gui.widgets.floating_bar import FloatingBar

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MARGIN = 26


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    layout = QVBoxLayout()
    layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
    made.setLayout(layout)
    made.resize(400, 300)
    return made


def filled(host: QWidget, height: int) -> tuple[QScrollArea, QWidget]:
    content = QWidget()
    content.setMinimumHeight(height)
    area = scroll(content)
    layout = host.layout()
    assert layout is not None
    layout.addWidget(area)
    return area, content


def test_long_content_gets_a_bar_in_the_margin_and_keeps_its_width(host: QWidget, qtbot: QtBot) -> None:
    area, content = filled(host, 2000)
    bar = FloatingBar(area, host)
    host.show()
    qtbot.waitUntil(bar.isVisible, timeout=2000)
    assert content.width() == host.width() - 2 * MARGIN
    assert area.geometry().right() < bar.geometry().left()
    assert bar.geometry().right() < host.width()
    assert bar.maximum() == area.verticalScrollBar().maximum() > 0


def test_content_that_fits_has_no_bar(host: QWidget, qtbot: QtBot) -> None:
    area, content = filled(host, 100)
    bar = FloatingBar(area, host)
    host.show()
    qtbot.waitExposed(host)
    qtbot.wait(20)
    assert not bar.isVisible()
    content.setMinimumHeight(900)
    qtbot.waitUntil(bar.isVisible, timeout=2000)


def test_bar_and_content_move_together(host: QWidget, qtbot: QtBot) -> None:
    area, _ = filled(host, 2000)
    bar: QScrollBar = FloatingBar(area, host)
    host.show()
    qtbot.waitUntil(bar.isVisible, timeout=2000)
    bar.setValue(120)
    assert area.verticalScrollBar().value() == 120
    area.verticalScrollBar().setValue(40)
    assert bar.value() == 40


def test_the_bar_goes_with_its_area(host: QWidget, qtbot: QtBot) -> None:
    area, _ = filled(host, 2000)
    bar = FloatingBar(area, host)
    host.show()
    qtbot.waitUntil(bar.isVisible, timeout=2000)
    area.hide()
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=2000)

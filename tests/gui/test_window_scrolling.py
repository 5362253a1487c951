"""On a small window nothing that scrolls stands inside something else that scrolls the same way: nobody is caught by a second bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLayout, QListView, QPushButton, QWidget

from gui.pages.registry import PAGES
from gui.widgets.signal_view import SignalView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.application import Application
    from gui.pages.overview import OverviewPage

SIZES = [(1024, 700, 100), (960, 640, 100), (1280, 800, 100), (1280, 800, 150), (1600, 1000, 100)]


def scrolls(widget: QWidget | None) -> bool:
    return isinstance(widget, QAbstractScrollArea) and widget.verticalScrollBar().maximum() > 0


def above(widget: QWidget) -> list[QWidget]:
    parent = widget.parentWidget()
    return [] if parent is None else [parent, *above(parent)]


def nested(window: QWidget) -> list[str]:
    areas = [item for item in window.findChildren(QAbstractScrollArea) if item.isVisible() and scrolls(item)]
    return [f"{item.accessibleName() or item}" for item in areas if any(scrolls(parent) for parent in above(item))]


def settles_without_nested(window: QWidget, qtbot: QtBot) -> None:
    """A page is laid out, and laid out again for the place it has; a busy machine takes its time for both."""
    qtbot.wait(60)
    qtbot.waitUntil(lambda: nested(window) == [])


@pytest.fixture
def small(application: Application, qtbot: QtBot) -> Application:
    tools = application.context.tools
    qtbot.waitUntil(lambda: tools.has_looked and not tools.is_measuring, timeout=20_000)
    return application


@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_no_scroll_bar_stands_inside_another(small: Application, qtbot: QtBot, width: int, height: int, percent: int) -> None:
    window = small.window
    small.context.theme.set_text_percent(percent)
    window.resize(width, height)
    for entry in PAGES:
        window.show_page(entry.id)
        window.page(entry.id).complete()
        settles_without_nested(window, qtbot)
    window.show_tool(small.context.tools.installed[0], "time-zone")
    settles_without_nested(window, qtbot)
    window.show_signal("time-zone")
    settles_without_nested(window, qtbot)


def test_a_list_inside_another_area_is_found(qtbot: QtBot) -> None:
    from PySide6.QtCore import QStringListModel
    from PySide6.QtWidgets import QScrollArea, QVBoxLayout

    outer, content, inner = QScrollArea(), QWidget(), QListView()
    qtbot.addWidget(outer)
    inner.setModel(QStringListModel([str(number) for number in range(200)]))
    inner.setFixedHeight(900)
    layout = QVBoxLayout(content)
    layout.addWidget(inner)
    outer.setWidget(content)
    outer.resize(200, 300)
    outer.show()
    assert len(nested(outer)) == 1


def overview(application: Application) -> OverviewPage:
    page = application.window.page("overview")
    from gui.pages.overview import OverviewPage

    assert isinstance(page, OverviewPage)
    return page


def test_where_the_page_scrolls_the_first_rows_are_shown_and_the_others_are_a_click_away(small: Application, qtbot: QtBot) -> None:
    small.window.resize(960, 640)
    page = overview(small)
    view = page.findChild(SignalView)
    assert view is not None
    more = [item for item in page.findChildren(QPushButton) if "more that say much" in item.text()]
    qtbot.waitUntil(more[0].isVisible)
    left_out = int(more[0].text().split()[0])
    hidden = [row for row in range(view.model().rowCount()) if view.isRowHidden(row, view.rootIndex())]
    assert len(hidden) == left_out > 0
    more[0].click()
    assert small.window.current_page == "signals"
    small.window.show_page("overview")
    small.window.resize(1600, 1100)
    qtbot.waitUntil(lambda: not more[0].isVisible())
    assert not any(view.isRowHidden(row, view.rootIndex()) for row in range(view.model().rowCount()))


def test_the_page_follows_the_row_that_the_keyboard_is_on(small: Application, qtbot: QtBot) -> None:
    small.window.resize(1024, 700)
    page = overview(small)
    view = page.findChild(SignalView)
    assert view is not None
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() == 0)
    qtbot.wait(50)  # the bar in the margin follows a moment later
    view.setFocus()
    for _ in range(14):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    box = view.visualRect(view.currentIndex())
    assert view.currentIndex().row() in {13, 14}
    assert view.viewport().visibleRegion().contains(box.center())


def with_words(layout: QLayout) -> set[bool]:
    widgets = [item.widget() for place in range(layout.count()) if (item := layout.itemAt(place)) is not None]
    return {bool(widget.text().strip()) for widget in widgets if isinstance(widget, QPushButton)}


@pytest.mark.parametrize("page", ["changes", "requests"])
def test_buttons_keep_their_words_wherever_a_line_has_room_for_them(small: Application, qtbot: QtBot, page: str) -> None:
    small.window.show_page(page)
    words = small.window.page(page).head_actions
    for percent, width, has_words in ((100, 960, True), (150, 1280, True), *(((200, 960, False),) if page == "changes" else ())):
        small.context.theme.set_text_percent(percent)
        small.window.resize(width, 700)
        qtbot.wait(60)
        qtbot.waitUntil(lambda has_words=has_words: with_words(words) == {has_words})  # type: ignore[misc]  # a default binds the wish

"""The window as a person meets it: by keyboard only, in every size, with every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from core.model import Group
from gui.marks import Mark
from gui.models.store import Query
from gui.pages.registry import PAGES
from gui.pages.signals import SignalsPage
from gui.queries import COUNTS
from gui.theme import ThemeChoice
from gui.widgets.basic import ElidedLabel
from gui.widgets.count_card import CountCard
from gui.widgets.finder import Finder
from gui.widgets.marker_card import MarkerCard
from gui.widgets.notice import Notice
from gui.widgets.signal_panel import SignalPanel
from gui.widgets.signal_view import SignalView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gui.application import Application

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
PAGE_IDS = [entry.id for entry in PAGES]


def controls(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        if (
            isinstance(widget, CONTROLS)
            and not isinstance(widget, (QHeaderView, QScrollBar))
            and widget.objectName() != "qt_spinbox_lineedit"
        ):
            yield widget


def signals_page(application: Application) -> SignalsPage:
    page = application.window.page("signals")
    assert isinstance(page, SignalsPage)
    return page


def activate(application: Application, qtbot: QtBot) -> None:
    def is_active() -> bool:
        application.window.activateWindow()
        return application.window.isActiveWindow()

    qtbot.waitUntil(is_active)


@pytest.fixture
def filled(application: Application, qtbot: QtBot) -> Application:
    """The window after somebody switched something, with a change in its list and a request on its page."""
    window, desk, pair = application.window, application.context.changes, ("time-zone", "claude-code")
    qtbot.waitUntil(lambda: pair in desk.states, timeout=20_000)
    desk.plan([pair], desk.apply)
    qtbot.waitUntil(lambda: bool(desk.active) and not desk.is_busy, timeout=5000)
    for page in ("changes", "requests", "overview"):
        window.show_page(page)
        if page == "requests":
            qtbot.waitUntil(lambda: bool(window.page("requests").findChildren(MarkerCard)), timeout=10_000)
    return application


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_every_control_of_every_page_has_a_name_for_screen_readers(filled: Application) -> None:
    window = filled.window
    for page in PAGE_IDS:
        window.show_page(page)
        window.page(page).complete()
    window.show_signal("time-zone")
    window.open_finder()
    nameless = [
        f"{type(part).__name__} in {type(part.parent()).__name__}" for part in controls(window) if not part.accessibleName().strip()
    ]
    assert nameless == []


def test_controls_without_text_say_what_they_do(filled: Application) -> None:
    window = filled.window
    for page in PAGE_IDS:
        window.show_page(page)
        window.page(page).complete()
    window.show_signal("time-zone")
    silent = [
        widget.accessibleName()
        for widget in controls(window)
        if not widget.accessibleDescription() and not widget.toolTip() and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert silent == []


@pytest.mark.parametrize("page", PAGE_IDS)
def test_the_tab_key_reaches_every_control_of_a_page(filled: Application, qtbot: QtBot, page: str) -> None:
    window = filled.window
    activate(filled, qtbot)
    window.show_page(page)
    wanted = {
        widget
        for widget in controls(window.page(page))
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, QScrollArea)
    }
    window.page(page).setFocus()
    reached: set[QWidget] = set()
    for _ in range(len(wanted) * 3 + 20):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        reached.add(focus())
    missed = [widget.accessibleName() for widget in wanted - reached if not exclusive_neighbour(widget, reached)]
    assert missed == []


def exclusive_neighbour(widget: QWidget, reached: set[QWidget]) -> bool:
    """Whether a button of an exclusive group is reached by the arrow keys from one that was reached by Tab."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(button in reached for button in group.buttons())


def test_nothing_that_takes_the_keyboard_is_hidden_from_the_eye(application: Application) -> None:
    for page in PAGE_IDS:
        application.window.show_page(page)
        holders = [widget for widget in application.window.page(page).findChildren(QAbstractScrollArea) if isinstance(widget, QScrollArea)]
        assert not [area for area in holders if area.focusPolicy() & Qt.FocusPolicy.TabFocus]


def test_a_keyboard_only_walk_from_the_start_to_a_revealed_signal(application: Application, qtbot: QtBot) -> None:
    window = application.window
    activate(application, qtbot)
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus(), "time zo")
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    assert window.current_page == "signals"
    page = signals_page(application)
    panel = page.findChild(SignalPanel)
    assert isinstance(panel, SignalPanel)
    assert (panel.isVisible(), panel.signal_id) == (True, "time-zone")
    view = page.findChild(SignalView)
    assert isinstance(view, SignalView)
    assert focus() is view
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert panel.signal_id != "time-zone"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    QTest.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus(), "git")
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    assert focus() is view
    QTest.keyClick(view, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.current_page == "overview"


def test_escape_closes_the_finder_and_nothing_else(application: Application) -> None:
    window = application.window
    window.open_finder()
    finder = window.findChild(Finder)
    assert isinstance(finder, Finder)
    assert finder.isVisible()
    edit = finder.findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not finder.isVisible()
    assert window.current_page == "overview"


@pytest.mark.parametrize("number", range(len(COUNTS)))
def test_a_count_is_what_its_click_shows(application: Application, number: int) -> None:
    store = application.context.store
    cards = application.window.page("overview").findChildren(CountCard)
    cards[number].click()
    page = signals_page(application)
    view = page.findChild(SignalView)
    assert isinstance(view, SignalView)
    shown = {item for item in store.signals if view.select_signal(item)}
    assert cards[number].number == len(shown) == store.count(COUNTS[number].query)


def test_a_filter_that_fits_nothing_says_so_and_offers_a_way_back(application: Application) -> None:
    page = signals_page(application)
    application.window.show_page("signals")
    page.show_query(Query(text="no signal has these words"))
    notice = page.findChild(Notice)
    assert isinstance(notice, Notice)
    assert notice.isVisible()
    notice.acted.emit()
    assert not notice.isVisible()


def test_a_signal_that_is_not_in_the_catalogue_opens_no_empty_panel(application: Application) -> None:
    application.window.show_signal("no-such-signal")
    panel = signals_page(application).findChild(SignalPanel)
    assert isinstance(panel, SignalPanel)
    assert (application.window.current_page, panel.isVisible()) == ("signals", False)


def test_showing_a_signal_drops_a_filter_that_hides_it(application: Application) -> None:
    page = signals_page(application)
    application.window.show_query(Query(groups=frozenset({Group.SECRETS})))
    application.window.show_signal("time-zone")
    view = page.findChild(SignalView)
    assert isinstance(view, SignalView)
    assert view.current_signal() == "time-zone"


def test_a_machine_that_cannot_be_opened_says_what_to_do(start: Callable[..., Application]) -> None:
    application = start("no-such-persona")
    notice = application.window.page("overview").findChild(Notice)
    assert isinstance(notice, Notice)
    assert notice.isVisible()
    assert "persona" in application.context.store.error


def test_another_machine_replaces_all_rows(application: Application, qtbot: QtBot) -> None:
    store = application.context.store
    before = store.eyes
    application.context.session.open("office-desktop")
    qtbot.waitUntil(lambda: store.eyes != before and store.has_readings and not store.is_scanning, timeout=20_000)
    assert {store.mark(item) for item in store.signals} - {Mark.NOT_MEASURED}


def test_the_window_comes_back_as_it_was(start: Callable[..., Application]) -> None:
    first = start()
    first.window.show_page("settings")
    first.window.resize(1100, 720)
    first.window.close()
    second = start()
    assert second.window.current_page == "settings"
    assert (second.context.settings.window.width, second.context.settings.window.height) == (1100, 720)


def test_the_first_run_note_stays_away_once_dismissed(start: Callable[..., Application]) -> None:
    first = start()
    note = next(button for button in first.window.findChildren(QAbstractButton) if button.text() == "Got it")
    note.click()
    first.window.close()
    second = start()
    assert not [button for button in second.window.findChildren(QAbstractButton) if button.text() == "Got it"]


@pytest.mark.parametrize(("percent", "width", "height"), [(100, 960, 640), (150, 1280, 800), (200, 1280, 720), (200, 960, 640)])
def test_every_page_fits_in_every_size(application: Application, qtbot: QtBot, percent: int, width: int, height: int) -> None:
    window = application.window
    application.context.theme.set_text_percent(percent)
    window.resize(width, height)
    for page in PAGE_IDS:
        window.show_page(page)
        qtbot.wait(30)
        right = window.page(page).width()
        outside = [
            f"{type(widget).__name__} {widget.accessibleName()}"
            for widget in controls(window.page(page))
            if widget.isVisible() and widget.mapTo(window.page(page), widget.rect().topRight()).x() > right
        ]
        assert (window.width(), window.height()) == (width, height)
        assert outside == []


def test_both_themes_paint_every_page(application: Application, qtbot: QtBot) -> None:
    window = application.window
    grounds = set()
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        application.context.theme.set_choice(choice)
        for page in PAGE_IDS:
            window.show_page(page)
            picture = window.grab().toImage()
            assert picture.pixelColor(picture.width() - 4, 300) == application.context.theme.colour("window")
        grounds.add(picture.pixelColor(picture.width() - 4, 300).name())
    assert len(grounds) == 2


def test_a_long_text_is_shortened_and_told_in_full(qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long text that cannot fit " * 4)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.text().endswith("\u2026")
    assert label.toolTip() == label.full_text() == label.accessibleName()
    label.set_text("")
    assert (label.text(), label.toolTip()) == ("", "")


def test_every_shortcut_is_used_once(application: Application) -> None:
    shortcuts = [command.shortcut for command in application.window.commands if command.shortcut]
    assert len(shortcuts) == len(set(shortcuts))

"""The Settings page: what is below the fold comes after what is seen; the inspector's key is removed with one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from core.watch.inspector_run import inspector_folder
from gui.pages.settings import SettingsPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.application import Application


@pytest.mark.parametrize("is_there", [True, False])
def test_the_inspectors_key_is_removed_with_one_click(
    application: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = inspector_folder()
    if is_there:
        folder.mkdir(parents=True)
        (folder / "ca-key.pem").write_text("x")
    page = application.window.page("settings")
    found = [item for item in page.findChildren(QAbstractButton) if "inspector's key" in item.accessibleName()]
    assert len(found) == 1
    found[0].click()
    qtbot.waitUntil(lambda: found[0].text() == ("Removed" if is_there else "There was none"))
    assert not folder.exists()
    assert not found[0].isEnabled()


class Painted(QObject):
    """Notes where the cards were each time they were painted."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(page)
        self._page = page
        self.places: list[list[tuple[int, int]]] = []
        _content(page).installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's own name
        if event.type() == QEvent.Type.Paint:
            self.places.append([(card.y(), card.height()) for card in _cards(self._page)])
        return super().eventFilter(watched, event)


def test_what_is_below_the_fold_is_made_after_what_is_seen_and_nothing_moves(application: Application, qtbot: QtBot) -> None:
    window = application.window
    window.show_page("settings")
    page = window.findChild(SettingsPage)
    assert page is not None
    seen = len(_cards(page))
    painted = Painted(page)
    qtbot.waitUntil(lambda: any("of this app: " in item.accessibleName() for item in page.findChildren(QLabel)))
    qtbot.waitUntil(lambda: bool(painted.places) and len(painted.places[-1]) > seen)
    first = painted.places[0][:seen]
    bottom = _content(page).mapTo(window, QPoint(0, sum(first[-1]))).y()
    assert bottom > 0.8 * window.height()  # the window is filled at once
    meanwhile = [places[:seen] for places in painted.places if len(places) < len(_cards(page))]  # what is measured later may grow
    assert meanwhile == [first] * len(meanwhile)
    assert "About Telltale" in {item.text() for item in _cards(page)[-1].findChildren(QLabel)}


def test_leaving_before_the_page_is_whole_measures_nothing_until_it_is_seen_again(application: Application, qtbot: QtBot) -> None:
    window = application.window
    window.show_page("settings")
    window.show_page("overview")
    page = window.findChild(SettingsPage)
    assert page is not None
    page.complete()
    qtbot.wait(20)
    assert not page._audit_timer.isActive()
    window.show_page("settings")
    assert page._audit_timer.isActive()


def _content(page: SettingsPage) -> QWidget:
    found = page.findChild(QWidget, "scroll")
    assert isinstance(found, QWidget)
    return found


def _cards(page: SettingsPage) -> list[QWidget]:
    layout = _content(page).layout()
    assert layout is not None
    items = [layout.itemAt(place) for place in range(layout.count())]
    return [widget for item in items if item is not None and (widget := item.widget()) is not None]

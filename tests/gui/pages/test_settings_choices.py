"""The Settings page: every choice has its effect, and is there again after the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSystemTrayIcon

from core.history import Event, EventKind, History
from core.keeping import kept_days
from core.watch.store import Store
from core.watch.store_model import CaptureSession, SessionState
from gui import tray
from gui.app import Options
from gui.application import Application, make_application
from gui.settings import Settings
from gui.widgets.choice import ChoiceBox
from gui.widgets.keeping_card import KeepingCard
from gui.widgets.policy_card import PolicyCard
from gui.widgets.switch import Switch
from gui.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give Telltale a home of its own with an old and a new entry, and an old capture."""
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    clock = [1_000_000_000.0]
    history = History(now=lambda: clock[0], most_days=10**6)
    history.add(Event(EventKind.POLICY, "Old."))
    history.close()
    newer = History(most_days=10**6)
    newer.add(Event(EventKind.POLICY, "New."))
    newer.close()
    with Store() as store:
        store.begin(CaptureSession("old", "toy", "1", "proxy", clock[0]))
        store.end("old", SessionState.ENDED, "", is_complete=True, at=clock[0])


def switch(page: QWidget, name: str) -> Switch:
    return next(item for item in page.findChildren(Switch) if item.accessibleName() == name)


def texts(widget: QWidget) -> str:
    return "\n".join(item.text() for item in widget.findChildren(QLabel))


def saved(application: Application, tmp_path: Path) -> Settings:
    application.context.settings.save()
    return Settings(tmp_path / "config", tmp_path / "state")


@pytest.mark.usefixtures("kept")
def test_a_shorter_time_removes_what_is_older_from_both_stores(start: Callable[..., Application], qtbot: QtBot) -> None:
    application = start()
    application.window.show_page("settings")
    card = application.window.page("settings").findChild(KeepingCard)
    assert card is not None
    box = card.findChild(ChoiceBox)
    assert box is not None
    assert box.currentText() == "90 days"
    box.setCurrentIndex(box.findData(7))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: kept_days() == 7 and "happened: 1. Recordings of what a tool sent: 0." in texts(card))
    assert [event.text for event in History().timeline()] == ["New."]
    with Store() as store:
        assert store.sessions() == ()


@pytest.mark.usefixtures("kept")
def test_all_that_is_kept_is_removed_at_the_second_click_only(start: Callable[..., Application], qtbot: QtBot) -> None:
    application = start()
    application.window.show_page("settings")
    card = application.window.page("settings").findChild(KeepingCard)
    assert card is not None
    qtbot.waitUntil(lambda: "happened: 1." in texts(card))
    remove = card.findChild(QPushButton)
    assert remove is not None
    remove.click()
    assert remove.text() == "Remove for good?"
    assert len(History().timeline()) == 1
    remove.click()
    qtbot.waitUntil(lambda: "happened: 0." in texts(card))
    assert History().timeline() == ()
    assert not remove.isEnabled()


def test_the_policy_of_the_machine_is_shown_with_its_place_and_what_it_fixes(application: Application, qtbot: QtBot) -> None:
    card = application.window.page("settings").findChild(PolicyCard)
    assert card is not None
    qtbot.waitUntil(lambda: "In force" in texts(card))
    said = texts(card)
    assert "/etc/telltale/policy.toml" in said
    assert "Harbour Example" in said
    assert "Claude Code: High risk since 3 November" in said
    assert "never writes it" in said


def test_without_a_policy_the_places_where_one_is_looked_for_are_told(
    start: Callable[..., Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    application = start("office-desktop")
    card = application.window.page("settings").findChild(PolicyCard)
    assert card is not None
    monkeypatch.setattr(type(application.context.store), "is_synthetic", False)
    application.context.tools.policy = None
    application.context.tools.policy_changed.emit()
    qtbot.waitUntil(lambda: texts(card).count("no policy in force") == 2)
    assert "/etc/telltale/policy.toml" in texts(card)
    assert str(tmp_path / "config" / "telltale" / "policy.toml") in texts(card)


def test_a_start_with_locked_values_shows_the_bar_and_lasts(application: Application, tmp_path: Path) -> None:
    switch(application.window.page("settings"), "Start with all values locked").click()
    settings = saved(application, tmp_path)
    assert settings.choices.starts_presenting
    again = Application(make_application(), Options("developer-laptop"), settings)
    assert again._presentation.is_on
    again.close()


def test_telltale_starts_in_the_tray_and_goes_back_to_it(
    application: Application, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(application.window.page("settings"), "Start in the tray").click()
    settings = saved(application, tmp_path)
    monkeypatch.setattr(tray, "is_there", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda _self: None)
    monkeypatch.setattr(MainWindow, "raise_", lambda _self: None)
    event = QCloseEvent()
    application.window.closeEvent(event)
    assert (event.isAccepted(), application.window.isVisible()) == (False, False)
    again = Application(make_application(), Options(), settings)
    monkeypatch.setattr("gui.session.Session.open", lambda _self, _persona: None)
    with qtbot.waitSignal(again.completed, timeout=20_000):
        again.show()
    assert not again.window.isVisible()
    again.window.come_forward()
    assert again.window.isVisible()
    again.window.leave()
    assert not again.window.isVisible()
    again.close()


@pytest.mark.parametrize(("is_there", "options"), [(False, Options()), (True, Options(page="signals"))])
def test_without_a_tray_or_with_a_wish_the_window_opens(
    application: Application, monkeypatch: pytest.MonkeyPatch, is_there: bool, options: Options
) -> None:
    monkeypatch.setattr(tray, "is_there", lambda: is_there)
    application.window.hide()
    application.context.settings.change(starts_in_tray=True)
    monkeypatch.setattr(application, "_options", options)
    application.show()
    assert application.window.isVisible()

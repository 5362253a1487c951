"""Settings: starting tools by their own names is set up after a preview, and taken away without a trace."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from core.toggles import shims
from gui.dialogs.shims import ShimsDialog
from gui.models.store import Store
from gui.widgets.shims_card import ShimsCard
from tests.fakes.shimmed import Shimmed

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.application import Application


@pytest.fixture
def shimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shimmed:
    made = Shimmed(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("PATH", made.env["PATH"])
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    return made


@pytest.fixture
def card(application: Application, qtbot: QtBot, shimmed: Shimmed, monkeypatch: pytest.MonkeyPatch) -> ShimsCard:
    monkeypatch.setattr(Store, "is_synthetic", property(lambda _store: False))
    application.window.show_page("settings")
    found: list[ShimsCard] = application.window.page("settings").findChildren(ShimsCard)
    qtbot.waitUntil(lambda: _button(found[0], "Set up").isEnabled())
    return found[0]


def _button(card: ShimsCard, text: str) -> QPushButton:
    return next(item for item in card.findChildren(QPushButton) if item.accessibleName().startswith(text))


def _texts(card: ShimsCard | ShimsDialog) -> str:
    return "\n".join(item.text() for item in card.findChildren(QLabel))


def _tree(home: Path) -> dict[str, str]:
    own = {"journal", "made-folders", ".cache"}  # the record of changes, and what can be made again, stay until Telltale is uninstalled
    files = [path for path in home.rglob("*") if path.is_file() and own.isdisjoint(path.parts)]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _preview(card: ShimsCard, qtbot: QtBot) -> ShimsDialog:
    _button(card, "Set up").click()
    qtbot.waitUntil(lambda: bool(card.window().findChildren(ShimsDialog)))
    found: list[ShimsDialog] = card.window().findChildren(ShimsDialog)
    return found[0]


def test_the_preview_lists_everything_and_escape_changes_nothing(card: ShimsCard, shimmed: Shimmed, qtbot: QtBot) -> None:
    before = _tree(shimmed.home)
    dialog = _preview(card, qtbot)
    for line in shims.preview({"claude": "claude-code"}):
        assert line.replace(str(shimmed.home), "~") in _texts(dialog)
    assert str(shimmed.home) not in _texts(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _button(card, "Set up").isEnabled())
    assert _tree(shimmed.home) == before
    assert "Not set up." in _texts(card)


def test_agreeing_makes_shims_that_run_and_remove_leaves_the_home_as_it_was(card: ShimsCard, shimmed: Shimmed, qtbot: QtBot) -> None:
    before = _tree(shimmed.home)
    dialog = _preview(card, qtbot)
    next(item for item in dialog.findChildren(QPushButton) if item.text().startswith("Make")).click()
    qtbot.waitUntil(lambda: _button(card, "Remove").isEnabled())
    done = shimmed.types("a")
    assert done.stdout.startswith(b"tool|1|a|")
    assert "Done." in _texts(card)
    assert "Reached first: claude." in _texts(card)
    _button(card, "Remove").click()
    qtbot.waitUntil(lambda: "Not set up." in _texts(card))
    assert "Taken away: claude" in _texts(card)
    assert _tree(shimmed.home) == before


def test_on_an_invented_machine_both_buttons_are_off_and_the_reason_is_said(application: Application, qtbot: QtBot) -> None:
    application.window.show_page("settings")
    card: ShimsCard = application.window.page("settings").findChildren(ShimsCard)[0]
    qtbot.waitUntil(lambda: "invented machine" in _texts(card))
    assert not _button(card, "Set up").isEnabled()
    assert not _button(card, "Remove").isEnabled()

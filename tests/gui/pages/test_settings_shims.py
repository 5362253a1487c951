"""Settings: starting tools by their own names is set up after a preview, and taken away without a trace; what fails is said."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Never

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget

from core.toggles import desktop, shims, shims_plan
from core.toggles.shims import ShimError
from core.toggles.shims_plan import ShimsPlan
from gui.dialogs.shims import ShimsDialog
from gui.models.store import Store
from gui.pages.settings import SettingsPage
from gui.widgets.shims_card import ShimsCard
from tests.fakes.shimmed import Shimmed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.application import Application
    from gui.context import Context

ENTRY = "dev.warp.Warp.desktop"
GENERIC = "Telltale could not finish this; nothing was changed."


@pytest.fixture
def shimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shimmed:
    made = Shimmed(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("PATH", made.env["PATH"])
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    menu = tmp_path / "share" / "applications" / ENTRY
    menu.parent.mkdir(parents=True)
    menu.write_text("[Desktop Entry]\nType=Application\nName=Warp\nExec=/opt/warp/warp %U\n")
    return made


@pytest.fixture
def card(application: Application, qtbot: QtBot, shimmed: Shimmed, monkeypatch: pytest.MonkeyPatch) -> ShimsCard:
    monkeypatch.setattr(Store, "is_synthetic", property(lambda _store: False))
    application.window.show_page("settings")
    found: list[ShimsCard] = application.window.page("settings").findChildren(ShimsCard)
    qtbot.waitUntil(lambda: _button(found[0], "Set up").isEnabled())
    return found[0]


def _button(card: QWidget, text: str) -> QPushButton:
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
    assert f"+ new file  ~/.local/share/applications/{ENTRY}  (menu entry of warp)" in _texts(dialog)
    assert str(shimmed.home) not in _texts(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _button(card, "Set up").isEnabled())
    assert _tree(shimmed.home) == before
    assert "Not set up." in _texts(card)


def test_agreeing_makes_shims_that_run_and_remove_leaves_the_home_as_it_was(card: ShimsCard, shimmed: Shimmed, qtbot: QtBot) -> None:
    before = _tree(shimmed.home)
    dialog = _preview(card, qtbot)
    _button(dialog, "Make").click()
    qtbot.waitUntil(lambda: _button(card, "Remove").isEnabled())
    done = shimmed.types("a")
    assert done.stdout.startswith(b"tool|1|a|")
    assert "Done." in _texts(card)
    assert "Reached first: claude." in _texts(card)
    assert "In the menu: Warp." in _texts(card)
    _button(card, "Remove").click()
    qtbot.waitUntil(lambda: "Not set up." in _texts(card))
    assert f"Taken away: claude, the line in ~/.bashrc, {ENTRY}." in _texts(card)
    assert _tree(shimmed.home) == before


def test_on_an_invented_machine_both_buttons_are_off_and_the_reason_is_said(application: Application, qtbot: QtBot) -> None:
    application.window.show_page("settings")
    card: ShimsCard = application.window.page("settings").findChildren(ShimsCard)[0]
    qtbot.waitUntil(lambda: "invented machine" in _texts(card))
    assert not _button(card, "Set up").isEnabled()
    assert not _button(card, "Remove").isEnabled()


def test_what_fails_is_said_in_a_sentence_and_the_buttons_come_back(
    card: ShimsCard, shimmed: Shimmed, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = _tree(shimmed.home)
    for step, known in (("plan", "Not set up."), ("take_away", "Not set up."), ("state", "")):
        for error, sentence in ((ShimError("It was refused, so nothing was made."), "It was refused,"), (OSError(), GENERIC)):
            with monkeypatch.context() as patch:
                patch.setattr(shims_plan, step, _raising(error))
                _press_for(card, step)
                qtbot.waitUntil(lambda sentence=sentence: sentence in _texts(card) and _button(card, "Set up").isEnabled())
                assert known in _texts(card)
                assert _button(card, "Remove").isEnabled() is (step == "state")  # what is not known may be there
                assert not card.window().findChildren(ShimsDialog)
            card.measure()
            qtbot.waitUntil(lambda sentence=sentence: sentence not in _texts(card) and not _button(card, "Remove").isEnabled())
    dialog = _preview(card, qtbot)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a:b"))
    _button(dialog, "Make").click()
    qtbot.waitUntil(lambda: "holds a colon or a line end" in _texts(card))
    assert "so nothing was made.\nNot set up." in _texts(card)
    assert _button(card, "Set up").isEnabled()
    assert _tree(shimmed.home) == before


def test_what_is_made_or_taken_away_in_part_is_told_with_the_rest(card: ShimsCard, shimmed: Shimmed, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("# theirs\n")
    (shimmed.home / ".bashrc").unlink()
    (shimmed.home / ".bashrc").symlink_to(tmp_path / "outside")
    _button(_preview(card, qtbot), "Make").click()
    qtbot.waitUntil(lambda: _button(card, "Remove").isEnabled())
    assert "Not all of it was made.\nThe shims are made and can be removed again. ~/.bashrc did not get its line" in _texts(card)
    assert "Reached first: claude.\nIn the menu: Warp." in _texts(card)
    assert "Done." not in _texts(card)
    entry = desktop.own_folder() / ENTRY
    entry.write_text(entry.read_text() + "Comment=theirs\n")
    _button(card, "Remove").click()
    qtbot.waitUntil(lambda: "Taken away: claude." in _texts(card) and _button(card, "Remove").isEnabled())
    assert f"The menu entry {ENTRY} was changed by another program, so it was left; remove it by hand." in _texts(card)
    assert "In the menu: Warp." in _texts(card)
    assert str(shimmed.home) not in _texts(card)
    assert (tmp_path / "outside").read_text() == "# theirs\n"


def test_the_keyboard_alone_sets_up_and_gives_up_and_comes_back(card: ShimsCard, shimmed: Shimmed, qtbot: QtBot) -> None:
    before = _tree(shimmed.home)
    window = card.window()
    make = _button(card, "Set up")
    qtbot.waitUntil(lambda: _is_active(window))
    _tab_to(window, make, window)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(make, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: bool(window.findChildren(ShimsDialog)))
        dialog: ShimsDialog = window.findChildren(ShimsDialog)[0]
        qtbot.waitUntil(lambda dialog=dialog: QApplication.focusWidget() is _button(dialog, "Cancel"))
        agree = _button(dialog, "Make")
        _tab_to(dialog, agree, dialog)
        with qtbot.waitSignal(dialog.finished):
            QTest.keyClick(agree, key)
        qtbot.waitUntil(lambda: _is_active(window) and QApplication.focusWidget() is make)
        assert (_tree(shimmed.home) == before) is (key == Qt.Key.Key_Escape)
    assert "Done." in _texts(card)
    _tab_to(window, _button(card, "Remove"), window)
    QTest.keyClick(_button(card, "Remove"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is make)  # nothing is left to remove
    assert _tree(shimmed.home) == before


def test_a_long_list_is_shown_whole_with_the_persons_own_files_first_and_scrolls_by_keys(card: ShimsCard, qtbot: QtBot) -> None:
    names = [f"tool-{number}" for number in range(120)]
    lines = (*(f"new file  ~/shims/{name}  (tool)" for name in names), "add line  ~/.bashrc: export PATH=x")
    dialog = ShimsDialog(_context_of(card), card.window(), ShimsPlan(dict.fromkeys(names, "tool"), (), lines, ("A sentence.",)))
    dialog.open()
    shown = _texts(dialog).splitlines()
    assert [text[2:] for text in shown if text.startswith("+ ")] == [lines[-1], *lines[:-1]]
    assert {"Added to your shell's files: 1", "New files: 120", "A sentence."} <= set(shown)
    bar = dialog.findChildren(QScrollArea)[0].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and _button(dialog, "Cancel").hasFocus())
    for key, wanted in ((Qt.Key.Key_End, bar.maximum), (Qt.Key.Key_Home, lambda: 0), (Qt.Key.Key_PageDown, bar.pageStep)):
        QTest.keyClick(_button(dialog, "Cancel"), key)
        assert bar.value() == wanted()
    dialog.reject()


def _context_of(card: ShimsCard) -> Context:
    page = card.window().findChild(SettingsPage)
    assert page is not None
    return page.context


def _is_active(window: QWidget) -> bool:
    window.activateWindow()  # a real desktop does so by itself
    return window.isActiveWindow()


def _tab_to(window: QWidget, wanted: QWidget, start: QWidget) -> None:
    for _ in range(60):
        if QApplication.focusWidget() is wanted:
            return
        QTest.keyClick(QApplication.focusWidget() or start, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {wanted.accessibleName()} of {window.windowTitle()}")


def _press_for(card: ShimsCard, step: str) -> None:
    """Do what a person does to come to a step."""
    if step == "state":
        card.measure()
    elif step == "plan":
        _button(card, "Set up").click()
        assert not _button(card, "Set up").isEnabled()
    else:
        _button(card, "Remove").setEnabled(True)  # as it is where others took the shims away meanwhile
        _button(card, "Remove").click()
        assert not _button(card, "Remove").isEnabled()


def _raising(error: Exception) -> Callable[..., Never]:
    def fail(*_arguments: object) -> Never:
        raise error

    return fail

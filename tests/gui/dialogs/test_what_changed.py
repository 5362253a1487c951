"""What changed for a tool: earlier looks in words, versions side by side, nothing claimed where nothing is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from core.model import Grade
from core.tools.exposure_book import Cell, Difference
from gui.dialogs.what_changed import WhatChangedDialog

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pytestqt.qtbot import QtBot

    from gui.application import Application

    Answer = tuple[Difference, ...] | None


def said(dialog: WhatChangedDialog) -> str:
    return "\n".join(item.text() for item in dialog.findChildren(QLabel))


def fields(dialog: WhatChangedDialog) -> list[QLineEdit]:
    return dialog.findChildren(QLineEdit)


class Desk:
    """Answers as the desk of a real machine does, when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime, Callable[[Answer], None]]] = []

    def ask_changed(self, tool: str, when: datetime, deliver: Callable[[Answer], None]) -> None:
        self.asked.append((tool, when, deliver))


@pytest.fixture
def desk(application: Application, monkeypatch: pytest.MonkeyPatch) -> Desk:
    context = application.window.context
    made = Desk()
    monkeypatch.setattr(type(context.store), "is_synthetic", False)
    monkeypatch.setattr(context, "tool_work", SimpleNamespace(desk=made))
    return made


def opened(application: Application) -> WhatChangedDialog:
    dialog = WhatChangedDialog(application.window.context, application.window, "claude-code")
    dialog.open()
    return dialog


def test_an_invented_machine_has_no_earlier_looks_and_says_so(application: Application) -> None:
    dialog = opened(application)
    assert "An invented machine has no earlier looks" in said(dialog)


def test_what_is_another_grade_than_then_is_told_in_words(application: Application, desk: Desk) -> None:
    dialog = opened(application)
    assert "Looking" in said(dialog)
    before, after = Cell(Grade.COULD_SEE, None, "2.1.169"), Cell(Grade.HIDDEN, Grade.REPORTED, "2.1.198")
    same = Difference("claude-code", "user-name", Cell(Grade.COULD_SEE, None, "2.1.169"), Cell(Grade.COULD_SEE, None, "2.1.198"))
    desk.asked[0][2]((Difference("claude-code", "time-zone", before, after), Difference("claude-code", "gone-signal", before, None), same))
    title = application.window.context.store.signals["time-zone"].title
    assert f"{title}: Could see \u2192 Hidden (Reported by others)" in said(dialog)
    assert "gone-signal: Could see \u2192 not known" in said(dialog)
    assert said(dialog).count("Compared are version 2.1.169 then and 2.1.198 now.") == 1
    assert application.window.context.store.signals["user-name"].title not in said(dialog)


@pytest.mark.parametrize(("answer", "words"), [((), "Nothing differs."), (None, "No look of this tool was kept from that time")])
def test_nothing_different_and_nothing_known_are_two_things(application: Application, desk: Desk, answer: Any, words: str) -> None:
    dialog = opened(application)
    desk.asked[0][2](answer)
    assert words in said(dialog)


def test_an_answer_to_an_older_question_or_to_a_closed_dialog_is_dropped(application: Application, desk: Desk) -> None:
    dialog = opened(application)
    choice = dialog.findChild(QComboBox)
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(2)
    assert (desk.asked[0][1] - desk.asked[1][1]).days == 22 or (desk.asked[0][1] - desk.asked[1][1]).days == 23
    desk.asked[0][2](())
    assert "Nothing differs." not in said(dialog)
    desk.asked[1][2](())
    assert "Nothing differs." in said(dialog)
    choice.setCurrentIndex(0)
    dialog.close()
    desk.asked[2][2](None)


def test_two_versions_tell_what_is_known_of_one_of_them_only(application: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(application.window.context.tools.version("claude-code")), timeout=20_000)
    dialog = opened(application)
    old, new = fields(dialog)
    assert new.text() == "2.1.169"
    old.setText("2.1.90")
    assert "known of 2.1.169 only" in said(dialog)
    assert "may hold for the other too" in said(dialog)
    old.setText("2.1.169")
    assert "does not show that they are alike" in said(dialog)
    old.setText("newest <b>")
    assert "That is no version" in said(dialog)
    old.clear()
    assert "Write two versions" in said(dialog)


def test_the_page_of_a_tool_opens_it(application: Application) -> None:
    application.window.show_tool("claude-code")
    page = application.window.page("tools")
    button = next(item for item in page.findChildren(QPushButton) if item.text().strip() == "What changed\u2026")
    assert button.isVisible()
    button.click()
    dialog = page.findChild(WhatChangedDialog)
    assert isinstance(dialog, WhatChangedDialog)
    assert dialog.accessibleName() == "What changed: Claude Code"
    dialog.close()

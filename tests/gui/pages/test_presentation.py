"""The Presentation page: the machine, the story page by page, and the command that starts locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from gui.app import parse
from gui.pages.presentation import COMMAND

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.application import Application


def press(application: Application, text: str) -> QPushButton:
    page = application.window.page("presentation")
    found = next(item for item in page.findChildren(QPushButton) if item.text().endswith(text))
    found.click()
    return found


@pytest.mark.parametrize(
    ("title", "page"), [("Overview", "overview"), ("AI tools", "tools"), ("Requests", "requests"), ("Signals", "signals")]
)
def test_each_step_of_the_story_leads_to_its_page(application: Application, title: str, page: str) -> None:
    application.window.show_page("presentation")
    press(application, f". {title}")
    assert application.window.current_page == page


def test_the_command_that_is_copied_starts_locked_on_an_invented_machine(application: Application) -> None:
    press(application, "Copy")
    assert QGuiApplication.clipboard().text() == COMMAND
    options = parse(COMMAND.split()[1:])
    assert options.is_presenting
    assert options.persona == application.context.session.persona


def test_the_machine_that_is_shown_is_not_opened_again(application: Application, qtbot: QtBot) -> None:
    engine = application.context.session.engine
    made = press(application, "Developer's laptop")
    assert made.isChecked()
    assert application.context.session.engine is engine
    press(application, "Office desktop")
    qtbot.waitUntil(lambda: application.context.session.engine not in {engine, None}, timeout=20_000)
    assert not made.isChecked()

"""The reminder that a session runs with another clock: from what the session was handed, once, and never while presenting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.model import Grade
from gui.tray import Tray

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.application import Application


@pytest.fixture
def tray(application: Application, qtbot: QtBot) -> Tray:
    tools = application.context.tools
    qtbot.waitUntil(lambda: bool(tools.sessions) and tools.cell("claude-code", "time-zone") is not None, timeout=20_000)
    made = application.findChild(Tray)
    assert isinstance(made, Tray)
    return made


def with_zone(application: Application, here: Grade) -> None:
    tools = application.context.tools
    cell = tools.cell("claude-code", "time-zone")
    assert cell is not None
    tools.take_cells([replace(cell, here=here)])


def test_a_session_with_the_persons_own_clock_is_not_mentioned(tray: Tray) -> None:
    assert tray.with_utc() == []
    assert tray.icon.toolTip() == "Telltale"


def test_a_session_that_was_handed_utc_is_said_once(application: Application, tray: Tray, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(tray, "may_remind", lambda: True)
    monkeypatch.setattr(tray.icon, "showMessage", lambda title, text, icon: said.append(f"{title}. {text}"))
    with_zone(application, Grade.HIDDEN)
    tray.update()
    assert tray.with_utc() == ["claude-code"]
    assert tray.icon.toolTip().endswith("Claude Code: running with UTC")
    assert len(said) == 1
    assert "UTC and not your own" in said[0]


def test_nothing_pops_up_for_an_invented_machine_or_while_presenting(application: Application, tray: Tray) -> None:
    assert not tray.may_remind()
    application.context.presentation.set_on(True)
    assert not tray.may_remind()

"""The dialog of canary mode with a real program: what of the invented values was sent, what was not, and errors in one sentence."""

from __future__ import annotations

import socket
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from gui.dialogs.canary import CanaryDialog
from tests.fakes import telling_agent
from tests.fakes.compare_room import needs_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gui.application import Application

AGENT = Path(telling_agent.__file__)


@pytest.fixture
def make(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Callable[[str], CanaryDialog]:
    """Open the dialog on a tool whose command on PATH is a toy agent (none: it is not there)."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    context = application.window.context
    monkeypatch.setattr(type(context.store), "is_synthetic", False)

    def opened(how: str) -> CanaryDialog:
        if how:
            file = programs / "llm"
            file.write_text(f"#!/bin/sh\nTOY_BASE_URL=${{OPENAI_BASE_URL%/v1}} exec {sys.executable} {AGENT} {how}\n")
            file.chmod(file.stat().st_mode | stat.S_IXUSR)
        dialog = CanaryDialog(context, application.window, "llm")
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return opened


def button(dialog: CanaryDialog, text: str) -> QPushButton:
    return next(item for item in dialog.findChildren(QPushButton) if item.text() == text)


def said(dialog: CanaryDialog) -> str:
    return "\n".join(item.text() for item in dialog.findChildren(QLabel) if item.isVisible())


def test_what_was_sent_is_told_like_a_comparison_and_what_was_not_is_no_proof(make: Callable[[str], CanaryDialog], qtbot: QtBot) -> None:
    needs_room()
    dialog = make("telling")
    button(dialog, "Try it").click()
    assert not button(dialog, "Try it").isEnabled()
    qtbot.waitUntil(lambda: "Sent, proved with invented values only:" in said(dialog), timeout=60_000)
    told = said(dialog)
    assert "sha256 in $.device" in told
    assert "Not found, and that is no proof:" in told
    assert socket.gethostname() not in told
    assert button(dialog, "Try it").isEnabled()
    assert {part.textFormat() for part in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


def test_a_tool_that_is_not_there_is_one_sentence(make: Callable[[str], CanaryDialog], qtbot: QtBot) -> None:
    dialog = make("")
    button(dialog, "Try it").click()
    qtbot.waitUntil(lambda: "was not found, so nothing was run" in said(dialog), timeout=20_000)


def test_an_invented_machine_starts_nothing_and_the_page_offers_the_dialog(application: Application, qtbot: QtBot) -> None:
    application.window.show_page("requests")
    page = application.window.page("requests")
    offer = next(item for item in page.findChildren(QPushButton) if item.accessibleName() == "Try with invented values")
    qtbot.waitUntil(offer.isEnabled, timeout=20_000)  # it is, as soon as a tool was found
    offer.click()
    dialog = page.findChild(CanaryDialog)
    assert isinstance(dialog, CanaryDialog)
    assert not button(dialog, "Try it").isEnabled()
    assert "invented machine" in said(dialog)
    dialog.reject()

"""The compare dialog with a real program: progress, verdict, cancel at once, and errors in one sentence."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QProgressBar, QPushButton

from gui.dialogs.compare import CompareDialog
from tests.fakes import odd_agent
from tests.fakes.compare_room import needs_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gui.application import Application

    Make = Callable[[str, str], CompareDialog]

pytestmark = pytest.mark.slow
AGENT = Path(odd_agent.__file__)


@pytest.fixture
def make(application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Make:
    """Open the dialog on a tool whose command on PATH is a toy agent."""
    programs, throw_away = tmp_path / "bin", tmp_path / "throw-away"
    programs.mkdir()
    throw_away.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr("tempfile.tempdir", str(throw_away))
    monkeypatch.setattr("core.watch.compare.SURE", 3)  # how often it is asked again is tested with toys
    context = application.window.context
    monkeypatch.setattr(type(context.store), "is_synthetic", False)

    def opened(tool: str, mode: str) -> CompareDialog:
        if mode:
            file = programs / tool
            file.write_text(f"#!/bin/sh\nTOY_BASE_URL=${{OPENAI_BASE_URL%/v1}} exec {sys.executable} {AGENT} {mode}\n")
            file.chmod(file.stat().st_mode | stat.S_IXUSR)
        dialog = CompareDialog(context, application.window, tool)
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return opened


def button(dialog: CompareDialog, text: str) -> QPushButton:
    return next(item for item in dialog.findChildren(QPushButton) if item.text() == text)


def said(dialog: CompareDialog) -> str:
    return "\n".join(item.text() for item in dialog.findChildren(QLabel) if item.isVisible())


def nothing_runs(folder: Path) -> bool:
    agents = [item for item in psutil.process_iter(["cmdline"]) if str(AGENT) in (item.info["cmdline"] or ())]
    return not agents and not list((folder / "throw-away").iterdir())


def test_a_real_program_is_compared_with_progress_and_a_plain_verdict(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    needs_room()
    dialog = make("llm", "zone-link")
    button(dialog, "Compare").click()
    bar = dialog.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar)
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() > 0 and "Run " in said(dialog), timeout=30_000)
    assert not button(dialog, "Compare").isEnabled()
    qtbot.waitUntil(lambda: "Changes with your time zone: the value itself stands in" in said(dialog), timeout=60_000)
    assert "Asia/Shanghai" in said(dialog)
    assert "link to /usr/share/zoneinfo" in said(dialog)
    assert not bar.isVisible()
    assert button(dialog, "Compare").isEnabled()
    assert nothing_runs(tmp_path)


def test_where_nothing_changes_that_is_the_verdict(make: Make, qtbot: QtBot) -> None:
    needs_room()
    dialog = make("llm", "plain")
    for box in dialog.findChildren(QCheckBox):
        box.setChecked(box.text() == "Computer name")
    button(dialog, "Compare").click()
    qtbot.waitUntil(lambda: "No difference found with your host name in 2 runs each" in said(dialog), timeout=60_000)


def test_cancelling_ends_everything_at_once(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    needs_room()
    dialog = make("llm", "hanging")
    button(dialog, "Compare").click()
    qtbot.waitUntil(lambda: not nothing_runs(tmp_path), timeout=20_000)
    button(dialog, "Cancel").click()
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: nothing_runs(tmp_path), timeout=5_000)


def test_a_tool_that_asks_nothing_is_one_sentence_and_can_be_tried_again(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    needs_room()
    dialog = make("llm", "silent")
    button(dialog, "Compare").click()
    qtbot.waitUntil(lambda: "The tool asked nothing: it ended with status 3." in said(dialog), timeout=30_000)
    assert button(dialog, "Compare").isEnabled()
    assert nothing_runs(tmp_path)


def test_where_no_private_network_can_be_made_the_reason_is_one_sentence(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = make("llm", "plain")
    refusing = tmp_path / "bin" / "bwrap"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    button(dialog, "Compare").click()
    qtbot.waitUntil(lambda: "this system does not allow bubblewrap to make a private network" in said(dialog), timeout=20_000)
    assert button(dialog, "Compare").isEnabled()
    qtbot.waitUntil(lambda: nothing_runs(tmp_path))


@pytest.mark.parametrize(
    ("tool", "words"), [("llm", "was not found, so nothing was run"), ("cursor", "does not know how to start 'cursor'")]
)
def test_a_tool_that_is_not_there_or_unknown_is_one_sentence(make: Make, qtbot: QtBot, tool: str, words: str) -> None:
    dialog = make(tool, "")
    button(dialog, "Compare").click()
    qtbot.waitUntil(lambda: words in said(dialog), timeout=20_000)

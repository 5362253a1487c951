from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from core.paths import may_be_taken
from gui.single import SingleInstance, ask_first_window

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

ASK = "import sys; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]); from gui.single import ask_first_window; sys.exit(0 if ask_first_window(sys.argv[1]) else 7)"


def second_start(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", ASK, name])


@pytest.mark.parametrize("ending", ["window", "x" * 100], ids=["socket", "pipe"])
def test_a_second_start_raises_the_first_window(qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    name = str(tmp_path / ending)
    first = SingleInstance(name)
    assert first.listen()
    assert may_be_taken(name) or ending != "window"
    with qtbot.waitSignal(first.raised, timeout=10_000):
        second = second_start(name)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=10_000)
    first.close()
    assert second.returncode == 0


def test_without_a_first_window_nobody_answers(qtbot: QtBot, tmp_path: Path) -> None:
    assert not ask_first_window(str(tmp_path / "window"))


def test_a_socket_left_over_by_a_crash_is_replaced(qtbot: QtBot, tmp_path: Path) -> None:
    name = str(tmp_path / "window")
    crashed = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import socket, sys, os; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); os._exit(1)",
            name,
        ]
    )
    assert crashed.wait(10) == 1
    assert not ask_first_window(name)
    first = SingleInstance(name)
    assert first.listen()
    first.close()

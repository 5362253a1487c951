"""Starting a tool from the window, in a terminal of its own."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from core.toggles import terminal
from core.toggles.launch import LaunchError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_command_shown_is_the_one_a_person_would_type() -> None:
    assert terminal.shown_command(["run", "--inspect", "two words"]) == "telltale run --inspect 'two words'"


def test_without_a_terminal_program_the_command_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LaunchError, match="telltale run --inspect llm"):
        terminal.open_terminal(["run", "--inspect", "llm"])


def test_the_terminal_that_is_there_gets_telltale_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake, out = tmp_path / "xterm", tmp_path / "out"
    fake.write_text(f'#!/bin/sh\nshift\n"$@" > {out}.part 2>&1; mv {out}.part {out}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setattr(terminal, "_TERMINALS", (("xterm", ("-e",)),))
    terminal.open_terminal(["--version"], str(tmp_path))
    for _ in range(200):
        if out.exists():
            break
        time.sleep(0.05)
    assert "telltale" in out.read_text().lower()

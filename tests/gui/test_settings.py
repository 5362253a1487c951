from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from gui.settings import Choices, RefreshPace, Settings, WindowState
from gui.theme import ThemeChoice

if TYPE_CHECKING:
    from pathlib import Path


def test_choices_and_window_are_remembered_in_private_files(qapp: object, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "c", tmp_path / "s")
    settings.change(theme="dark", text_percent=150)
    settings.remember(WindowState(1000, 700, is_maximized=True, page="signals"))
    assert settings.save()
    again = Settings(tmp_path / "c", tmp_path / "s")
    assert (again.theme, again.choices.text_percent, again.window) == (ThemeChoice.DARK, 150, WindowState(1000, 700, True, "signals"))
    if os.name == "posix":
        assert {stat.S_IMODE(place.stat().st_mode) for place in tmp_path.rglob("*.json")} == {0o600}


@pytest.mark.parametrize(
    "broken", [b"", b"\x00\xff\xfe", b'{"theme": ', b"[1]", b'{"width": "wide", "page": 5, "theme": 3}', b"[" * 5000, b"x" * 3_000_000]
)
def test_broken_files_are_as_on_the_first_day(qapp: object, tmp_path: Path, broken: bytes) -> None:
    for name in ("window.json", "window-state.json"):
        (tmp_path / name).write_bytes(broken)
    settings = Settings(tmp_path, tmp_path)
    assert (settings.choices, settings.window) == (Choices(), WindowState())


def test_an_unknown_theme_or_pace_falls_back(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"theme": "sepia", "pace": "warp"}')
    settings = Settings(tmp_path, tmp_path)
    assert (settings.theme, settings.pace) == (ThemeChoice.SYSTEM, RefreshPace.LIVE)


def test_a_folder_that_cannot_be_written_costs_only_the_memory(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file", tmp_path / "file")
    settings.change(theme="dark")
    assert settings.save() is False
    assert settings.theme is ThemeChoice.DARK

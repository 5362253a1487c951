from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from core.errors import NotThereError
from core.host.programs import find_program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="execute permission is a POSIX matter")


def program(folder: Path, name: str, mode: int = 0o755) -> Path:
    folder.mkdir(exist_ok=True)
    place = folder / name
    place.write_text("#!/bin/sh\n")
    place.chmod(mode)
    return place


def test_the_first_folder_with_an_executable_file_wins(tmp_path: Path) -> None:
    program(tmp_path / "a", "tool", 0o644)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "tool").mkdir()
    wanted = program(tmp_path / "c", "tool")
    program(tmp_path / "d", "tool")
    assert find_program("tool", ":".join(str(tmp_path / part) for part in "abcd")) == str(wanted)


def test_a_relative_or_empty_folder_of_path_is_never_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "git")
    program(tmp_path, "git")
    monkeypatch.chdir(tmp_path)
    for path in (".", "", "bin", "./bin:.:"):
        with pytest.raises(NotThereError):
            find_program("git", path)


def test_a_name_with_a_folder_is_not_searched_on_path_but_an_absolute_one_is_taken(tmp_path: Path) -> None:
    place = program(tmp_path / "bin", "git")
    with pytest.raises(NotThereError):
        find_program("bin/git", str(tmp_path))
    assert find_program(str(place), "") == str(place)
    with pytest.raises(NotThereError):
        find_program(str(tmp_path), "")


def test_endings_are_tried_in_order(tmp_path: Path) -> None:
    wanted = program(tmp_path / "bin", "tool.exe")
    assert find_program("tool", str(tmp_path / "bin"), ("", ".com", ".exe")) == str(wanted)

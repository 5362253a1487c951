"""The room of a comparison: names, zone, account and machine number in it are invented."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.watch.compare_room import Room

if TYPE_CHECKING:
    import pytest


def test_a_room_holds_no_account_name_machine_number_or_home_of_the_person() -> None:
    room = Room("bwrap")
    room.furnish("Europe/Berlin", "mia-laptop", ["gateway.example.com"])
    etc = room.base / "etc"
    assert (etc / "passwd").read_text().startswith(f"user:x:{os.getuid()}:{os.getgid()}::{room.home}:")
    assert (etc / "hosts").read_text().split()[1::2] == ["localhost", "mia-laptop", "gateway.example.com"]
    assert (etc / "localtime").readlink() == Path("../usr/share/zoneinfo/Europe/Berlin")
    assert (etc / "hostname").read_text() == "mia-laptop\n"
    room.close()


def test_folders_of_killed_comparisons_go_and_those_of_running_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    running = Room("bwrap")
    killed, foreign = tmp_path / "telltale-compare-killed", tmp_path / "telltale-compare-foreign"
    for folder in (killed, foreign):
        (folder / "home").mkdir(parents=True)
    (killed / "lock").touch()
    other = Room("bwrap")
    assert not killed.exists()
    assert foreign.exists()
    assert running.base.exists()
    running.close()
    other.close()
    assert [folder.name for folder in tmp_path.iterdir()] == [foreign.name]


def test_without_bubblewrap_no_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    room = Room("")
    assert room.trouble() == "bubblewrap is not installed"
    room.close()
    assert not list(tmp_path.iterdir())

"""The room of a comparison: names, zone, account and machine number in it are invented."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import core
from core.watch import compare_room
from core.watch.compare_room import Room

if TYPE_CHECKING:
    import pytest

LEAVES_A_CLOSED_FOLDER = """
import os
from core.watch.compare_room import Room
room = Room("bwrap")
room.furnish("UTC", "h", ())
folder = room.project / "made"
folder.mkdir()
(folder / "left").write_text("of the first run")
folder.chmod(0o500)
if not os.getuid():
    for place, folders, files in os.walk(room.base):
        for name in (".", *folders, *files):
            os.lchown(os.path.join(place, name), 1000, 1000)
    os.setgroups([])
    os.setgid(1000)
    os.setuid(1000)
room.furnish("UTC", "h", ())
assert room.project.is_dir() and not list(room.project.iterdir())
room.close()
assert not (room.base / "home").exists()
"""


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


def test_a_folder_that_the_tool_closed_is_in_no_later_run_and_does_not_stay() -> None:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(Path(core.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", LEAVES_A_CLOSED_FOLDER], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_that_another_comparison_took_for_left_over_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    real = compare_room._locked
    swept: list[Path] = []

    def too_late(path: Path) -> int | None:
        if not swept:
            swept.append(path.parent)
            return None
        return real(path)

    monkeypatch.setattr(compare_room, "_locked", too_late)
    room = Room("bwrap")
    monkeypatch.undo()
    assert room.base != swept[0]
    assert real(room.base / "lock") is None
    room.close()
    assert not room.base.exists()

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

if not sys.platform.startswith("linux"):
    pytest.skip("asks Linux", allow_module_level=True)

from core.errors import NotThereError
from core.host import linux
from core.host.base import Battery, Mount

if TYPE_CHECKING:
    from pathlib import Path


def test_blanks_in_mount_points_are_unescaped_and_short_rows_left_out() -> None:
    table = b"/dev/sda1 /media/My\\040Disk ext4 rw 0 0\nbroken\nnone /t\\011ab tmpfs rw 0 0\n"
    assert linux.parse_mounts(table) == (Mount("/dev/sda1", "/media/My Disk", "ext4"), Mount("none", "/t\tab", "tmpfs"))


@given(st.binary(max_size=200))
def test_any_mount_table_is_read_without_failing(data: bytes) -> None:
    assert isinstance(linux.parse_mounts(data), tuple)


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for key, value in files.items():
        (folder / name / key).write_text(value)


def test_the_computers_battery_is_found_among_chargers_and_mice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_POWER", str(tmp_path))
    supply(tmp_path, "AC", type="Mains\n")
    supply(tmp_path, "mouse", type="Battery\n", scope="Device\n", capacity="5\n")
    with pytest.raises(NotThereError):
        linux.battery()
    supply(tmp_path, "x-broken", type="Battery\n", capacity="many\n")
    supply(tmp_path, "y", type="Battery\n", capacity="104\n", status="Full\n")
    assert linux.battery() == Battery(100.0, is_charging=True)


def test_a_machine_without_a_list_of_supplies_has_no_battery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_POWER", str(tmp_path / "none"))
    with pytest.raises(NotThereError):
        linux.battery()

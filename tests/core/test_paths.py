from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from core import paths

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_every_folder_of_telltale_on_the_way_is_private_and_those_of_others_are_left_to_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        made = paths.ensure_private(tmp_path / "state" / paths.APP / "launch-homes" / "some-tool")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(item.stat().st_mode) for item in (made, made.parent, made.parent.parent, made.parent.parent.parent)]
    assert modes == [0o700, 0o700, 0o700, 0o777 & ~mask]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
def test_what_stood_there_before_keeps_its_mode_but_for_the_folder_asked_for(tmp_path: Path) -> None:
    own = tmp_path / paths.APP
    own.mkdir(mode=0o755)
    own.chmod(0o755)
    made = paths.ensure_private(own / "cache")
    assert [stat.S_IMODE(item.stat().st_mode) for item in (made, own)] == [0o700, 0o755]

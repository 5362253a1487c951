from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from core import paths

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_every_folder_made_on_the_way_is_private_whatever_the_umask_says(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        made = paths.ensure_private(tmp_path / "state" / paths.APP / "launch-homes" / "some-tool")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(item.stat().st_mode) for item in (made, made.parent, made.parent.parent, made.parent.parent.parent)]
    assert modes == [0o700, 0o700, 0o700, 0o700]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
def test_what_stood_there_before_keeps_its_mode_but_for_the_folder_asked_for(tmp_path: Path) -> None:
    own = tmp_path / paths.APP
    own.mkdir(mode=0o755)
    own.chmod(0o755)
    made = paths.ensure_private(own / "cache")
    assert [stat.S_IMODE(item.stat().st_mode) for item in (made, own)] == [0o700, 0o755]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a folder of their own for this")
def test_without_a_session_of_the_system_the_socket_lies_in_no_shared_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert paths.window_socket() == str(tmp_path / paths.APP / "run" / "window")

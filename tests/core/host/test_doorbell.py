from __future__ import annotations

import os
import socket
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from core.host import doorbell
from core.host.doorbell import Doorbell, has_doorbell, ring

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sockets in the file system are of POSIX systems")


def test_who_rings_is_answered_and_the_socket_is_for_this_user_only(tmp_path: Path) -> None:
    place = tmp_path / "window"
    bell = Doorbell(str(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    heard: list[bool] = []
    caller = threading.Thread(target=lambda: heard.append(ring(str(place))))
    caller.start()
    while not bell.answer():
        pass
    caller.join(10)
    bell.close()
    assert heard == [True]
    assert not place.exists()


def test_another_user_s_program_is_neither_asked_nor_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "is_same_user", lambda _descriptor: False)
    bell = Doorbell(str(tmp_path / "window"))
    assert not ring(str(tmp_path / "window"))
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(tmp_path / "window"))
        assert not any(bell.answer() for _ in range(3))
    bell.close()


def test_a_window_that_hangs_is_not_waited_for_long_and_none_at_all_is_no_error(tmp_path: Path) -> None:
    bell = Doorbell(str(tmp_path / "window"))
    assert not ring(str(tmp_path / "window"))
    bell.close()
    assert not ring(str(tmp_path / "window"))
    assert not bell.answer()


def test_a_place_that_cannot_be_listened_at_is_an_error_and_a_long_one_is_not_tried(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Doorbell(str(tmp_path / "no" / "window"))
    assert not has_doorbell(str(tmp_path / ("x" * 100)))

from __future__ import annotations

import ctypes
import platform
from typing import TYPE_CHECKING

from core.host.thrift import one_arena

if TYPE_CHECKING:
    import pytest


def test_threads_share_an_arena_where_the_system_has_them() -> None:
    assert one_arena() is (platform.libc_ver()[0] == "glibc")


def test_a_system_without_such_a_wish_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not one_arena()

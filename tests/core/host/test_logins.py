from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotThereError
from core.host import logins
from core.host.base import LoggedIn

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def record(kind: int, user: bytes, line: bytes, host: bytes, when: int) -> bytes:
    return struct.pack("<hxxi32s4s32s256shhiii16s20x", kind, 1, line, b"ts", user, host, 0, 0, 0, when, 0, b"")


DATA = record(7, b"mia", b"tty2", b"", 100) + record(2, b"reboot", b"~", b"", 50) + record(7, b"caf\xe9", b"pts/0", b"203.0.113.7", 200)


def test_user_sessions_are_read_and_other_records_and_half_ones_left_out() -> None:
    assert logins.parse_utmp(DATA + b"half") == (
        LoggedIn("mia", "tty2", "", 100.0),
        LoggedIn("caf\ufffd", "pts/0", "203.0.113.7", 200.0),
    )


@given(st.binary(max_size=1000))
def test_any_bytes_are_read_without_failing(data: bytes) -> None:
    assert isinstance(logins.parse_utmp(data), tuple)


def answers(data: bytes) -> Callable[..., bytes]:
    return lambda *_args: data


def test_a_missing_record_file_means_that_nobody_was_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object) -> bytes:
        raise NotThereError("gone")

    monkeypatch.setattr(logins, "read_regular", gone)
    assert logins.logged_in("x86_64") == ()


def test_the_records_of_this_kind_of_machine_are_read_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "read_regular", answers(DATA))
    monkeypatch.setattr(logins.sys, "byteorder", "little")
    assert len(logins.logged_in("x86_64")) == 2


def test_other_machines_leave_the_layout_to_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.host import portable

    monkeypatch.setattr(logins, "read_regular", answers(DATA))
    monkeypatch.setattr(portable, "logged_in", lambda: (LoggedIn("x", "", "", 0.0),))
    assert logins.logged_in("aarch64")[0].user == "x"

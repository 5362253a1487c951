from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotThereError
from core.host import procfs

if TYPE_CHECKING:
    from pathlib import Path

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")
TAIL = b" S 1 4711 4711 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 9000 1000 100 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 5 6 7 8 9 10 11 0\n"


@pytest.mark.parametrize("name", [b"bash", b"a b", b") S 2 (", b"x\ny", b"caf\xe9"])
def test_a_name_may_hold_anything(name: bytes) -> None:
    found = procfs.parse_stat(b"4711 (" + name + b")" + TAIL)
    assert (found.pid, found.ppid, found.ticks) == (4711, 1, 9000)
    assert found.name == name.decode("utf-8", "replace")


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused_with_value_error_only(data: bytes) -> None:
    try:
        assert procfs.parse_stat(data).pid >= 0
    except ValueError:
        assert data is not None


def test_the_real_user_number_is_found_in_a_status_text() -> None:
    assert procfs.real_uid(b"Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t1\n") == 1000
    assert procfs.real_uid(b"Name:\tUid:\n") is None
    assert procfs.real_uid(b"\nUid:\n") is None


def plant(folder: Path, pid: int, ppid: int, name: str) -> None:
    place = folder / str(pid)
    place.mkdir(parents=True)
    tail = TAIL.split(b" ", 3)[3]
    (place / "stat").write_bytes(f"{pid} ({name}) S {ppid} ".encode() + tail)
    (place / "cmdline").write_bytes(b"prog\0--flag\0")
    (place / "status").write_bytes(b"Name:\tx\nUid:\t7\t7\t7\t7\n")


@linux
def test_five_thousand_processes_are_listed_and_details_are_read_once(tmp_path: Path) -> None:
    for pid in range(1, 5001):
        plant(tmp_path, pid, max(0, pid - 1), "prog")
    asked: list[int] = []

    def user_name(uid: int) -> str:
        asked.append(uid)
        return "seven"

    table = procfs.Table(str(tmp_path), user_name)
    first = table.all()
    assert len(first) == 5000
    assert (first[0].argv, first[0].user) == (("prog", "--flag"), "seven")
    assert table.all() == first
    assert len(asked) == 5000


@linux
def test_a_process_that_becomes_another_program_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procfs, "_BLINK_S", 0.0)
    plant(tmp_path, 5, 1, "sh")
    table = procfs.Table(str(tmp_path), str)
    assert table.all()[0].name == "sh"
    (tmp_path / "5" / "stat").write_bytes(b"5 (tool) S 1" + TAIL[4:])
    (tmp_path / "5" / "cmdline").write_bytes(b"tool\0")
    assert (table.all()[0].name, table.all()[0].argv) == ("tool", ("tool",))


@linux
def test_who_asks_in_the_same_moment_gets_the_same_list_unless_a_process_came_or_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procfs, "_BLINK_S", 3600.0)
    plant(tmp_path, 5, 1, "sh")
    table = procfs.Table(str(tmp_path), str)
    assert table.all() is table.all()
    plant(tmp_path, 6, 1, "new")
    assert [item.name for item in table.all()] == ["sh", "new"]


@linux
def test_parents_end_at_a_loop_a_missing_one_or_the_first_process(tmp_path: Path) -> None:
    for pid, ppid in ((1, 0), (2, 1), (3, 2), (8, 7), (20, 21), (21, 20)):
        plant(tmp_path, pid, ppid, f"p{pid}")
    table = procfs.Table(str(tmp_path), str)
    assert [item.pid for item in table.parents(3)] == [2, 1]
    assert table.parents(8) == ()
    assert len(table.parents(20)) == 64
    with pytest.raises(NotThereError):
        table.parents(99)
    assert (table.ticks(3), table.ticks(99)) == (9000, -1)


@linux
def test_a_process_without_readable_details_is_listed_without_them(tmp_path: Path) -> None:
    plant(tmp_path, 5, 1, "kthread")
    for name in ("cmdline", "status"):
        (tmp_path / "5" / name).unlink()
    found = procfs.Table(str(tmp_path), str).all()[0]
    assert (found.argv, found.exe, found.user) == ((), "", "")


@linux
def test_a_real_child_appears_with_its_arguments() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()", "an argument"], stdin=subprocess.PIPE)
    try:
        found = next(item for item in procfs.TABLE.all() if item.pid == child.pid)
        assert found.ppid == os.getpid()
        assert found.user == procfs.user_name(os.getuid())
    finally:
        child.kill()
        child.communicate()
    assert procfs.user_name(4_000_000) == "4000000"

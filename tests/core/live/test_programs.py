from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from core.host.real import RealHost
from core.live.programs import LinuxPrograms, News, TimedPrograms, programs_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import MakeHost

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's kernel")
LONG_S = 10.0


@pytest.fixture
def programs() -> Iterator[LinuxPrograms]:
    found = LinuxPrograms()
    yield found
    found.close()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "agent"
    shutil.copy("/bin/true", path)
    return path


def test_a_start_is_noticed_before_it_is_over(programs: LinuxPrograms, program: Path) -> None:
    assert programs.watch([str(program)]) == 1
    subprocess.run([program], check=True)
    assert programs.wait(LONG_S).opened


def test_a_start_through_a_link_is_noticed_too(programs: LinuxPrograms, program: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(program)
    programs.watch([str(program)])
    subprocess.run([tmp_path / "link"], check=True)
    assert programs.wait(LONG_S).opened


def test_other_files_in_the_folder_wake_nobody(programs: LinuxPrograms, program: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"x")
    programs.watch([str(program)])
    (tmp_path / "other").read_bytes()
    assert not programs.wait(0.05).opened


def test_an_end_is_noticed_without_polling(programs: LinuxPrograms) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        assert programs.follow(process.pid)
        assert programs.follow(process.pid)
        process.kill()
        assert programs.wait(LONG_S).ended == {process.pid}
    assert not programs.follow(2**22 + 5)


def test_an_exchanged_program_is_told_and_watched_on(programs: LinuxPrograms, program: Path, tmp_path: Path) -> None:
    programs.watch([str(program)])
    shutil.copy("/bin/true", tmp_path / "new")
    (tmp_path / "new").replace(program)
    replaced: frozenset[str] = frozenset()
    while not replaced:
        replaced = programs.wait(LONG_S).replaced
    assert replaced == {str(program)}
    while programs.wait(0.05).opened:
        pass
    subprocess.run([program], check=True)
    assert programs.wait(LONG_S).opened


def test_files_that_are_not_watched_any_more_wake_nobody(programs: LinuxPrograms, program: Path) -> None:
    programs.watch([str(program)])
    assert programs.watch([]) == 0
    programs.wait(0.05)
    program.read_bytes()
    assert not programs.wait(0.05).opened


def test_a_program_that_is_not_watched_any_more_leaves_nothing_and_does_not_come_back(programs: LinuxPrograms, program: Path) -> None:
    other = program.with_name("other")
    shutil.copy(program, other)
    for _ in range(3):
        programs.watch([str(program)])
        programs.watch([str(other)])
    assert programs._moves is not None
    assert set(programs._moves._places) == {str(other)}
    program.unlink()
    shutil.copy(other, program)
    while programs.wait(0.2) != News():
        pass
    assert set(programs._paths) == {str(other)}


def test_two_names_of_one_file_are_watched_as_long_as_one_of_them_is_wanted(programs: LinuxPrograms, program: Path) -> None:
    twin = program.with_name("twin")
    twin.hardlink_to(program)
    assert programs.watch([str(program), str(twin)]) == 2
    assert programs.watch([str(twin)]) == 1
    while programs.wait(0.1) != News():
        pass
    subprocess.run([twin], check=True)
    assert programs.wait(LONG_S).opened


def test_a_missing_file_is_not_watched(programs: LinuxPrograms, tmp_path: Path) -> None:
    assert programs.watch([str(tmp_path / "none")]) == 0


@pytest.mark.parametrize("kind", [LinuxPrograms, TimedPrograms])
def test_anybody_can_end_the_wait(kind: type[LinuxPrograms | TimedPrograms]) -> None:
    programs = kind()
    waker = threading.Timer(0.05, programs.wake)
    waker.start()
    assert programs.wait(LONG_S).woken
    waker.join()
    programs.close()


def test_where_the_kernel_is_not_asked_only_time_passes(recorded_host: MakeHost) -> None:
    programs = programs_for(recorded_host())
    assert programs.watch(["/x"]) == 0
    assert not programs.follow(1)
    assert not programs.wait(0.001).opened
    programs.close()


def test_this_machine_gets_the_kernels_way() -> None:
    programs = programs_for(RealHost())
    assert isinstance(programs, LinuxPrograms)
    programs.close()

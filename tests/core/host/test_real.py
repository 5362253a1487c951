from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import HostError, NotSupportedError, NotThereError, UnreadableError
from core.host.real import RealHost
from core.model import System

CHECKOUT = str(Path(__file__).parents[3])
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")


@pytest.fixture
def host() -> RealHost:
    return RealHost()


def test_it_says_what_it_is(host: RealHost) -> None:
    assert host.eyes == "this computer"
    assert not host.is_synthetic
    assert host.system in set(System)


def test_the_environment_is_handed_on_with_undecodable_bytes_replaced(host: RealHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_TEST", os.fsdecode(b"a\xffb"))
    assert host.env("TELLTALE_TEST") == "a\ufffdb"
    assert host.environ()["TELLTALE_TEST"] == "a\ufffdb"
    assert host.env("TELLTALE_NOT_SET") is None
    assert host.env("NUL\0") is None


def test_home_comes_from_home_and_else_from_the_account_database(host: RealHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert host.home == "/somewhere"
    for value in ("", "relative"):
        monkeypatch.setenv("HOME", value)
        assert host.home == os.path.expanduser(f"~{host.account().name}")  # noqa: PTH111  the account database's answer
    monkeypatch.delenv("HOME")
    assert host.home.startswith("/")


def test_without_home_and_account_a_home_path_is_not_there(host: RealHost, monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    def unknown(_uid: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for ask in (lambda: host.home, lambda: host.read("~/.gitconfig"), host.account):
        with pytest.raises(NotThereError):
            ask()
    assert not host.exists("~/.gitconfig")
    assert host.read("/etc/passwd")


def test_a_tilde_means_the_home_folder_and_only_at_the_start(host: RealHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gitconfig").write_bytes(b"\xef\xbb\xbfname = \xff")
    assert host.read_text("~/.gitconfig") == "name = \ufffd"
    assert host.entries("~") == (".gitconfig",)
    assert host.facts("~/.gitconfig").kind == "file"
    assert host.exists("~")
    assert not host.exists("~other/.gitconfig")


def test_errors_do_not_name_the_home_folder(host: RealHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(NotThereError) as caught:
        host.read("~/.gitconfig")
    assert str(caught.value) == "~/.gitconfig is not there."


def test_a_relative_path_counts_from_the_working_folder(host: RealHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    (tmp_path / "l").symlink_to("f")
    monkeypatch.chdir(tmp_path)
    assert host.cwd == str(tmp_path)
    assert host.read_text("f") == "x"
    assert host.link("l") == "f"


@linux
def test_a_working_folder_that_was_removed_is_not_there(tmp_path: Path) -> None:
    code = (
        "import os, sys; from core.host.real import RealHost; from core.errors import NotThereError\n"
        "os.chdir(sys.argv[1]); os.rmdir(sys.argv[1])\n"
        "try: RealHost().cwd\nexcept NotThereError as error: print(error)"
    )
    (tmp_path / "gone").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "gone")], capture_output=True, text=True, check=True, env={"PYTHONPATH": CHECKOUT}
    )
    assert "is not there" in done.stdout


def test_a_command_is_found_on_path_and_run_in_the_c_locale(host: RealHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLTALE_TEST", "kept")
    answer = host.run(["sh", "-c", 'printf "$LC_ALL $TELLTALE_TEST"'], timeout_s=20)
    assert (answer.code, answer.out) == (0, "C kept")
    assert host.which("sh").endswith("/sh")
    for name in ("no-such-command-at-all", "", "a\0b"):
        with pytest.raises(HostError):
            host.run([name])


def test_unusual_path_bytes_are_no_crash(host: RealHost) -> None:
    assert not host.exists("a\0b")
    with pytest.raises(UnreadableError):
        host.read("a\0b")


@linux
def test_linux_answers_every_question_about_the_machine(host: RealHost) -> None:
    assert host.uname().node == os.uname().nodename
    account = host.account()
    assert (account.uid, account.gid) == (os.getuid(), os.getgid())
    assert account.groups
    assert any(item.name == "lo" for item in host.interfaces())
    assert any(item.point in {"/", "/proc"} for item in host.mounts())  # a chroot sees no mount of its own root
    assert host.memory_bytes() > 1 << 26
    assert host.cpu_count() == os.cpu_count()
    assert 0 < host.boot_time() < 4e9
    assert isinstance(host.logged_in(), tuple)


@linux
def test_linux_lists_this_very_process_with_its_start(host: RealHost) -> None:
    mine = next(item for item in host.processes() if item.pid == os.getpid())
    assert mine.ppid == os.getppid()
    assert mine.user == host.account().name
    assert mine.argv
    assert host.process_env(os.getpid())["PATH"] == os.environ["PATH"]
    assert [item.pid for item in host.parents()][:1] == ([os.getppid()] if os.getppid() else [])


@linux
def test_a_process_that_does_not_exist_is_not_there(host: RealHost) -> None:
    with pytest.raises(NotThereError):
        host.process_env(2**22 + 1)


@linux
def test_there_is_no_registry_on_linux(host: RealHost) -> None:
    for ask in (lambda: host.registry("HKCU\\x", "y"), lambda: host.registry_names("HKCU"), lambda: host.registry_keys("HKCU")):
        with pytest.raises(NotSupportedError):
            ask()


def test_starting_up_imports_neither_psutil_nor_a_window() -> None:
    code = "import sys; from core.host.real import RealHost; h = RealHost(); h.interfaces(); h.processes(); print([m for m in ('psutil', 'PySide6', 'tzlocal', 'subprocess') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": CHECKOUT, "PATH": os.defpath}
    )
    assert done.stdout.strip() == "[]"

"""Making and taking away shims, killed or refused at every single operation: never a torn shim, never a line left on PATH."""

from __future__ import annotations

import errno
import subprocess
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.errors import TelltaleError
from core.toggles import shims
from core.toggles.service import ToggleService
from tests.fakes.faults import DONE, SAID, killed, refused
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 200
COMMANDS = {"codex": "codex-cli", "claude": "claude-code"}
BASHRC = b"# mine\nalias ll='ls -l'"


class ShimHome(ToggleHome):
    """A throw-away home with a shell's file; Telltale's own folders lie in it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root, monkeypatch)
        (self.home / ".bashrc").write_bytes(BASHRC)
        monkeypatch.setenv("SHELL", "/bin/bash")
        for name, place in (("STATE", ".local/state"), ("CONFIG", ".config"), ("CACHE", ".cache")):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(self.home / place))

    def install(self) -> object:
        return shims.install(COMMANDS, catalogue().tools, catalogue().toggles)

    def check_whole(self) -> None:
        """Whatever can be started now is a whole shim, and the shell's file is the old or the new one."""
        folder = shims.shim_folder()
        for file in folder.iterdir() if folder.is_dir() else ():
            if not file.name.startswith("."):
                assert subprocess.run(["sh", "-n", str(file)], check=False).returncode == 0
                assert file.read_text().rstrip().splitlines()[-1]
        assert {item.name for item in shims.status()} <= set(COMMANDS)
        line = shims.path_line(self.home / ".bashrc").encode()
        assert (self.home / ".bashrc").read_bytes() in {BASHRC, BASHRC + b"\n" + line + b"\n"}

    def left(self, before: dict[str, str]) -> dict[str, str]:
        """What is there now and was not before, but for empty parents: who made them is only known a moment after they are made."""
        parents = {str(self.home / name) for name in (".local", ".local/state", ".config", ".cache")}
        return {name: what for name, what in self.tree().items() if before.get(name) != what and name not in parents}

    def start_again(self) -> ToggleService:
        service = ToggleService(self.context().host, catalogue())
        service.recover()
        return service


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, ShimHome]]:
    return ((number, ShimHome(tmp_path / str(number), monkeypatch)) for number in range(MOST))


def test_killed_before_every_operation_of_installing_no_shim_is_torn_and_removing_leaves_nothing(
    homes: Iterator[tuple[int, ShimHome]],
) -> None:
    for number, home in homes:
        before = home.tree()
        was_killed = killed(home.install, number)
        home.check_whole()
        service = home.start_again()
        shims.remove()
        assert not shims.shim_folder().exists(), number
        assert (home.home / ".bashrc").read_bytes() == BASHRC, number
        service.uninstall()
        assert home.left(before) == {}, number
        if not was_killed:
            assert home.tree() == before
            assert number > 10
            return


def test_killed_before_every_operation_of_removing_it_can_be_finished(homes: Iterator[tuple[int, ShimHome]]) -> None:
    for number, home in homes:
        before = home.tree()
        home.install()
        was_killed = killed(shims.remove, number)
        home.check_whole()
        service = home.start_again()
        shims.remove()
        assert not shims.shim_folder().exists(), number
        service.uninstall()
        assert home.tree() == before, number
        if not was_killed:
            assert number > 10
            return


def test_killed_before_every_operation_of_uninstalling_it_can_be_done_again(homes: Iterator[tuple[int, ShimHome]]) -> None:
    for number, home in homes:
        before = home.tree()
        home.install()
        service = home.start_again()
        service.apply(service.plan(["language", "codex-cli-analytics"], "codex-cli"))
        was_killed = killed(service.uninstall, number)
        home.start_again().uninstall()
        assert not shims.shim_folder().exists(), number
        assert home.left(before) == {}, number
        if not was_killed:
            assert home.tree() == before
            assert number > 10
            return


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_where_the_system_refuses_any_operation_of_installing_removing_leaves_nothing(
    homes: Iterator[tuple[int, ShimHome]], code: int
) -> None:
    for number, home in homes:
        before = home.tree()
        status = refused(home.install, number, OSError(code, "refused"), TelltaleError, lasts=True)
        assert status in {None, SAID, DONE}, number
        home.check_whole()
        service = home.start_again()
        shims.remove()
        service.uninstall()
        assert home.left(before) == {}, number
        if status is None:
            return


def test_telltales_parents_go_with_it_only_if_telltale_made_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = ShimHome(tmp_path / "h", monkeypatch)
    (home.home / ".cache").mkdir()
    before = home.tree()
    for folder in (paths.cache_dir(), paths.config_dir(), paths.state_dir() / "deeper"):
        paths.ensure_private(folder)
    assert (paths.state_dir() / paths.MADE).stat().st_mode & 0o777 == 0o600
    home.start_again().uninstall()
    assert home.tree() == before
    assert (home.home / ".cache").is_dir()
    assert not (home.home / ".local").exists()


def test_a_parent_that_others_use_by_now_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = ShimHome(tmp_path / "h", monkeypatch)
    paths.ensure_private(paths.cache_dir())
    (home.home / ".cache" / "theirs").write_text("x")
    home.start_again().uninstall()
    assert [path.name for path in (home.home / ".cache").iterdir()] == ["theirs"]

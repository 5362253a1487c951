from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from core.cli import debian

if TYPE_CHECKING:
    import pytest


def test_a_package_counts_as_there_when_what_it_brings_is_found() -> None:
    wanted = {"a": "module:json", "b": "command:sh", "c": "folder:/usr", "d": "library:libc.so.6"}
    assert debian.missing([wanted]) == []


def test_a_package_counts_as_missing_when_what_it_brings_is_not_found() -> None:
    wanted = {"a": "module:no_such_module", "b": "command:no-such-command", "c": "folder:/no/such/folder", "d": "library:libnosuch.so.9"}
    assert debian.missing([wanted]) == ["a", "b", "c", "d"]


def test_the_line_for_an_administrator_names_every_package_and_asks_nothing() -> None:
    assert debian.install_line(["x", "y"]) == "apt-get install --yes --no-install-recommends x y"


class Terminal:
    """Standard input that is, or is not, a terminal."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer

    def isatty(self) -> bool:
        return self.answer


class Machine:
    """A Debian on which apt-get and sudo are only written down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, user: int, has_sudo: bool, on_terminal: bool, fails: str = "") -> None:
        self.ran: list[str] = []
        self.fails = fails
        monkeypatch.setattr("core.cli.debian.os.geteuid", lambda: user)
        monkeypatch.setattr("core.cli.debian.shutil.which", lambda name: f"/usr/bin/{name}" if has_sudo or name != "sudo" else None)
        monkeypatch.setattr("core.cli.debian.sys.stdin", Terminal(on_terminal))
        monkeypatch.setattr("core.cli.debian.subprocess.run", self.run)

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        self.ran.append(" ".join(command))
        return subprocess.CompletedProcess(command, 1 if self.fails and self.fails in self.ran[-1] else 0)


def test_root_installs_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, user=0, has_sudo=True, on_terminal=False)
    assert debian.install(["x"], str)
    assert machine.ran == ["apt-get update -qq", "apt-get install --yes --no-install-recommends x"]


def test_an_ordinary_user_installs_through_sudo_which_may_ask_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, user=1000, has_sudo=True, on_terminal=True)
    assert debian.install(["x"], str)
    assert machine.ran[-1] == "sudo apt-get install --yes --no-install-recommends x"


def test_without_a_terminal_sudo_is_told_not_to_wait_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, user=1000, has_sudo=True, on_terminal=False)
    assert debian.install(["x"], str)
    assert machine.ran[-1].startswith("sudo -n apt-get install")


def test_without_rights_nothing_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, user=1000, has_sudo=False, on_terminal=True)
    told: list[str] = []
    assert not debian.install(["x"], told.append)
    assert not told
    assert machine.ran == []


def test_a_refused_installation_is_told_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, user=0, has_sudo=True, on_terminal=False, fails="install")
    assert not debian.install(["x"], str)
    assert len(machine.ran) == 2


def test_an_old_package_list_does_not_stop_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Machine(monkeypatch, user=0, has_sudo=True, on_terminal=False, fails="update")
    assert debian.install(["x"], str)

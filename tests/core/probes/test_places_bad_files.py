"""Runs the probes of this room on the machine the tests run on, with a home folder full of things no settings file should be."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from core.host.real import RealHost
from core.probes.result import Failed, Ok, result_name
from tests.fakes.planted_machine import CANARY, NAMES
from tests.fakes.probe_runs import ask, every_text, shown

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="FIFOs, undecodable names and sparse files are made the Linux way")


@pytest.fixture
def bad_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (".aws", ".ssh", ".config", ".kube", "project"):
        (tmp_path / name).mkdir()
    for name in (".bash_history", ".npmrc", ".ssh/id_rsa", "project/.env", ".bashrc"):
        os.mkfifo(tmp_path / name)
    for name in (".aws/credentials", ".git-credentials", ".gnupg"):
        (tmp_path / name).symlink_to(tmp_path / name)
    (tmp_path / ".netrc").mkdir()
    (tmp_path / ".profile").write_bytes(b"export X_TOKEN=\xff\xfe\x00" + CANARY.encode() * 3 + b"\n\x1b]0;x\x07")
    (tmp_path / ".kube/config").write_bytes(os.urandom(4096))
    with (tmp_path / ".zsh_history").open("wb") as file:
        file.truncate(100 << 20)
    (tmp_path / ".pypirc").symlink_to("/dev/zero")
    (tmp_path / os.fsdecode(b"\xff\x1b[2J")).write_text("x")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ODD", os.fsdecode(b"\xff\x1b[2J"))
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_" + CANARY * 3)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_every_probe_gives_a_result_and_no_secret(name: str, bad_home: Path) -> None:
    reading = ask(name, RealHost())
    texts = every_text(reading)
    assert not isinstance(reading.result, Failed) or "its probe stopped" not in reading.result.reason
    assert CANARY not in texts
    assert "\x1b" not in repr(reading)
    assert all(isinstance(item.result, Ok) or "its probe stopped" not in item.result.reason for item in reading.sources)


def test_each_bad_file_is_told_for_itself(bad_home: Path) -> None:
    host = RealHost()
    history = {item.name: result_name(item.result) for item in ask("shell-history", host).sources}
    assert (history["~/.bash_history"], history["~/.zsh_history"]) == ("failed", "ok")
    secrets = ask("env-secrets", host)
    assert (shown(secrets)["environment"], shown(secrets)["~/.bashrc"], shown(secrets)["~/.profile"]) == ("1 secret", "failed", "1 secret")
    assert shown(ask("ssh-private", host))["~/.ssh/id_rsa"] == "failed"
    assert shown(ask("dotenv", host))[".env"] == "failed"


def test_a_folder_with_ten_thousand_real_entries_is_counted(bad_home: Path) -> None:
    for number in range(10_500):
        (bad_home / ".config" / f"{number}").touch()
    assert shown(ask("other-app-data", RealHost()))["~/.config"] == "at least 10000 entries"

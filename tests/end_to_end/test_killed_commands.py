"""The real command killed at random moments: after each, the files are whole, and undoing gives the old bytes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.toggles.shims import path_line
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [pytest.mark.slow, pytest.mark.long]
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TELLTALE_KILLS", "100"))
BASHRC = b"# mine\nalias ll='ls -l'\n"
COMMANDS = (
    ("apply", "codex-cli-analytics", "claude-code-survey", "qoder-cli-usage", "--yes"),
    ("apply", "--preset", "light", "--tool", "codex-cli", "--yes"),
    ("apply", "language", "time-zone", "--tool", "claude-code", "--yes"),
    ("shims", "install", "codex-cli", "--yes"),
    ("undo", "--all", "--yes"),
    ("shims", "remove"),
)


class Killed:
    """A home whose commands are killed; each takes about as long as `took` says."""

    def __init__(self, home: ToggleHome) -> None:
        self.home = home
        self.took: dict[tuple[str, ...], float] = {}
        self.ends: Counter[str] = Counter()
        (home.home / ".bashrc").write_bytes(BASHRC)
        codex = home.home / "bin/codex"
        codex.parent.mkdir()
        codex.write_text("#!/bin/sh\necho codex\n")
        codex.chmod(0o755)

    @property
    def env(self) -> Mapping[str, str]:
        state = {f"XDG_{name}_HOME": str(self.home.own / name.lower()) for name in ("STATE", "CONFIG", "CACHE", "DATA")}
        return {**os.environ, **state, "SHELL": "/bin/bash", "PATH": f"{self.home.home}/bin:{os.environ['PATH']}"}

    def start(self, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
        program = "import sys; from core.cli.main import main; sys.exit(main())"
        return subprocess.Popen(
            [sys.executable, "-c", program, *words],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *words: str) -> None:
        child = self.start(words)
        out, _ = child.communicate(timeout=60)
        assert child.returncode in {0, 3}, out.decode()
        assert b"Traceback" not in out, out.decode()

    def kill(self, words: tuple[str, ...]) -> None:
        if words not in self.took:
            begin = time.monotonic()
            self.run(*words)
            self.took[words] = time.monotonic() - begin
        begin = time.monotonic()
        child = self.start(words)
        try:
            child.communicate(timeout=random.uniform(0.3, 1.05) * self.took[words])  # noqa: S311  no secret
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
        else:  # the machine has become faster since
            self.took[words] = min(self.took[words], time.monotonic() - begin)
        self.ends["killed" if child.returncode < 0 else "had ended"] += 1

    def check_whole(self) -> None:
        """Each file can be read in its own language, each shim is whole, the shell's file is old or new."""
        folder = self.home.home
        tomllib.loads((folder / ".codex/config.toml").read_text())
        if text := (folder / ".qoder/settings.json").read_bytes():
            json.loads(text)
        assert (folder / ".claude/settings.json").read_bytes().endswith(b"}\r\n")
        shims = self.home.own / "state/telltale/shims"
        for shim in shims.glob("[!.]*"):
            assert subprocess.run(["sh", "-n", str(shim)], check=False).returncode == 0
        line = path_line(folder / ".bashrc").encode()
        assert (folder / ".bashrc").read_bytes() in {BASHRC, BASHRC + line + b"\n"}


def test_a_command_killed_at_any_moment_tears_nothing_and_all_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = Killed(ToggleHome(tmp_path, monkeypatch))
    for name, value in killed.env.items():
        monkeypatch.setenv(name, value)
    before = {name: what for name, what in killed.home.tree().items() if "/own/" not in name}
    for number in range(3 * KILLS):
        if killed.ends["killed"] >= KILLS:
            break
        killed.kill(COMMANDS[number % len(COMMANDS)])
        killed.check_whole()
        if number % 5 == 4:
            killed.run("undo", "--all", "--yes")
            killed.run("shims", "remove")
            now = {name: what for name, what in killed.home.tree().items() if "/own/" not in name}
            assert now == before, number
    sys.stdout.write(f"random kills of the command: {dict(killed.ends)}\n")
    assert killed.ends["killed"] >= KILLS // 2

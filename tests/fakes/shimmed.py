"""A home with a tool on the search path and shims made by the product, for tests of what a person types."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

from core.catalogue import load_catalogue
from core.toggles import kept_start, shims
from core.toggles.presets import shipped
from core.toggles.profiles import profile_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

TOOL_ID = "claude-code"
TOOL = '#!/bin/sh\necho "tool|$#|$*|$TZ|${SECRET_TOKEN-none}|${KEEP-none}|$HOME"\ncat\nexit 9\n'


def written(path: Path, text: str) -> Path:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Shimmed:
    """A home with a tool `claude` on PATH and shims made by the product."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the home."""
        self.home = home
        for name, value in {"HOME": str(home), "SHELL": "/bin/bash", "PATH": f"{home}/bin:/usr/bin:/bin"}.items():
            monkeypatch.setenv(name, value)
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
            monkeypatch.delenv(name, raising=False)
        self.tool = written(home / "bin/claude", TOOL)
        self.project = home / "project"
        (self.project / ".git").mkdir(parents=True)
        (home / ".bashrc").write_text("# mine")
        self.catalogue = load_catalogue()

    def choose(self, environment: Iterable[str] = (), sandbox: Iterable[str] = ()) -> None:
        """Choose toggles for the tool."""
        path = profile_path(TOOL_ID)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'tool = "{TOOL_ID}"\nenvironment = {json.dumps([*environment])}\nsandbox = {json.dumps([*sandbox])}\n')

    def choose_preset(self, name: str) -> None:
        """Choose what a preset lists for the tool."""
        ids = next(item for item in shipped() if item.id == name).ids_for(self.catalogue.toggles, TOOL_ID)
        kinds = {item: {spec.kind for spec in self.catalogue.toggles[item].changes} for item in ids}
        self.choose(*([item for item in ids if f"launch-{kind}" in kinds[item]] for kind in ("environment", "sandbox")))

    def install(self) -> None:
        """Make the shims."""
        tool = self.catalogue.tools[TOOL_ID]
        shims.install(shims.commands_of([tool]), self.catalogue.tools, self.catalogue.toggles)

    @property
    def shim(self) -> Path:
        """The tool's shim."""
        return shims.shim_folder() / "claude"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a terminal."""
        path = f"{shims.shim_folder()}:{os.environ['PATH']}"
        return {"HOME": str(self.home), "PATH": path, "TERM": "xterm", "LANG": "C.UTF-8"}

    @property
    def kept(self) -> list[Path]:
        """The kept starts of the tool."""
        folder = kept_start.folder(TOOL_ID)
        return [*folder.iterdir()] if folder.is_dir() else []

    def is_kept(self) -> bool:
        """Start the tool until its start is kept, which takes until all that it rests on is a second old."""
        for _ in range(20):
            self.types()
            if self.kept:
                return True
            time.sleep(0.2)
        return False

    def types(self, *arguments: str, shell: str = "", given: bytes = b"", path: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
        """Start the shim without a terminal."""
        words = [*(["busybox", "sh"] if shell == "busybox" else [shell] if shell else []), str(self.shim), *arguments]
        whole = {**self.env, **({"PATH": path} if path else {}), **env}
        return subprocess.run(words, env=whole, cwd=self.project, input=given, capture_output=True, check=False, timeout=60)

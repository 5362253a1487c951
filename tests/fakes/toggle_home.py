"""A throw-away home with real settings files, stub commands of the system, and a toggle service on it."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from typing import TYPE_CHECKING

from core import paths
from core.catalogue import Catalogue, load_catalogue
from core.host.real import RealHost
from core.toggles.registry import Context
from core.toggles.service import Senses, ToggleService

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FILES = {
    ".claude/settings.json": b'\xef\xbb\xbf{\r\n  // mine\r\n  "model": "opus",\r\n  "permissions": {\r\n    "allow": ["Bash(ls)"],\r\n'
    b'    "deny": [\r\n      "Read(./x)" // kept\r\n    ]\r\n  }\r\n}\r\n',
    ".codex/config.toml": b'# mine\nmodel = "x"\n\n[analytics]\n# on\nenabled = true # yes\n',
    ".gemini/settings.json": b'{"theme": "dark"}',
    ".qoder/settings.json": b"",
    ".gitconfig": b"[user]\n\tname = Old One\n",
    "work/.geminiignore": b"# mine\nbuild/",
    ".aider.conf.yml": b"# mine\nmodel: x # kept\ncheck-update: true   # yes\nlist:\n  - one\n",
    ".config/nomic.ai/GPT4All.ini": b"[General]\r\n; mine\r\nnetworkActive=true\r\n[other]\r\nx=1\r\n",
}
MENU = b"[Desktop Entry]\nType=Application\nName=Zed\nExec=/opt/zed/zed %U\n"
STUBS = {
    "gsettings": '[ "$GSETTINGS_BACKEND" = memory ] && { echo true; exit; }\nf="$STUBS/gsettings-$3"\n'
    'case $1 in get) cat "$f" 2>/dev/null || echo true ;; set) { echo "$4" >"$f.new" && mv "$f.new" "$f"; } || { rm -f "$f.new"; exit 1; } ;; reset) rm -f "$f" ;; esac\n',
    "timedatectl": 'f="$STUBS/zone"\ncase $1 in show) cat "$f" ;; set-timezone) { echo "$2" >"$f.new" && mv "$f.new" "$f"; } || { rm -f "$f.new"; exit 1; } ;; esac\n',
    "hostnamectl": 'f="$STUBS/name"\ncase $1 in --static) cat "$f" ;; set-hostname) { echo "$2" >"$f.new" && mv "$f.new" "$f"; } || { rm -f "$f.new"; exit 1; } ;; esac\n',
    "pkexec": 'exec "$@"\n',
}


@cache
def catalogue() -> Catalogue:
    """Return Telltale's own catalogue, read once for all tests and never from a cache folder."""
    return load_catalogue(paths.resource_root() / "catalogue")


class ToggleHome:
    """A home folder, its tree, and a service that works on it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, *, senses: Senses | None = None) -> None:
        self.home = root / "home"
        self.own = root / "own"
        self.project = self.home / "work"
        self._stub_commands(root / "bin", root / "stubs", monkeypatch)
        for name, data in FILES.items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        menu = root / "share" / "applications" / "dev.zed.Zed.desktop"
        menu.parent.mkdir(parents=True)
        menu.write_bytes(MENU)
        monkeypatch.setenv("XDG_DATA_DIRS", str(root / "share"))
        for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIT_CONFIG_NOSYSTEM", "USERPROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(self.home))
        self.senses = senses
        self.service = self.new_service()

    def _stub_commands(self, folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(parents=True)
        state.mkdir()
        for name, script in STUBS.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        (state / "zone").write_text("Europe/Berlin\n")
        (state / "name").write_text("anna-laptop\n")
        monkeypatch.setenv("STUBS", str(state))
        self.stubs = state

    def new_service(self) -> ToggleService:
        """Return a service as the next start of Telltale would make it."""
        return ToggleService(RealHost(), catalogue(), self.senses, state=self.own / "state", config=self.own / "telltale")

    def context(self, project: str = "") -> Context:
        """Return what kinds plan with."""
        return Context(RealHost(), catalogue().tools, self.own / "telltale", project)

    def tree(self) -> dict[str, str]:
        """Return what stands in the home, in Telltale's launch folder and behind the stub commands: names, modes and digests."""
        found = {}
        for root in (self.home, self.own / "telltale", self.stubs):
            for path in sorted(root.rglob("*")):
                digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
                found[str(path)] = f"{path.lstat().st_mode:o} {digest}"
        return found

"""Starts for tests of the launcher: a home and a project, and a program that runs one start through Telltale's own code."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.host.real import RealHost
from core.toggles.sandbox_check import why_no_sandbox

ROOT = Path(__file__).resolve().parents[2]
_RUN = """import json, sys
from core.toggles.launch import LaunchProfile
from core.toggles.prepared import Situation, command
from core.toggles.ready import Facts
from core.toggles.run import run
asked = json.loads(sys.argv[1])
facts = Facts("t", ("tool",), tuple(asked["places"]))
profile = LaunchProfile("t", asked["set"], tuple(asked["unset"]), tuple(asked["keep_only"]), parts=frozenset(asked["parts"]))
sys.exit(run(command(profile, sys.argv[2:], Situation(facts=facts))))
"""
_KEPT = """import json, os, signal, sys
from dataclasses import replace
from core.toggles import kept_start, looked
from core.toggles.launch import LaunchProfile
from core.toggles.prepared import Situation, command
from core.toggles.ready import Facts
from core.toggles.run import run
asked = json.loads(sys.argv[1])
situation = Situation(facts=Facts("t", ("tool",), tuple(asked["places"])))
profile = LaunchProfile("t", asked["set"], tuple(asked["unset"]), tuple(asked["keep_only"]), parts=frozenset(asked["parts"]))
with looked.noting() as looks:
    prepared = command(profile, sys.argv[2:], situation)
if not prepared.is_sandboxed or not looks.keepable or "network" in prepared.parts:
    sys.exit(run(prepared))
looks.newest = 0  # what this test made a moment ago will not change again
kept = kept_start.keep(kept_start.Start("t", sys.argv[2], situation, dict(os.environ), os.getcwd()), replace(prepared, notes=()), looks)
for number in (signal.SIGPIPE, signal.SIGXFSZ):
    signal.signal(number, signal.SIG_DFL)
words = [*kept_start.reader(), str(kept_start.folder("t")), "t", sys.argv[2], sys.executable, "/no long way", *sys.argv[3:]]
os.execve(words[0], words, {**os.environ, "PERL_BADLANG": "0"}) if kept else sys.exit("not kept")
"""


def needs_sandbox() -> None:
    """Skip where no sandbox can start, with the product's own reason."""
    if why := why_no_sandbox(RealHost()):
        pytest.skip(why)


@dataclass(frozen=True, slots=True)
class Desk:
    """A home with a project in it; `kept` starts are those of a shim that needs no Python."""

    home: Path
    kept: bool = False

    @property
    def project(self) -> Path:
        """The project folder, a git repository."""
        return self.home / "work" / "secret-project"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a session."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "USER": "mia",
            "LOGNAME": "mia",
            "TERM": "xterm",
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *(item for item in sys.path if item.endswith("site-packages"))]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def argv(self, *tool: str, parts: tuple[str, ...] = (), places: tuple[str, ...] = (), **more: object) -> list[str]:
        """Return the command that starts a program through Telltale."""
        asked = {"parts": parts, "places": places, "set": {}, "unset": [], "keep_only": [], **more}
        return [sys.executable, "-c", _KEPT if self.kept else _RUN, json.dumps(asked), *tool]

    def start(
        self,
        *tool: str,
        parts: tuple[str, ...] = (),
        places: tuple[str, ...] = (),
        given: bytes = b"",
        env: dict[str, str] | None = None,
        **more: object,
    ) -> subprocess.CompletedProcess[bytes]:
        """Start a program without a terminal and wait for its end."""
        argv = self.argv(*tool, parts=parts, places=places, **more)
        return subprocess.run(
            argv, env={**self.env, **(env or {})}, cwd=self.project, capture_output=True, check=False, input=given, timeout=60
        )

    def script(self, *tool: str, **more: object) -> str:
        """Return one word that starts a program through Telltale, for typing into a shell."""
        file = self.home / "start.sh"
        words = " ".join(shlex.quote(word) for word in self.argv(*tool, **more))  # type: ignore[arg-type]  # passed on by name
        file.write_text(f"#!/bin/sh\nexec {words}\n")
        file.chmod(0o755)
        return str(file)

    def as_ordinary_user(self, *tool: str, parts: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        """Start a program as an ordinary user, also where the tests run as root (whose sandboxes cover parts of /proc)."""
        argv = self.argv(*tool, parts=parts)
        if os.geteuid() == 0:
            python = "/usr/bin/python3"
            if not Path(python).exists() or shutil.which("setpriv") is None or not os.access(ROOT, os.R_OK):
                pytest.skip("There is no way to become an ordinary user here.")
            for item in (self.home, *self.home.rglob("*")):
                os.chown(item, 1000, 1000)
            for folder in (self.home, *self.home.parents):
                if folder.stat().st_uid == 0 and folder != Path("/") and not folder.stat().st_mode & 1:
                    folder.chmod(0o711)
            argv = ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", python, *argv[1:]]
        return subprocess.run(argv, env=self.env, cwd=self.project, capture_output=True, check=False, timeout=60)

    def says(self, script: str, **more: object) -> str:
        """Return what a line of shell says inside; it must succeed."""
        done = self.start("/bin/sh", "-c", script, **more)  # type: ignore[arg-type]  # passed on by name
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()


def make_desk(folder: Path, *, kept: bool = False) -> Desk:
    """Make the home and the project."""
    desk = Desk(folder / "home-of-mia", kept)
    (desk.project / ".git").mkdir(parents=True)
    return desk

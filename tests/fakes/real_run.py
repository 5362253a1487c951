"""A home with one installed tool (a stand-in for Claude Code), and the real `telltale` command started there as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
VERSION = "2.1.169"
EMAIL = "mia.tell@mail.example"
LIMIT_S = 60
_TELLTALE = "import sys; from core.cli.main import main; sys.exit(main())"
_TOOL = """#!{python}
import gzip, json, os, socket, ssl, sys, threading, time, urllib.error, urllib.parse, urllib.request

def proxy():
    at = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
    return socket.create_connection((at.hostname, at.port), 30)

def ask(port, head, body=b""):
    with proxy() as to:
        to.sendall(head.replace(b"AT", b"http://127.0.0.1:%d" % port) + body)
        answer = b""
        while piece := to.recv(65536):
            answer += piece
            if b"\\r\\n\\r\\n" in answer:
                return answer.split(b"\\r\\n")[0].decode("latin-1")
        return "closed"

def post(url, data):
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=60) as answer:
        return answer.read()

{script}
"""


class RealRun:
    """One person's home; `tool` is what the installed tool does, as Python with `ask`, `post` and `proxy` at hand."""

    def __init__(self, home: Path, tool: str) -> None:
        """Install the tool."""
        self.home = home
        node = home / ".nvm/versions/node/v20.0.0"
        package = node / "lib/node_modules/@anthropic-ai/claude-code"
        package.mkdir(parents=True)
        (package / "package.json").write_text(json.dumps({"name": "@anthropic-ai/claude-code", "version": VERSION}))
        program = package / "cli.js"
        program.write_text(_TOOL.format(python=os.path.realpath(sys.executable), script=tool))
        program.chmod(0o755)
        (node / "bin").mkdir()
        (node / "bin" / "claude").symlink_to(program)
        (home / ".gitconfig").write_text(f"[user]\n\tname = Mia Tell\n\temail = {EMAIL}\n")
        (home / "work").mkdir()
        self.bin = node / "bin"

    @property
    def state(self) -> Path:
        """Telltale's own folder."""
        return self.home / ".local/state/telltale"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of the person's session."""
        path = os.pathsep.join([str(ROOT), *(item for item in sys.path if item.endswith("site-packages"))])
        return {
            "PATH": os.pathsep.join([str(self.bin), os.environ["PATH"]]),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.home / "tmp"),
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        }

    def start(self, *words: str, within: Sequence[str] = (), **more: str) -> subprocess.Popen[str]:
        """Start a command of Telltale (`within`: another command that starts it)."""
        (self.home / "tmp").mkdir(exist_ok=True)
        return subprocess.Popen(
            [*within, sys.executable, "-c", _TELLTALE, *words],
            env=self.environment(**more),
            cwd=self.home / "work",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, within: Sequence[str] = (), **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Telltale to its end."""
        process = self.start(*words, within=within, **more)
        out, err = process.communicate(timeout=LIMIT_S)
        return subprocess.CompletedProcess(words, process.returncode, out, " ".join(err.split()))

    def document(self, *words: str) -> Any:
        """Return the JSON that a command prints."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

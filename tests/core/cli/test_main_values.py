"""A home full of keys, every command that looks or changes, an open umask: no key comes out, and nobody else may read what is kept."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KEY = "Kw7hUnTeR2zq9XvB4t"
FILES = {
    ".claude/settings.json": f'{{"env": {{"ANTHROPIC_API_KEY": "sk-ant-{KEY}"}}, "permissions": {{"allow": ["Bash(curl https://u:{KEY}@x.example)"]}}, "model": "opus"}}',
    ".codex/config.toml": f'[analytics]\nenabled = true\n[x]\ntoken = "{KEY}"\n',
    ".gemini/settings.json": f'{{"theme":"dark","secret":"{KEY}","privacy":{{"usageStatisticsEnabled":true,"token":"{KEY}"}}}}',
    ".npmrc": f"registry=https://u:{KEY}@r.example/\n//r.example/:_authToken={KEY}\n",
    ".gitconfig": f"[user]\n\tname = Anna {KEY}\n\temail = {KEY}@example.org\n[http]\n\tproxy = http://u:{KEY}@proxy.example:3128\n"
    f'\textraHeader = Authorization: Bearer {KEY}\n[url "https://oauth2:{KEY}@git.example/"]\n\tinsteadOf = https://git.example/\n',
    "work/.git/HEAD": "ref: refs/heads/main\n",
    "work/.git/config": f'[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = https://tok:{KEY}@git.example/acme/b.git\n',
    "work/.env": f"API_KEY={KEY}\nDB=postgres://u:{KEY}@db/x\n",
}
VARIABLES = {
    "https_proxy": f"http://u:{KEY}@proxy.example:3128",
    "ALL_PROXY": f"socks5://u:{KEY}@p.example:1",
    "GITHUB_TOKEN": f"ghp_{KEY}{KEY}",
    "PLAIN": f"x-{KEY}-y",
    "DATABASE_URL": f"postgres://u:{KEY}@db/x",
    "PIP_INDEX_URL": f"https://u:{KEY}@pip.example/simple",
    "AWS_SECRET_ACCESS_KEY": KEY,
}
CODE = "import os, sys; os.umask(0); from core.cli.main import main; sys.exit(main(sys.argv[1:]))"


class Home:
    """A home of somebody with keys everywhere, and the command line in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.before: dict[Path, bytes] = {}
        for name, text in FILES.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            self.before[path] = text.encode()
        (home / "bin").mkdir()
        (home / "bin/aider").write_text("#!/bin/sh\nexit 0\n")
        (home / "bin/aider").chmod(0o755)
        self.before[home / "bin/aider"] = (home / "bin/aider").read_bytes()
        search = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        session = home.parent / "session"  # where the desktop's own programs keep what they need
        session.mkdir(mode=0o700)
        own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(session), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        self.env = {"PATH": search, **own, **VARIABLES}

    def run(self, command: str) -> str:
        words = [str(self.home / "work") if word == "WORK" else word for word in command.split()]
        done = subprocess.run(
            [sys.executable, "-c", CODE, *words],
            cwd=self.home / "work",
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in {0, 3}, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def made(self) -> list[Path]:
        """Return the files and folders that Telltale made."""
        folders = {parent for path in self.before for parent in path.parents}
        return [path for path in self.home.rglob("*") if path not in self.before and path not in folders and not path.is_symlink()]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")
def test_no_key_of_the_home_comes_out_of_any_command_or_stays_in_any_file(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    commands = (
        "scan",
        "scan --json",
        "tools --json",
        "exposure --json",
        "doctor --json",
        "toggles --tool claude-code --json",
        "plan --preset light --tool gemini-cli",
        "apply --preset light --tool claude-code --yes",
        "apply --preset light --tool gemini-cli --yes",
        "apply --preset light --tool codex-cli --yes",
        "apply deny-dotenv-claude-code --tool claude-code --project WORK --yes",
        "shims install --yes",
        "changes --json",
        "verify",
        "history --json",
        "presets export light",
        "run aider",
    )
    said = {command: home.run(command) for command in commands}
    assert [command for command, text in said.items() if KEY in text] == []
    made = home.made()
    assert len(made) > 10
    assert [path.name for path in made if path.is_file() and KEY.encode() in path.read_bytes()] == []
    assert [path.name for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    home.run("undo --uninstall --yes")
    assert {path: path.read_bytes() for path in home.home.rglob("*") if path.is_file()} == home.before

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.toggles import shims
from core.toggles.journal import Journal
from core.toggles.launch import LaunchProfile
from core.toggles.model import ChangeState
from core.toggles.profiles import profile_path
from core.toggles.shim_text import Place, shim, starter, windows_shim
from tests.fakes.starts import ROOT, needs_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
TOOL = '#!/bin/sh\necho "tool|$#|$*|$TZ|${SECRET_TOKEN-none}|${KEEP-none}|$HOME"\ncat\nexit 9\n'


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Shimmed:
    """A home with a tool `claude` on PATH and shims made by the product."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        path = profile_path("claude-code")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'tool = "claude-code"\nenvironment = {[*environment]!r}\nsandbox = {[*sandbox]!r}\n'.replace("'", '"'))

    def install(self) -> None:
        tool = self.catalogue.tools["claude-code"]
        shims.install(shims.commands_of([tool]), self.catalogue.tools, self.catalogue.toggles)

    @property
    def shim(self) -> Path:
        return shims.shim_folder() / "claude"

    def types(self, *arguments: str, shell: str = "", given: bytes = b"", path: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
        searched = path or f"{shims.shim_folder()}:{os.environ['PATH']}"
        words = [*(["busybox", "sh"] if shell == "busybox" else [shell] if shell else []), str(self.shim), *arguments]
        home = {"HOME": str(self.home), "PATH": searched, "TERM": "xterm", "LANG": "C.UTF-8"}
        return subprocess.run(words, env={**home, **env}, cwd=self.project, input=given, capture_output=True, check=False, timeout=60)


@pytest.fixture
def shimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shimmed:
    return Shimmed(tmp_path / "home of mia", monkeypatch)


def test_the_preview_names_every_file_and_line_and_changes_nothing(shimmed: Shimmed) -> None:
    lines = shims.preview({"claude": "claude-code"})
    assert lines == [
        "new file  ~/.local/state/telltale/shims/claude  (claude-code)",
        f"add line  ~/.bashrc: {shims.path_line(shimmed.home / '.bashrc')}",
    ]
    assert not shims.shim_folder().exists()


def test_a_shim_without_a_choice_starts_the_tool_untouched(shimmed: Shimmed) -> None:
    shimmed.install()
    done = shimmed.types("a", "b  c", given=b"in\x00put", SECRET_TOKEN="s")
    assert done.stdout == f"tool|2|a b  c||s|none|{shimmed.home}\n".encode() + b"in\x00put"
    assert (done.stderr, done.returncode) == (b"", 9)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shim_applies_the_chosen_environment_in_every_shell(shell: str, shimmed: Shimmed) -> None:
    shimmed.choose(["time-zone", "environment-list"])
    shimmed.install()
    odd = ["", "-n", "*", "a\nb", "$HOME"]
    done = shimmed.types(*odd, shell=shell, SECRET_TOKEN="multi\nexport PATH='x'\nTZ=no", TZ="Asia/Shanghai", CLAUDE_X="1")
    assert done.stdout.decode() == f"tool|5|{' '.join(odd)}|UTC|none|none|{shimmed.home}\n"
    assert (done.stderr, done.returncode) == (b"", 9)


def test_a_newer_choice_is_used_at_the_next_start_and_rendered(shimmed: Shimmed) -> None:
    shimmed.install()
    os.utime(shimmed.shim, (1, 1))
    shimmed.choose(["time-zone"])
    assert b"|UTC|" in shimmed.types().stdout
    assert "export TZ=UTC" in shimmed.shim.read_text()
    assert b"|UTC|" in shimmed.types().stdout


def test_a_sandbox_is_started_and_again_from_what_was_rendered(shimmed: Shimmed) -> None:
    needs_sandbox()
    shimmed.choose(["time-zone"], ["home-folder", "time-zone"])
    shimmed.install()
    for _ in range(2):
        done = shimmed.types("x", given=b"in", SECRET_TOKEN="s")
        assert done.stdout == b"tool|1|x|UTC|s|none|/home/user\nin", done.stderr
        assert done.returncode == 9


def test_a_tool_that_is_gone_is_told(shimmed: Shimmed) -> None:
    shimmed.install()
    shimmed.tool.unlink()
    done = shimmed.types()
    assert (done.returncode, done.stderr) == (127, b"telltale: claude is not installed any more.\n")


def test_a_shim_never_starts_itself(shimmed: Shimmed) -> None:
    shimmed.install()
    (shimmed.home / "link").symlink_to(shims.shim_folder())
    path = f"{shimmed.home}/link:{shims.shim_folder()}::{shims.shim_folder()}:{os.environ['PATH']}"
    done = shimmed.types("x", path=path)
    assert done.stdout.startswith(b"tool|1|x|")


def test_without_telltale_the_plain_tool_starts_and_says_so(shimmed: Shimmed) -> None:
    shimmed.choose([], ["home-folder"])
    shimmed.install()
    text = shimmed.shim.read_text().replace(sys.executable, "/gone/python")
    shimmed.shim.write_text(text)
    done = shimmed.types("x", given=b"in")
    assert done.stdout.startswith(b"tool|1|x|")
    assert b"starts plainly and nothing is hidden" in done.stderr
    assert done.returncode == 9


def test_with_a_broken_telltale_the_plain_tool_starts_and_says_so(shimmed: Shimmed) -> None:
    shimmed.choose([], ["home-folder"])
    shimmed.install()
    start = paths.state_dir() / "shims.d" / "start.py"
    start.write_text(start.read_text().replace(str(ROOT), "/gone"))
    done = shimmed.types("x", given=b"in")
    assert done.stdout.startswith(b"tool|1|x|")
    assert b"Telltale is broken here (ModuleNotFoundError), so the tool starts plainly" in done.stderr
    assert done.returncode == 9


def test_removing_gives_the_shell_file_back_byte_for_byte_and_leaves_no_file(shimmed: Shimmed) -> None:
    shimmed.install()
    assert shims.path_line(shimmed.home / ".bashrc").encode() in (shimmed.home / ".bashrc").read_bytes()
    shimmed.install()
    assert (shimmed.home / ".bashrc").read_bytes().count(b"Telltale") == 1
    assert shims.remove() == ("claude",)
    assert (shimmed.home / ".bashrc").read_bytes() == b"# mine"
    assert not shims.shim_folder().exists()
    states = {entry.state for entry in Journal(paths.state_dir() / "journal").entries()}
    assert states == {ChangeState.UNDONE}


def test_the_line_really_puts_the_shims_first(shimmed: Shimmed) -> None:
    shimmed.install()
    env = {"HOME": str(shimmed.home), "PATH": os.environ["PATH"], "TERM": "dumb"}
    said = subprocess.run(
        ["bash", "-ic", "command -v claude"], env=env, capture_output=True, check=False, text=True, stdin=subprocess.DEVNULL
    )
    assert said.stdout.strip() == str(shimmed.shim)


def test_the_status_says_what_is_reached_first(shimmed: Shimmed) -> None:
    shimmed.install()
    before = {"PATH": os.environ["PATH"]}
    after = {"PATH": f"{shims.shim_folder()}:{os.environ['PATH']}"}
    assert shims.status(before) == (shims.ShimStatus("claude", "claude-code", is_first=False, stands_before=str(shimmed.tool)),)
    assert shims.status(after)[0].is_first


def test_a_strangers_file_in_the_folder_is_left_alone(shimmed: Shimmed) -> None:
    shimmed.install()
    stranger = written(shims.shim_folder() / "other", "#!/bin/sh\n")
    assert [item.name for item in shims.status()] == ["claude"]
    shims.remove()
    assert stranger.exists()


def test_no_value_stands_in_a_command_line() -> None:
    profile = LaunchProfile("t", {"A": "it's $x"}, ("B", "C_*"), ("PATH", "LC_*"))
    text = shim("tool", "t", profile, Place("/s", "/p", "/py", "/st", "/pkg"))
    assert "env " not in text
    assert "export A='it'\"'\"'s $x'" in text
    assert text.count("exec ") == 2


def test_the_starter_is_python_of_any_version() -> None:
    compile(starter(["/a b/'c"]), "start.py", "exec")


def test_the_windows_shim_passes_on_what_it_got() -> None:
    text = windows_shim("claude", "claude-code")
    assert "telltale run --as claude-code" in text
    assert text.count("%*") == 2
    assert "\r\n" in text
    assert "exit /b %errorlevel%" in text

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.toggles import kept_start, shims
from core.toggles.journal import Journal
from core.toggles.launch import LaunchProfile
from core.toggles.model import ChangeState
from core.toggles.shim_text import Place, shim, starter
from tests.fakes.shimmed import Shimmed, written
from tests.fakes.starts import ROOT, needs_sandbox

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]


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


@pytest.mark.skipif(kept_start.reader() is None, reason="This system cannot use kept starts.")
def test_the_next_start_in_a_folder_needs_no_python(shimmed: Shimmed) -> None:
    needs_sandbox()
    shimmed.choose_preset("strict")
    shimmed.install()
    assert shimmed.is_kept()
    before = shimmed.types("a", "b c", given=b"in", TELLTALE_TEST="1")
    (paths.state_dir() / "shims.d/start.py").write_text("raise SystemExit(77)\n")
    done = shimmed.types("a", "b c", given=b"in", TELLTALE_TEST="1")
    assert done.stdout == b"tool|2|a b c|UTC|none|none|/home/user\nin"
    assert (done.stdout, done.stderr, done.returncode) == (before.stdout, before.stderr, 9)
    assert shimmed.types(PERL5OPT="-w").returncode == 77
    shimmed.choose([], ["time-zone"])
    assert shimmed.types().returncode == 77
    shims.remove()
    assert not (paths.state_dir() / "shims.d").exists()


def test_a_tool_that_moved_is_found_and_kept_anew(shimmed: Shimmed) -> None:
    needs_sandbox()
    shimmed.choose([], ["home-folder", "time-zone"])
    shimmed.install()
    assert shimmed.is_kept() == (kept_start.reader() is not None)
    written(shimmed.home / "other/claude", "#!/bin/sh\necho moved; id -un\n")
    shimmed.tool.unlink()
    path = f"{shims.shim_folder()}:{shimmed.home}/other:/usr/bin:/bin"
    assert shimmed.types(path=path).stdout.startswith(b"moved\n")


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
    assert shims.remove() == ("claude", "the line in ~/.bashrc")
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

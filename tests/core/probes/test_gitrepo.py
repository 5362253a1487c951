"""Finding the repository, and our reading of git's files against the real git."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.host.real import RealHost
from core.probes._gitconfig import folder_pattern, matches_path, parse
from core.probes._gitrepo import find_repository, load_config
from tests.fakes.recorded_machines import linux

if TYPE_CHECKING:
    from pathlib import Path

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def as_git_reads(folder: Path, file: Path) -> list[tuple[str, str]] | None:
    """Return what the real git reads from one file, None where it refuses the file."""
    done = subprocess.run(["git", "config", "--file", str(file), "--list", "-z"], cwd=folder, check=False, capture_output=True)
    if done.returncode:
        return None
    rows = [row.partition("\n") for row in done.stdout.decode().split("\0") if row]
    return [(key, value if newline else "true") for key, newline, value in rows]


def test_a_worktree_leads_to_the_main_repository() -> None:
    files = {
        "/home/mia/shop/.git": "gitdir: /home/mia/main/.git/worktrees/shop\n",
        "/home/mia/main/.git/worktrees/shop/commondir": "../..\n",
        "/home/mia/main/.git/config": '[remote "o"]\nurl = x\n',
    }
    host = linux(files=files)
    found = find_repository(host)
    assert found is not None
    assert found.common == "/home/mia/main/.git"
    assert load_config(host, found).urls() == ("x",)


def test_the_repository_is_found_from_a_folder_inside_it() -> None:
    found = find_repository(linux(cwd="/home/mia/shop/a/b", files={"/home/mia/shop/.git/HEAD": "ref: x"}))
    assert found is not None
    assert found.top == "/home/mia/shop"


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/a/**", "/a/b/c", True),
        ("/a/*", "/a/b/c", False),
        ("**/shop/**", "/home/mia/shop/.git", True),
        ("**/shop/**", "/home/mia/workshop/.git", False),
        ("/a/**/c", "/a/c", True),
        ("**/**/**/**/x", "/" + "a/" * 60, False),
    ],
)
def test_path_patterns_fit_as_git_says(pattern: str, path: str, *, fits: bool) -> None:
    assert matches_path(pattern, path) is fits


def test_folder_patterns_are_completed_as_git_says() -> None:
    assert folder_pattern("~/work/", "/home/mia", "/x") == "/home/mia/work/**"
    assert folder_pattern("work/", "/home/mia", "/x") == "**/work/**"
    assert folder_pattern("./work", "/home/mia", "/x") == "/x/work"


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    parse(text)


PIECES = st.lists(st.sampled_from([*'[]"\\=#; \t\nab.-1', "[user]\n", '[remote "x"]\n', "name = ", "\\n", '\\"']), max_size=25).map("".join)


@needs_git
@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_our_reading_agrees_with_the_real_git(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("config")
    file = folder / "config"
    file.write_text(text)
    ours, theirs = parse(text), as_git_reads(folder, file)
    assert ours.is_broken == (theirs is None)
    if theirs is not None:
        # Git before 2.46 turns a tab within a value into a blank, later ones keep it.
        assert [(key, value.replace("\t", " ")) for key, value in ours.pairs] == [(key, value.replace("\t", " ")) for key, value in theirs]


@needs_git
def test_a_real_repository_with_includes_is_read_like_git_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, repo = tmp_path / "home", tmp_path / "home" / "work" / "app"
    repo.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (home / ".gitconfig").write_text(
        '[user]\nname = "Mia \\"M\\" Example"\nemail = a@x.example ; comment\n[includeIf "gitdir:~/work/"]\npath = work.inc\n'
    )
    (home / "work.inc").write_text("[user]\n\temail = work@x.example\n")
    git(repo, "init", "-q", "-b", "main")
    git(repo, "remote", "add", "origin", "https://forge.example/a b.git")
    monkeypatch.chdir(repo)
    host = RealHost()
    config = load_config(host, find_repository(host))
    for key in ("user.name", "user.email", "remote.origin.url", "core.bare"):
        assert config.value(key) == git(repo, "config", "--get", key).rstrip("\n"), key
    assert repo.samefile(str(getattr(find_repository(host), "top", "")))

"""Hostile and unlucky things done to settings files, the journal and the shims between a change and its undo, by the real commands."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.cli import main as command
from core.toggles import shims
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ONE = "codex-cli-analytics"
OLD = b'# mine\nmodel = "x"\n\n[analytics]\n# on\nenabled = true # yes\n'


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    home = ToggleHome(tmp_path, monkeypatch)
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg" / name.lower()))
    monkeypatch.setenv("COLUMNS", "120")
    return home


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*argv: str) -> tuple[int, str]:
        status = command.main(argv)
        said = capsys.readouterr()
        return status, " ".join((said.out + said.err).split())

    return run


@pytest.fixture
def codex(at_home: ToggleHome, say: Callable[..., tuple[int, str]]) -> Path:
    """Return a settings file in which a switch was made."""
    path = at_home.home / ".codex/config.toml"
    assert say("apply", ONE, "--yes")[0] == 0
    return path


def test_another_layout_of_the_file_is_kept_and_only_the_setting_goes_back(codex: Path, say: Callable[..., tuple[int, str]]) -> None:
    codex.write_bytes(b'# rewritten\nanalytics = {enabled = false}\nmodel = "z"\n')
    assert say("undo", "--all", "--yes")[0] == 0
    assert codex.read_bytes() == b'# rewritten\nanalytics = {enabled = true}\nmodel = "z"\n'


@pytest.mark.parametrize("now", [b'model = "z"\n', b"[analytics]\n", b'analytics = "off"\n', b"[analytics\nenabled", None])
def test_what_others_left_stays_and_the_sentence_says_how_to_settle_it(
    codex: Path, say: Callable[..., tuple[int, str]], now: bytes | None
) -> None:
    codex.unlink() if now is None else codex.write_bytes(now)
    status, said = say("undo", "--all", "--yes")
    assert status == 3
    assert "before: true; ours: false; now: " in said
    assert "--keep-theirs leaves it as it is now and settles it" in said
    status, said = say("undo", "--all", "--keep-theirs", "--yes")
    assert (status, "Left as others wrote it." in said) == (0, True)
    assert (codex.read_bytes() if codex.exists() else None) == now
    assert say("undo", "--uninstall", "--yes")[0] == 0
    assert not (paths.state_dir() / "journal").exists()


@pytest.mark.parametrize("spoil", ["broken", "too large", "a folder", "a pipe"])
def test_a_file_that_cannot_be_read_is_not_told_as_out_of_effect(codex: Path, say: Callable[..., tuple[int, str]], spoil: str) -> None:
    ours = codex.read_bytes()
    if spoil == "broken":
        codex.write_bytes(b"[analytics\n")
    elif spoil == "too large":
        codex.write_bytes(ours + b"# " + b"x" * (5 << 20))
    else:
        codex.unlink()
        codex.mkdir() if spoil == "a folder" else os.mkfifo(codex)
    status, said = say("verify")
    assert (status, "cannot be read here" in said, "apply makes it again" in said) == (3, True, False)
    assert say("undo", "--all", "--yes")[0] == 3
    shutil.rmtree(codex) if spoil == "a folder" else codex.unlink()
    codex.write_bytes(ours)
    assert say("undo", "--all", "--yes")[0] == 0
    assert codex.read_bytes() == OLD


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b"null", b"\xff\xfe", b"newer", b"cut"])
def test_a_damaged_or_newer_entry_is_told_everywhere_and_never_deleted(
    codex: Path, say: Callable[..., tuple[int, str]], damage: bytes
) -> None:
    (file,) = (paths.state_dir() / "journal").glob("*.json")
    whole = file.read_bytes()
    content = {b"newer": whole.replace(b'"format": 1', b'"format": 2'), b"cut": whole[:-40]}.get(damage, damage)
    file.write_bytes(content)
    for words in (("changes",), ("verify",), ("undo", "--all", "--yes"), ("undo", "--uninstall", "--yes")):
        status, said = say(*words)
        assert status == 3, words
        assert f"damaged or from a newer Telltale; they were left alone: {file.name}" in said, words
        assert "Nothing was changed so far" not in said
        assert "No change is in effect" not in said
    assert file.read_bytes() == content
    file.write_bytes(whole)
    assert say("undo", "--all", "--yes")[0] == 0
    assert codex.read_bytes() == OLD


@pytest.mark.parametrize(
    "change", [{"kind": "teleport"}, {"edit": {"format": "xml", "operation": "put", "key": ["a"], "value": 1, "there": 0}}], ids=str
)
def test_an_entry_of_an_unknown_kind_or_format_hides_no_other(
    codex: Path, say: Callable[..., tuple[int, str]], change: dict[str, object]
) -> None:
    (file,) = (paths.state_dir() / "journal").glob("*.json")
    whole = file.read_bytes()
    assert say("apply", "gemini-cli-usage", "--yes")[0] == 0
    file.write_text(json.dumps({**json.loads(whole), **change}))
    status, said = say("verify")
    assert status == 3
    assert "cannot be read here" in said
    assert ": in effect" in said


def test_an_entry_whose_splice_fits_no_more_is_undone_by_its_key(codex: Path, say: Callable[..., tuple[int, str]]) -> None:
    (file,) = (paths.state_dir() / "journal").glob("*.json")
    file.write_text(json.dumps({**json.loads(file.read_bytes()), "splice": {"offset": 5000, "removed": "", "inserted": "eA=="}}))
    assert say("undo", "--all", "--yes")[0] == 0
    assert codex.read_bytes() == OLD


def test_a_file_of_two_names_is_refused_and_both_stay(at_home: ToggleHome, say: Callable[..., tuple[int, str]]) -> None:
    path, other = at_home.home / ".codex/config.toml", at_home.home / "other"
    os.link(path, other)
    status, said = say("apply", ONE, "--yes")
    assert status == 3
    assert "second name (a hard link)" in said
    assert "By hand: in ~/.codex/config.toml" in said
    assert path.samefile(other)
    assert path.read_bytes() == OLD


@pytest.mark.parametrize("lost", ["shims", "."])
def test_shims_whose_folder_was_deleted_by_hand_leave_no_line_behind(
    at_home: ToggleHome, say: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    bashrc = at_home.home / ".bashrc"
    bashrc.write_bytes(b"# mine\n")
    monkeypatch.setenv("SHELL", "/bin/bash")
    shims.install({"codex": "codex-cli"}, {}, {})
    assert b"Telltale's shims" in bashrc.read_bytes()
    shutil.rmtree(paths.state_dir() / lost)
    status, said = say("shims", "remove")
    assert (status, said) == (0, "Taken away: the line in ~/.bashrc.")
    assert bashrc.read_bytes() == b"# mine\n"
    assert say("undo", "--all", "--yes")[0] == 0
    assert bashrc.read_bytes() == b"# mine\n"


def test_removing_shims_where_there_never_were_any_makes_no_folder(at_home: ToggleHome, say: Callable[..., tuple[int, str]]) -> None:
    assert say("shims", "remove") == (0, "There was no such shim, so nothing was changed.")
    assert not paths.state_dir().exists()


@pytest.mark.parametrize("name", ["", " ", "*", "../../x", "0"])
def test_a_name_that_is_none_undoes_nothing(codex: Path, say: Callable[..., tuple[int, str]], name: str) -> None:
    """An empty variable in a script (`telltale undo "$CHANGE" --yes`) must never mean everything."""
    ours = codex.read_bytes()
    status, said = say("undo", name, "--yes")
    assert status == 3
    assert "There is no change" in said
    assert codex.read_bytes() == ours


def test_a_shim_somebody_wrote_into_does_not_stop_the_others_from_being_listed_and_removed(
    at_home: ToggleHome, say: Callable[..., tuple[int, str]]
) -> None:
    shims.install({"codex": "codex-cli", "claude": "claude-code"}, {}, {})
    file = shims.shim_folder() / "codex"
    file.write_text(file.read_text().replace("telltale_starter=", "telltale_starter='"))
    assert "claude-code" in say("shims", "status")[1]
    assert say("shims", "remove")[0] == 0
    assert not shims.shim_folder().exists()


def test_a_home_no_search_path_can_name_gets_no_shims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Callable[..., tuple[int, str]]
) -> None:
    home = tmp_path / "a:b"
    tool = home / "bin/codex"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{home}/bin{os.pathsep}{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    with pytest.raises(shims.ShimError, match="no search path can name, so nothing was made"):
        shims.install({"codex": "codex-cli"}, {}, {})
    assert not shims.shim_folder().exists()

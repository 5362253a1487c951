"""The commands about toggles, as a person or a script calls them."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from core.cli import main as command
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from pathlib import Path

CODEX = ("codex-cli-analytics", "--tool", "codex-cli")


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    home = ToggleHome(tmp_path, monkeypatch)
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg" / name.lower()))
    monkeypatch.setenv("COLUMNS", "120")
    return home


def call(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = command.main(argv)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_toggles_lists_what_is_offered_apart_from_what_is_only_listed(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "toggles")
    assert status == 0
    offered, listed = out.split("Only listed")
    assert "time-zone" in offered
    assert "codex-cli-do-not-track" in listed


def test_one_toggle_is_explained_with_side_effect_undo_and_evidence(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "toggles", "time-zone")
    assert status == 0
    for word in ("Side effect", "Undo", "Measured by", "Evidence", "says more than it hides"):
        assert word in " ".join(out.split())


def test_toggles_as_json_have_states_for_a_tool(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "toggles", "codex-cli-analytics", "--tool", "codex-cli", "--json")
    (entry,) = json.loads(out)["toggles"]
    assert status == 0
    assert (entry["state"], entry["offered"], entry["changes"][0]["kind"]) == ("off", True, "settings-key")


@pytest.mark.parametrize(
    "argv",
    [
        ("toggles", "nothing"),
        ("toggles", "--tool", "nothing"),
        ("plan",),
        ("plan", "--preset", "x"),
        ("undo",),
        ("presets", "export", "x"),
        ("presets", "export"),
    ],
)
def test_a_wrong_choice_ends_with_the_usage_status(at_home: ToggleHome, argv: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        command.main(argv)
    assert end.value.code == 2


def test_plan_shows_the_difference_and_changes_nothing(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    before = at_home.tree()
    status, out, _ = call(capsys, "plan", *CODEX)
    assert status == 0
    assert "+enabled = false # yes" in out
    status, out, _ = call(capsys, "plan", "claude-code-webfetch", *CODEX, "--json")
    document = json.loads(out)
    assert status == 3
    assert document["changes"][0]["target"] == "~/.codex/config.toml"
    assert set(document["refused"]) == {"claude-code-webfetch"}
    assert at_home.tree() == before


def test_without_a_terminal_and_without_yes_nothing_is_changed(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = at_home.tree()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    status, _, err = call(capsys, "apply", *CODEX)
    assert status == 4
    assert "add --yes" in err
    assert at_home.tree() == before


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 4), ("", 4)])
def test_on_a_terminal_the_person_is_asked(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    typed = io.StringIO(answer)
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    assert call(capsys, "apply", *CODEX)[0] == status


def test_apply_changes_verify_undo_and_uninstall_leave_the_home_as_it_was(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    before = at_home.tree()
    status, out, _ = call(capsys, "apply", *CODEX, "--yes")
    assert status == 0
    assert "analytics.enabled: true -> false" in out
    assert call(capsys, "apply", *CODEX, "--yes")[1] == "codex-cli-analytics: is so already.\n"
    status, out, _ = call(capsys, "changes", "--json")
    (change,) = json.loads(out)["changes"]
    assert (change["state"], change["before"], change["after"]) == ("verified", "true", "false")
    assert call(capsys, "verify")[0] == 0
    path = at_home.home / ".codex/config.toml"
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b"enabled = true"))
    status, out, _ = call(capsys, "verify")
    assert (status, "no longer in effect" in out) == (3, True)
    path.write_bytes(path.read_bytes().replace(b"enabled = true", b"enabled = false"))
    assert call(capsys, "undo", change["id"])[0] == 0
    assert call(capsys, "undo", "--uninstall", "--yes")[0] == 0
    assert at_home.tree() == before
    assert call(capsys, "changes")[1] == "Nothing was changed so far.\n"


def test_undo_of_several_asks_and_says_how_many(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "apply", "codex-cli-environment-context", *CODEX, "--yes")
    assert call(capsys, "undo", "--all")[0] == 4
    status, out, _ = call(capsys, "undo", "--today", "--yes")
    assert status == 0
    assert "2 changes taken back." in out


def test_a_conflict_ends_with_status_3_and_can_be_settled(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "apply", *CODEX, "--yes")
    path = at_home.home / ".codex/config.toml"
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b'enabled = "theirs"'))
    status, out, _ = call(capsys, "undo", "--all", "--yes")
    assert status == 3
    assert "now: theirs" in " ".join(out.split())
    change = out.split()[0]
    assert call(capsys, "undo", change, "--keep-theirs")[0] == 0
    assert b'"theirs"' in path.read_bytes()


def test_yes_alone_does_not_change_the_whole_computer(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    before = at_home.tree()
    status, out, _ = call(capsys, "apply", "computer-time-zone", "--yes")
    assert status == 3
    assert "needs its own confirmation" in " ".join(out.split())
    assert at_home.tree() == before
    assert call(capsys, "apply", "computer-time-zone", "--yes", "--system")[0] == 0
    assert call(capsys, "undo", "--all", "--yes")[0] == 0
    assert at_home.tree() == before


def test_presets_are_listed_exported_imported_and_removed(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [line.split()[0] for line in call(capsys, "presets", "list")[1].splitlines()] == ["light", "strict", "workshop"]
    text = call(capsys, "presets", "export", "light")[1].replace('id = "light"', 'id = "mine"')
    file = tmp_path / "mine.toml"
    file.write_text(text.replace('"language"', '"language", "gone-since"'))
    status, _, err = call(capsys, "presets", "import", str(file))
    assert (status, "gone-since" in err) == (3, True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert call(capsys, "presets", "import", "-")[0] == 0
    assert "mine" in call(capsys, "presets", "list")[1]
    assert "codex-cli-analytics" in call(capsys, "plan", "--preset", "mine", "--tool", "codex-cli")[1]
    assert call(capsys, "presets", "remove", "mine")[0] == 0
    with pytest.raises(SystemExit):
        command.main(["presets", "import", str(tmp_path / "nothing")])


def test_a_project_folder_is_masked_in_what_is_printed(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = at_home.home.parent / "secret-client"
    elsewhere.mkdir()
    _, out, _ = call(capsys, "plan", "ignore-dotenv-aider", "--tool", "aider", "--project", str(elsewhere), "--json")
    assert "secret-client" not in json.loads(out)["changes"][0]["target"]


def test_help_documents_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("apply", "undo", "plan", "verify", "changes", "presets", "toggles"):
        with pytest.raises(SystemExit):
            command.main([name, "--help"])
        assert "4 not confirmed" in " ".join(capsys.readouterr().out.split())

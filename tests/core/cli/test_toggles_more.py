"""Names before and after options, reset, presets as a whole, project folders, the timeline, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths
from core.cli import main as command
from core.toggles import desktop, shims
from tests.fakes.toggle_home import ToggleHome, catalogue

ONE, TWO = "codex-cli-analytics", "codex-cli-environment-context"
TOOL = ("--tool", "codex-cli")


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


@pytest.mark.parametrize("argv", [(ONE, TWO, *TOOL), (*TOOL, ONE, TWO), (ONE, *TOOL, TWO), (ONE, "--tool=codex-cli", TWO, "--json")])
def test_names_may_stand_before_between_and_after_options(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]
) -> None:
    status, out, _ = call(capsys, "plan", *argv, *([] if "--json" in argv else ["--json"]))
    assert status == 0
    assert [change["toggle"] for change in json.loads(out)["changes"]] == [ONE, TWO]


def test_apply_takes_names_between_options_too(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "apply", ONE, "--yes", *TOOL, TWO)[0] == 0
    assert call(capsys, "verify")[1].count("in effect") == 2


@pytest.mark.parametrize(
    "argv", [("plan", ONE, *TOOL, "--nothing"), ("apply", "no-such"), ("plan", ONE, "--tool", "no-such"), ("reset",), ("changes", "x")]
)
def test_what_does_not_exist_is_wrong_usage(at_home: ToggleHome, argv: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        command.main(argv)
    assert end.value.code == 2


def test_reset_takes_away_what_stands_there_and_undo_brings_it_back(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    before, path = at_home.tree(), at_home.home / ".codex/config.toml"
    status, out, _ = call(capsys, "reset", ONE, *TOOL)
    assert (status, "-enabled = true" in out) == (4, True)
    assert at_home.tree() == before
    status, out, _ = call(capsys, "reset", ONE, *TOOL, "--json")
    assert (status, json.loads(out)["changes"][0]["after"]) == (0, None)
    call(capsys, "apply", ONE, *TOOL, "--yes")
    status, out, _ = call(capsys, "reset", ONE, *TOOL, "--yes")
    assert (status, b"enabled" in path.read_bytes()) == (0, False)
    assert "analytics.enabled: false -> not set" in out
    assert "vendor's default already" in call(capsys, "reset", ONE, *TOOL, "--yes")[1]
    assert call(capsys, "reset", "language", *TOOL, "--yes")[0] == 3
    assert call(capsys, "undo", "--all", "--yes")[0] == 0
    assert call(capsys, "undo", "--uninstall", "--yes")[0] == 0
    assert at_home.tree() == before


def test_a_preset_that_cannot_be_made_whole_is_taken_back_and_that_is_said(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.toggles.settings import FileKind
    from core.toggles.target import RefusedError

    before, real = at_home.tree(), FileKind.apply

    def failing(self: FileKind, *given: object) -> object:
        if given[0].key == "analytics.enabled":  # type: ignore[attr-defined]  # a change
            raise RefusedError("The disk is full, so nothing was changed.")
        return real(self, *given)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(FileKind, "apply", failing)
    status, out, _ = call(capsys, "apply", "--preset", "light", *TOOL, "--yes")
    said = " ".join(out.split())
    assert status == 3
    assert "The disk is full" in said
    assert "the whole preset was taken back" in said
    assert call(capsys, "verify")[1] == "No change is in effect.\n"
    call(capsys, "undo", "--uninstall", "--yes")
    assert at_home.tree() == before


def test_a_project_folder_is_asked_for_checked_and_remembered(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    name = ("ignore-dotenv-aider", "--tool", "aider")
    status, out, _ = call(capsys, "plan", *name)
    assert (status, "choose the project's folder" in " ".join(out.split())) == (3, True)
    status, _, err = call(capsys, "apply", *name, "--project", "/etc", "--yes")
    assert (status, "one of the system's" in " ".join(err.split())) == (3, True)
    assert call(capsys, "apply", *name, "--project", str(at_home.project), "--yes")[0] == 0
    (at_home.project / ".aiderignore").unlink()
    assert call(capsys, "verify")[0] == 3
    assert call(capsys, "apply", *name, "--yes")[0] == 0
    assert (at_home.project / ".aiderignore").read_text() == ".env\n.env.*\n"


def test_the_timeline_tells_what_was_switched_on_taken_back_and_undone_by_others(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str]
) -> None:
    path = at_home.home / ".codex/config.toml"
    call(capsys, "apply", ONE, *TOOL, "--yes")
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b"enabled = true"))
    call(capsys, "verify")
    call(capsys, "verify")
    call(capsys, "undo", "--all", "--yes")
    status, out, _ = call(capsys, "history", "--json")
    assert status == 0
    kinds = [event["kind"] for event in json.loads(out)["events"]]
    assert kinds == ["change-undone", "change-drifted", "change-made"]
    assert "was switched on for" in call(capsys, "history", "--kind", "change-made")[1]


def test_every_command_of_changes_documents_its_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("apply", "undo", "reset", "plan", "verify", "changes", "presets", "toggles", "shims", "run", "history"):
        with pytest.raises(SystemExit):
            command.main([name, "--help"])
        assert "Exit status" in " ".join(capsys.readouterr().out.split())


def refusal(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """Return the one sentence with which a change is refused; the status is 3."""
    status, out, err = call(capsys, *argv)
    assert status == 3
    said = " ".join((out + err).split())
    assert said.count("nothing was changed") == 1, said
    assert "Traceback" not in said
    return said


def test_what_is_not_telltales_to_change_is_refused_with_one_clear_sentence(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path, outside = at_home.home / ".codex/config.toml", tmp_path / "outside.toml"
    old = path.read_bytes()
    outside.write_bytes(old)
    words = ("apply", ONE, *TOOL, "--yes")
    path.unlink()
    path.symlink_to(outside)
    assert "outside the places Telltale may change" in refusal(capsys, *words)
    assert outside.read_bytes() == old
    path.unlink()
    path.write_bytes(b"[analytics\nenabled")
    assert "not readable as TOML" in refusal(capsys, *words)
    path.write_bytes(b"# " + b"x" * (5 << 20) + b"\n" + old)
    assert "larger than 5 MB" in refusal(capsys, *words)
    path.write_bytes(b"\xff\xfe" + old)
    assert "not UTF-8" in refusal(capsys, *words)
    path.unlink()
    path.mkdir()
    assert "not a regular file" in refusal(capsys, *words)
    assert not list(at_home.home.rglob("*.telltale"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_refused_with_one_clear_sentence(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    os.chown(at_home.home / ".codex/config.toml", 12345, -1)
    assert "belongs to another user" in refusal(capsys, "apply", ONE, *TOOL, "--yes")


HOLDER = """
import sys, time
from pathlib import Path
from core.toggles.journal import Journal
with Journal(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize(("seconds", "status"), [("1", 0), ("30", 3)])
def test_of_two_telltales_the_second_waits_or_says_so(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], seconds: str, status: int
) -> None:
    """Two real processes: one holds the journal for a moment or for long, the other is the command."""
    journal = paths.state_dir() / "journal"
    before = at_home.tree()
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(journal), seconds], stdout=subprocess.PIPE, cwd=root) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            found, _, err = call(capsys, "apply", ONE, *TOOL, "--yes")
        finally:
            holder.kill()
    assert found == status
    if status:
        assert "Another Telltale is making a change right now, so nothing was changed here" in " ".join(err.split())
        assert at_home.tree() == before


def test_two_telltales_at_once_change_one_after_the_other_and_lose_nothing(at_home: ToggleHome) -> None:
    """Two real processes apply and undo at the same time; each of their changes is in the journal, and the end is the beginning."""
    before, root = at_home.tree(), Path(__file__).parents[3]
    words = [sys.executable, "-m", "core.cli.main"]
    started = [
        subprocess.Popen([*words, "apply", name, *TOOL, "--yes"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for name in (ONE, TWO, "language", "do-not-track")
    ]
    ends = [(one.communicate(timeout=100)[1], one.returncode) for one in started]
    assert {status for _, status in ends} <= {0, 3}, ends
    listed = subprocess.run([*words, "changes", "--json"], cwd=root, capture_output=True, check=False)
    states = {change["toggle"]: change["state"] for change in json.loads(listed.stdout)["changes"]}
    assert {ONE, TWO} <= set(states), ends
    assert subprocess.run([*words, "undo", "--uninstall", "--yes"], cwd=root, capture_output=True, check=False).returncode == 0
    assert at_home.tree() == before


def test_on_an_invented_machine_switches_only_pretend_and_say_so(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    before = at_home.tree()
    status, out, _ = call(capsys, "apply", "time-zone", "--tool", "claude-code", "--persona", "developer-laptop", "--yes")
    said = " ".join(out.split())
    assert status == 0
    assert said.startswith("This machine is invented: everything below is only pretended, and nothing is changed on this computer.")
    assert "no tool was started and nothing was changed on this computer" in said
    assert at_home.tree() == before
    assert call(capsys, "changes")[1] == "Nothing was changed so far.\n"
    with pytest.raises(SystemExit) as end:
        command.main(["plan", "time-zone", "--persona", "no-such"])
    assert end.value.code == 2


def test_a_pretended_plan_as_json_says_so_beside_the_json(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "plan", "time-zone", "--tool", "claude-code", "--persona", "developer-laptop", "--json")
    assert status == 0
    assert json.loads(out)["changes"]
    assert "only pretended" in err


def test_entries_of_one_list_are_told_apart_in_the_list_of_changes(at_home: ToggleHome, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "apply", "deny-dotenv-claude-code", "--tool", "claude-code", "--yes")
    call(capsys, "apply", "ignore-dotenv-aider", "--tool", "aider", "--project", str(at_home.project), "--yes")
    out = call(capsys, "changes")[1]
    rows = [line.split("  ")[-1] for line in out.splitlines() if "-dotenv-" in line]
    assert rows == ["added: .env.*", "added: .env", "permissions.deny added: Read(./.env.*)", "permissions.deny added: Read(./.env)"]


def test_what_was_made_for_the_tools_names_is_listed_without_the_home_folder(
    at_home: ToggleHome, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    monkeypatch.delenv("XDG_STATE_HOME")
    desktop.wrap(at_home.home.parent / "share/applications/dev.zed.Zed.desktop", "zed")
    shims.install({"x": "claude-code"}, catalogue().tools, catalogue().toggles)
    for argv in (("changes",), ("changes", "--json")):
        out = call(capsys, *argv)[1]
        assert "export PATH=" in out
        assert "a file of 5 lines" in out
        assert str(at_home.home) not in out

"""What the system refuses in the middle of a command is told as what it was: the output, the folder, Telltale's own place, or else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main as command
from core.cli import refusal

CALL = [sys.executable, "-c", "import sys; from core.cli.main import main; sys.exit(main())"]
ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="closed outputs, folders and pipes are POSIX's")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    settings = tmp_path / ".codex/config.toml"
    settings.parent.mkdir()
    settings.write_text("[analytics]\nenabled = true\n")
    return tmp_path


def call(home: Path, line: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Let a shell start the command, with `{}` where it stands in the line."""
    text = line.replace("{}", '"$@"')
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["sh", "-c", text, "sh", *CALL, *words], env=env, cwd=home, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("toggles",), ("apply", "codex-cli-analytics", "--yes"), ("doctor", "--json")]
)
def test_a_reader_that_reads_nothing_is_no_error(home: Path, words: tuple[str, ...]) -> None:
    done = call(home, "{} | head -c 0; true", *words)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("words", [("toggles",), ("apply", "codex-cli-analytics", "--yes")])
def test_a_closed_output_changes_nothing_about_the_work(home: Path, words: tuple[str, ...]) -> None:
    done = call(home, "{} >&-", *words)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_on_a_full_disk_is_told_and_what_was_changed_stands_and_is_said_to(home: Path) -> None:
    done = call(home, "{} >/dev/full", "apply", "codex-cli-analytics", "--yes")
    assert done.returncode == 3
    assert done.stderr == (
        "telltale: The output could not be written (No space left on device), so it is incomplete. A change it had made by then stands "
        "in the journal; `telltale changes` lists it, and it can be undone.\n"
    )
    assert "enabled = false" in (home / ".codex/config.toml").read_text()
    assert "codex-cli-analytics" in call(home, "{}", "changes").stdout
    call(home, "{}", "undo", "--all", "--yes")
    assert "enabled = true" in (home / ".codex/config.toml").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [("toggles",), ("--help",), ("doctor", "--json")])
def test_an_output_on_a_full_disk_of_a_command_that_changes_nothing_is_one_sentence(home: Path, words: tuple[str, ...]) -> None:
    done = call(home, "{} >/dev/full", *words)
    assert done.returncode == 3
    assert done.stderr == "telltale: The output could not be written (No space left on device), so it is incomplete.\n"


def test_an_error_output_that_is_full_or_closed_hides_no_status(home: Path) -> None:
    for line in ("{} 2>/dev/full", "{} 2>&-"):
        assert call(home, line, "undo", "nothing").returncode == 3


def test_a_working_folder_that_is_gone_is_told_as_that(home: Path) -> None:
    done = call(home, "mkdir x; cd x; rmdir ../x; {}", "run", "/bin/true")
    assert done.stderr == "telltale: The folder you are in is gone, so nothing was done; change to another folder and try again.\n"
    assert done.returncode == 3


@pytest.mark.parametrize(
    "words", [("apply", "codex-cli-analytics", "--yes"), ("policy", "check", str(ROOT / "resources/policies/template.toml"))]
)
def test_a_file_in_place_of_telltales_folder_is_told_without_a_word_of_output(home: Path, words: tuple[str, ...]) -> None:
    (home / ".local/state").mkdir(parents=True)
    (home / ".local/state/telltale").write_text("")
    before = (home / ".codex/config.toml").read_bytes()
    done = call(home, "{}", *words)
    assert done.returncode == 3
    assert "output could not" not in done.stderr
    assert "journal" in done.stderr or "Telltale's own folder ~/.local/state/telltale cannot be used (Not a directory)" in done.stderr
    assert (home / ".codex/config.toml").read_bytes() == before


@pytest.mark.parametrize("words", [["toggles"], ["apply", "x", "--yes"]])
def test_any_other_refusal_is_not_taken_for_one_of_the_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    def refuse(_words: list[str]) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(command, "_run", refuse)
    assert command.main(words) == 3
    said = capsys.readouterr().err
    assert said.startswith("telltale: The system refused something this command needs (Too many open files), so it ended early.")
    assert ("stands in the journal" in said) is (words[0] == "apply")


def test_a_pipe_of_telltales_own_that_broke_is_no_reader_that_has_seen_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_words: list[str]) -> int:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(command, "_run", refuse)
    assert command.main(["run", "x"]) == 3
    assert "(Broken pipe), so it ended early" in capsys.readouterr().err


def test_telltales_own_places_are_named_as_a_person_writes_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    error = PermissionError(13, "Permission denied", str(tmp_path / ".local/state/telltale/journal"))
    assert "folder ~/.local/state/telltale cannot be used (Permission denied)" in refusal.of_system(error, "changes")
    assert str(tmp_path) not in refusal.of_system(PermissionError(13, "Permission denied", str(tmp_path / "x")), "changes")

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import VERSION
from core.cli import main as command

CALL = [sys.executable, "-m", "core.cli.main"]
KEPT = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}


def call(*argv: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CALL, *argv], env={**KEPT, **(env or {})}, text=True, capture_output=True, timeout=120, check=False)


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        command.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"telltale {VERSION}\n"


def test_help_names_every_command_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    for word in ("scan", "signals", "doctor", "self-test", "3 incomplete", "2 wrong usage"):
        assert word in said


def test_without_a_display_the_findings_come_as_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "has_display", lambda: False)
    assert command.main([]) in {0, 3}
    said = capsys.readouterr().out
    assert "Who you are" in said
    assert "There is no display here" in said


def test_an_option_of_the_window_also_chooses_the_machine_of_the_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "has_display", lambda: False)
    with pytest.raises(SystemExit) as end:
        command.main(["--persona", "nobody"])
    assert end.value.code == 2


def test_an_unknown_option_is_wrong_usage_also_without_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "has_display", lambda: False)
    with pytest.raises(SystemExit) as end:
        command.main(["--nonsense"])
    assert end.value.code == 2


def test_a_window_that_cannot_be_loaded_becomes_text_and_says_why() -> None:
    code = (
        "import sys; sys.modules['PySide6'] = None; from core.cli import main as command; command.has_display = lambda: True; "
        "sys.exit(command.main(['--persona', 'developer-laptop']))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=KEPT, text=True, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert "Who you are" in done.stdout
    assert "The window could not be loaded (ModuleNotFoundError)" in " ".join(done.stdout.split())
    assert done.stderr == ""


def test_a_scan_imports_neither_qt_nor_the_window() -> None:
    code = "import sys; from core.cli.main import main; main(['scan', '--json']); print(sorted(n for n in sys.modules if n.split('.')[0] in {'PySide6', 'gui'}), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], env=KEPT, text=True, capture_output=True, timeout=120, check=False)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is not asked for there")
def test_without_a_home_folder_the_scan_still_answers(tmp_path: Path) -> None:
    done = call("scan")
    assert done.returncode in {0, 3}
    assert "Traceback" not in done.stderr
    assert "Your network" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes there")
def test_a_home_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    done = call("scan", "--json", env={"HOME": str(home), "XDG_CACHE_HOME": f"{home}/file/none"})
    assert done.returncode in {0, 3}
    assert "Traceback" not in done.stderr
    home.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="no shell")
def test_a_reader_that_has_seen_enough_and_a_closed_output_are_no_errors() -> None:
    for line in ("{} scan --json | head -c 10", "{} signals | head -1", "{} scan >&-"):
        script = line.format(" ".join(CALL))
        done = subprocess.run(["sh", "-c", script], env=KEPT, text=True, capture_output=True, timeout=120, check=False)
        assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*CALL, "scan"], env=KEPT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("telltale: The output could not be written")
    assert done.stderr.count("\n") == 1


def test_a_terminal_that_knows_only_ascii_gets_ascii() -> None:
    done = call("scan", env={"PYTHONIOENCODING": "ascii", "HOME": "/nonexistent"})
    assert done.returncode in {0, 3}
    assert done.stdout.isascii()


def test_the_version_is_the_packages() -> None:
    assert VERSION.count(".") == 2

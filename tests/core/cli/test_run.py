"""What `telltale run` refuses before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli import main as command


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("/", "show what the sandbox is to hide"),
        ("{home}", "show what the sandbox is to hide"),
        ("{home}/..", "to hide"),
        ("gone", "There is no folder"),
    ],
)
def test_a_folder_that_is_none_or_everything_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: str, why: str
) -> None:
    home = tmp_path / "home/mia"
    home.mkdir(parents=True)
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        command.main(["run", "--preset", "strict", "--share", folder.replace("{home}", str(home)), "/bin/sh", "-c", "touch started"])
    assert end.value.code == 2
    assert why in capsys.readouterr().err
    assert not Path("started").exists()

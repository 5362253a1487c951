"""What may be imported as a preset, and what must not be read to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli import main as command

WHOLE = 'id = "mine"\ntitle = "Mine"\nplain = "What I hide."\norder = 400\ntoggles = ["language"]\nopt_outs = []\n'


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path / "config"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_device_without_end_is_not_read_to_its_end(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["presets", "import", "/dev/zero"]) == 3
    assert "larger than 64 KB, so it was not read" in capsys.readouterr().err
    assert not config.exists()


@pytest.mark.parametrize(
    "change",
    [("mine", "../../evil"), ("mine", "strict"), ("Mine", "\\u001b[31mMine"), ("order", 'set = "A=B"\norder')],
    ids=lambda pair: pair[1],
)
def test_a_preset_that_is_not_wholly_one_is_refused(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str]
) -> None:
    file = tmp_path / "given.toml"
    file.write_text(WHOLE.replace(*change, 1))
    assert command.main(["presets", "import", str(file)]) == 3
    assert "so it was not read" in (said := capsys.readouterr().err) or "nothing was written" in said
    assert not (config / "telltale" / "presets").exists()
    assert [path.name for path in tmp_path.glob("*.toml")] == ["given.toml"]

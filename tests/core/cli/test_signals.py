from __future__ import annotations

import json

import pytest

from core.catalogue import load_catalogue
from core.cli.main import main
from core.model import System


def test_every_signal_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signals"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = {line.split()[0] for line in lines if line.startswith("  ")}
    assert listed == set(load_catalogue().signals)
    assert max(map(len, lines)) <= 80


def test_one_signal_is_explained_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signals", "time-zone"]) == 0
    said = capsys.readouterr().out
    for words in ("Time zone (time-zone)", "On windows", "Uniform value", "Source, 20", "verified by us"):
        assert words in said


def test_json_holds_what_the_catalogue_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signals", "time-zone", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["signals"]
    known = load_catalogue().signals["time-zone"]
    assert found["changes"]["linux"]["watch"] == list(known.changes[System.LINUX].watch)
    assert len(found["evidence"]) == len(known.evidence)


def test_an_unknown_signal_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["signals", "time-zoen"])
    assert end.value.code == 2
    assert "did you mean time-zone?" in capsys.readouterr().err

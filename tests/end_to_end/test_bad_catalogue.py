"""Catalogue files with faults: `scan`, `signals` and `doctor` name each by file and key, and work with the rest."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.cli.main import main
from tests.fakes.broken_catalogue import NAMED, broken_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue import Catalogue

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
SIGNALS = tuple(item for item in NAMED if item[0].startswith("signals/"))


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    root = broken_catalogue(tmp_path)
    for command in ("scan", "signals", "doctor"):
        monkeypatch.setattr(f"core.cli.{command}.load_catalogue", lambda: load_catalogue(root))
    return load_catalogue(root)


def named(said: str, wanted: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    flat = " ".join(said.split())
    return [item for item in wanted if f"{item[0]}, {item[1]}: " in flat]


def test_a_scan_names_every_fault_and_answers_for_the_rest(broken: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--json", "--persona", "developer-laptop"]) == 3
    printed = capsys.readouterr()
    assert tuple(named(printed.err, SIGNALS)) == SIGNALS
    signals = {item["signal"] for item in json.loads(printed.out)["readings"]}
    assert signals == set(broken.signals)
    assert len(signals) == len(load_catalogue().signals) - 5
    assert "clipboard" in signals


@pytest.mark.usefixtures("broken")
def test_the_list_of_signals_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signals"]) == 3
    assert tuple(named(capsys.readouterr().err, SIGNALS)) == SIGNALS


@pytest.mark.usefixtures("broken")
def test_the_doctor_names_the_faults_of_tools_and_toggles_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)["catalogue_problems"]
    assert tuple(named("\n".join(told), NAMED)) == NAMED
    assert main(["doctor"]) == 3
    assert tuple(named(capsys.readouterr().out, NAMED)) == NAMED

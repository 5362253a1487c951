from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.catalogue import load_catalogue
from core.cli.main import main

if TYPE_CHECKING:
    import pytest


def test_the_diagnosis_names_every_part_and_counts_the_signals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for words in ("bubblewrap", "strace", "Display", "signals work here"):
        assert words in said
    assert max(map(len, said.splitlines())) <= 80


def test_json_counts_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(found["signals"].values()) == len(load_catalogue().signals)
    assert {item["id"] for item in found["checks"]} >= {"sandbox", "trace", "network", "desktop-settings", "display", "bus"}

"""`telltale compare`: wrong wishes are one sentence and start nothing; a verdict comes as text and as JSON."""

from __future__ import annotations

import json
import re
import sys

import pytest

from core.cli.main import main
from tests.core.watch.test_compare import AGENT
from tests.fakes.compare_room import needs_room


def test_an_unknown_tool_or_thing_to_vary_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["no-such-tool"], ["claude-code", "--vary", "shoe-size"]):
        assert main(["compare", *arguments]) == 3
        assert "nothing was run" in capsys.readouterr().err.lower()


def test_one_run_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["compare", "toy", "--runs", "1"])


@pytest.mark.slow
def test_a_program_given_with_start_is_compared(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    needs_room()
    monkeypatch.setattr("core.watch.compare.SURE", 3)  # how often it is asked again is tested with toys
    arguments = ["--vary", "time-zone", "--runs", "2", "--base-url-env", "TOY_BASE_URL", "--json", "--start", sys.executable, str(AGENT)]
    assert main(["compare", "toy", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert any("the separator in the date line" in sentence for sentence in found["verdict"])
    assert ["U+002D"] in [item["before"] for item in found["differences"]]
    assert any(re.match(r"Compared at \d{4}-\d\d-\d\d \d\d:\d\d UTC", note) for note in found["notes"])

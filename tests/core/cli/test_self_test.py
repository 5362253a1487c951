from __future__ import annotations

import json

import pytest

from core.cli.main import main


@pytest.mark.parametrize("argv", [["self-test", "--json"]])
def test_every_check_holds_on_this_computer(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    found = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in found["checks"] if not item["passed"]] == []
    assert len(found["checks"]) == 10

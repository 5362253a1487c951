"""`telltale canary`: what is sent of an invented machine is told with form, place and host; what is not found is no proof."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import pytest

from core.cli.main import main
from tests.fakes import telling_agent
from tests.fakes.compare_room import needs_room

AGENT = Path(telling_agent.__file__)


def toy(how: str, *options: str) -> int:
    needs_room()
    return main(["canary", "toy", "--base-url-env", "TOY_BASE_URL", *options, "--start", sys.executable, str(AGENT), how])


def test_an_unknown_tool_is_one_sentence_and_nothing_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["canary", "no-such-tool"]) == 3
    assert "nothing was run" in capsys.readouterr().err


def test_help_tells_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["canary", "--help"])
    assert "3 incomplete" in capsys.readouterr().out


def test_what_a_toy_tells_is_found_in_each_form_and_no_real_value_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert toy("telling", "--json") == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    assert (found["schema"], found["synthetic"], found["not_found_is_proof"]) == ("telltale.canary/1", True, False)
    seen = {(item["signal"], item["place"]): item["encoding"] for item in found["sent"] if not item["part"]}
    assert seen["hostname", "header X-Machine"].startswith("plain")
    assert seen["user-name", "$.user"].startswith("plain")
    assert seen["machine-id", "$.device"] == "sha256"
    assert ("git-identity", "$.account!text") in seen  # the base64 is undone, which the place tells
    assert {item["host"] for item in found["sent"]} == {"gateway.example.com"}
    assert set(found["not_found"]) == {"full-name", "home-path", "work-dir", "git-remotes"}
    assert socket.gethostname() not in text
    assert str(Path.home()) not in text


def test_of_a_tool_that_tells_nothing_nothing_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert toy("silent") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "None of the invented values was found" in text
    assert "Not found, and that is no proof: " in text
    assert "1 request to gateway.example.com" in text
    assert "no other host could be reached" in text
    assert "would be impersonation" in text


def test_a_tool_that_fails_is_told_with_what_it_had_sent(capsys: pytest.CaptureFixture[str]) -> None:
    assert toy("failing") == 3
    text = " ".join(capsys.readouterr().out.split())
    assert "plain in header X-Machine, to gateway.example.com" in text
    assert "plain in $.account!text (inside a coded text that was read), to gateway.example.com" in text
    assert "ended with an error" in text

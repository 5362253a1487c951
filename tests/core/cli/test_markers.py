"""`telltale markers`: a file is only read, characters are shown as code points, HAR and JSON are opened."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from core.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

LINE = "Hello\nToday\u02bcs date is 2026/11/20.\n"


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "x.txt"
    path.write_text(LINE, encoding="utf-8")
    return path


def test_a_text_is_told_by_line_and_column_with_code_points_and_both_sides(text_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["markers", str(text_file)]) == 0
    out = capsys.readouterr().out
    assert "scheme at line 2, column 6" in out
    assert "U+02BC" in out
    assert "MODIFIER LETTER APOSTROPHE" in out
    assert "The vendor" in out
    assert "[U+02BC]" in out
    assert out.isascii()
    assert text_file.read_text(encoding="utf-8") == LINE


def test_a_har_and_what_is_piped_in_are_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"m": [{"t": LINE}]})
    entry = {"request": {"method": "POST", "url": "https://h/", "headers": [{"name": "a", "value": "b"}], "postData": {"text": body}}}
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    assert main(["markers", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(item["place"], item["scheme"]) for item in found] == [("request 1: $.m[0].t", "date-line")]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body.encode())))
    assert main(["markers", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"][0]["place"] == "$.m[0].t"


def test_what_may_be_ordinary_is_shown_only_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"a\nb\nc\nd\ne\r\nf\n")
    main(["markers", str(path)])
    assert "0 markers" in capsys.readouterr().out
    main(["markers", str(path), "--all"])
    assert "line-end at line 5" in capsys.readouterr().out


def test_a_missing_file_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["markers", "/no/such/file"]) == 2
    assert "nothing was looked at" in capsys.readouterr().err

"""`telltale markers`: a file is only read, characters are shown as code points, HAR and JSON are opened."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from core.cli import markers
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


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}", b"[]", bytes(range(256)) * 40, b"\xff\xfe\x00", b'{"log":{"entries":3}}', b'{"log":{"entries":[{}]}}']
)
def test_a_file_with_nothing_in_it_gives_none(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert main(["markers", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_text_inside_unknown_bytes_lines_of_json_and_packed_files_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "an ordinary sentence, then p\u0430ypal, and on it goes".encode()
    files = {
        "x.bin": bytes(range(128, 256)) * 9 + sentence + bytes(range(128, 256)),
        "x.jsonl": b'{"a":"b"}\n{"a":{"t":"' + sentence + b'"}}\n',
        "x.gz": gzip.compress(json.dumps({"a": {"t": sentence.decode()}}).encode()),
        "x.txt": "\ufeff".encode("utf-16-le") + sentence.decode().encode("utf-16-le"),
    }
    places = {}
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert main(["markers", str(path), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["findings"]
        assert [item["code_points"][0]["code"] for item in found] == ["U+0430"], name
        places[name] = found[0]["place"]
    assert places == {"x.bin": "file (bytes)!text at character 1153", "x.jsonl": "line 2 $.a.t", "x.gz": "$.a.t", "x.txt": "text"}


def test_a_har_keeps_bodies_in_other_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = json.dumps({"t": LINE}).encode()
    posts = [
        {"text": base64.b64encode(body).decode(), "encoding": "base64"},
        {"params": [{"name": "t", "value": LINE}]},
        {"text": base64.b64encode(gzip.compress(body)).decode(), "encoding": "base64"},
    ]
    entries = [{"request": {"method": "POST", "url": "https://h/", "postData": post}} for post in posts]
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    assert main(["markers", str(path), "--json"]) == 0
    places = [item["place"] for item in json.loads(capsys.readouterr().out)["findings"]]
    assert places == ["request 1: $.t", "request 2: $[0].value", "request 3: $.t"]


def test_a_file_too_large_to_be_held_is_read_window_by_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markers, "_WHOLE", 100_000)
    path = tmp_path / "x.txt"
    path.write_bytes(b"plain words " * 10_000 + LINE.encode() + b"plain words " * 10_000)
    assert main(["markers", str(path)]) == 3
    captured = capsys.readouterr()
    assert "scheme at near byte 120,0" in captured.out
    assert "was read as it stands" in captured.err
    monkeypatch.setattr(markers, "_LARGEST", 50_000)
    assert main(["markers", str(path)]) == 3
    captured = capsys.readouterr()
    assert "Only its first 100,001 bytes were looked at." in captured.err
    assert "0 markers" in captured.out


def test_a_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["markers", str(tmp_path)]) == 3
    assert "nothing was looked at" in capsys.readouterr().err


def test_what_is_not_listed_is_told_in_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dense = tmp_path / "dense.txt"
    dense.write_text("ab\u200bcd " * 100, encoding="utf-8")
    assert main(["markers", str(dense)]) == 0
    assert "And 60 more markers are not listed" in " ".join(capsys.readouterr().out.split())
    assert main(["markers", "--json", str(dense)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (len(document["findings"]), document["not_listed"], document["not_listed_is_all"]) == (40, 60, True)

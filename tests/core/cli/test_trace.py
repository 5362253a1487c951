from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.cli.main import main
from core.watch import trace_file, trace_start
from core.watch.trace_book import Book, Traced

if TYPE_CHECKING:
    from pathlib import Path

LINES = b"""10 1700000000.0 execve("/usr/bin/agent", ["agent"], 0x7f) = 0
10 1700000000.1 openat(AT_FDCWD</x>, "/etc/machine-id", O_RDONLY) = 3</etc/machine-id>
10 1700000000.2 vfork() = 11
11 1700000000.3 execve("/usr/bin/ps", ["ps"], 0x7f) = 0
11 1700000000.4 openat(AT_FDCWD</x>, "/etc/\\33[31mpasswd", O_RDONLY) = 3</etc/x>
10 1700000000.5 +++ exited with 0 +++
"""


@pytest.fixture(autouse=True)
def kept_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trace_file, "state_dir", lambda: tmp_path / "state")


def keep() -> str:
    book = Book(Traced("claude-code", "agent"))
    book.feed(LINES)
    file = trace_file.save(book.report("1.2.3"))
    assert file is not None
    return file.stem


def test_a_kept_trace_is_shown_with_who_read_what_and_what_cannot_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    name = keep()
    assert main(["trace", "show", "last"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "claude-code 1.2.3" in shown
    assert "By the tool itself machine-id opened /etc/machine-id" in shown
    assert "By programs the tool started" in shown
    assert "Opening is not collecting" in shown
    assert "ps (11)" in shown
    assert "environment variables" in shown
    assert main(["trace", "list"]) == 0
    assert capsys.readouterr().out.strip() == name


def test_output_of_strace_is_shown_as_json_without_anything_that_acts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "strace.out"
    file.write_bytes(LINES)
    assert main(["trace", "show", str(file), "--json"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert [item["what"] for item in json.loads(out)["events"]] == ["/etc/machine-id", "ps"]


def test_a_trace_that_broke_off_has_another_exit_status(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "strace.out"
    file.write_bytes(b"\n".join(LINES.splitlines()[:3]) + b"\n")
    assert main(["trace", "show", str(file)]) == 3
    assert "broke off" in capsys.readouterr().out


def test_a_file_that_is_no_trace_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["trace", "show", str(tmp_path / "nothing")]) == 3
    assert "could not be read" in capsys.readouterr().err


def test_without_traces_it_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(trace_start, "why_not", lambda: "")
    assert main(["trace"]) == 0
    assert "telltale run --trace TOOL" in " ".join(capsys.readouterr().out.split())
    monkeypatch.setattr(trace_start, "why_not", lambda: "There is no strace here.")
    assert main(["trace"]) == 0
    assert "There is no strace here." in capsys.readouterr().out


def test_sessions_without_any_say_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("core.tools.sessions.sessions", lambda *_: ())
    assert main(["trace", "sessions", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"] == []

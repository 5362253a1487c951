"""The shim for Windows, by its text: cmd was not at hand, so what each line must and must not hold is checked here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from core.toggles import shims
from core.toggles.shim_text import MARK, windows_shim

if TYPE_CHECKING:
    from pathlib import Path

TEXT = windows_shim("claude", "claude-code")
LINES = TEXT.split("\r\n")


def test_every_line_ends_as_cmd_wants_and_all_is_plain_ascii() -> None:
    assert TEXT.endswith("\r\n")
    assert TEXT.count("\n") == TEXT.count("\r\n") == len(LINES) - 1
    assert TEXT.isascii()
    assert LINES[0] == "@echo off"
    assert MARK in LINES[1]


def test_arguments_go_on_as_they_came_and_are_read_once() -> None:
    passing = [line for line in LINES if "%*" in line]
    assert passing == ['"%TELLTALE_RUN%" run --as claude-code "claude" %*', '"%TELLTALE_REAL%" %*']
    assert not any(re.match(r"\s*call\b", line, re.IGNORECASE) for line in LINES), "call reads percent signs and carets again"
    assert "setlocal DisableDelayedExpansion" in LINES, "else an exclamation mark in an argument is lost"


def test_the_status_is_the_tools_own_and_read_on_a_line_of_its_own() -> None:
    for place, line in enumerate(LINES):
        if "%*" in line:
            assert LINES[place + 1] == "exit /b %errorlevel%"
        if "%errorlevel%" in line:
            assert line == "exit /b %errorlevel%", "inside brackets it would be read before the tool ran"
    assert LINES[-2] == "exit /b 127"


def test_each_program_is_looked_for_on_path_only_and_quoted() -> None:
    for name in ("telltale", "claude"):
        assert f"""for /f "delims=" %%i in ('where "$PATH:{name}" 2^>nul') do (""" in LINES
    for line in LINES:
        for variable in re.findall(r"%TELLTALE_[A-Z]+%", line):
            assert f'"{variable}"' in line, "a path may hold blanks and ampersands"


def test_no_shim_starts_a_shim_and_nothing_that_cmd_cannot_run_is_started() -> None:
    choices = [line for line in LINES if "findstr" in line]
    assert len(choices) == 2
    for line in choices:
        assert line.startswith("  if not defined TELLTALE_"), "the first one counts"
        assert "(.com .exe .bat .cmd)" in line
        assert f'findstr /m /c:"{MARK}" "%%~fi" >nul 2>nul || set "TELLTALE_' in line


def test_every_label_is_there_once_and_nothing_falls_through() -> None:
    labels = [line[1:] for line in LINES if line.startswith(":")]
    jumps = {line.rpartition("goto ")[2] for line in LINES if "goto " in line}
    assert set(labels) == jumps == {"plain", "gone"}
    for label in labels:
        assert LINES[LINES.index(f":{label}") - 1].startswith("exit /b")


def test_what_is_said_goes_to_the_error_output_without_a_stray_figure() -> None:
    said = [line for line in LINES if "echo telltale" in line]
    assert len(said) == 2
    assert all(line.startswith(">&2 echo telltale: ") for line in said)
    assert not any(re.search(r"[&|<>^%]", line[3:]) for line in said)


def test_nothing_is_left_in_the_persons_shell() -> None:
    first = next(place for place, line in enumerate(LINES) if line.strip().startswith("set "))
    assert "setlocal DisableDelayedExpansion" in LINES[:first]
    assert not any("setx" in line or "endlocal" in line for line in LINES)


@pytest.mark.parametrize("name", ["a b", "a&calc", "%PATH%", "a|b", "", "-x", 'a"b', "a\r\nb", "..\\x"])
def test_a_name_that_cmd_would_read_as_more_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name) or "^$"):
        windows_shim(name, "claude-code")
    with pytest.raises(ValueError, match="claude"):
        windows_shim("claude", name)


def test_the_tool_is_read_back_from_the_shim(tmp_path: Path) -> None:
    file = tmp_path / "claude.cmd"
    file.write_bytes(TEXT.encode())
    assert shims._tool_of(file) == "claude-code"

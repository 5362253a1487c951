"""Plain Go and Rust programs on a marked machine: what they read when started plainly, through Light, and through Strict."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from core.host.real import RealHost
from core.toggles.sandbox_check import why_no_sandbox
from tests.end_to_end.marked_machine import HOME, MARKS, run_marked
from tests.end_to_end.native_programs import built

pytestmark = pytest.mark.slow
LANGUAGES = ("go", "rust")


@cache
def read(language: str, preset: str) -> dict[str, Any]:
    program = built(language)
    if isinstance(program, str):
        pytest.skip(program)
    if why := why_no_sandbox(RealHost()):
        pytest.skip(why)
    found = run_marked("tests.end_to_end.launch_native", preset, str(program))
    assert found["status"] == 0, found
    answer: dict[str, Any] = json.loads(str(found["said"]))
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_program_reads_every_mark_when_started_plainly(language: str) -> None:
    now = read(language, "none")
    assert now["link"].endswith(MARKS["time-zone"])
    assert (now["zone"], now["offset"]) == (MARKS["time-zone"], 8 * 3600)
    assert (now["host"], now["user"], now["home"], now["id"]) == (MARKS["host-name"], MARKS["user-name"], HOME, MARKS["machine-id"])
    assert (now["env"], now["cwd"]) == (MARKS["secret"], f"{HOME}/{MARKS['project']}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_light_changes_only_the_environment_so_that_what_lies_in_files_stays_readable(language: str) -> None:
    """Light claims none of these signals: a zone in a variable alone would say more than it hides (Codex reads the link)."""
    plain, now = read(language, "none"), read(language, "light")
    assert {name for name in plain if plain[name] != now[name]} == {"locale"}
    assert "en_US" in now["locale"] or now["locale"].startswith("C.UTF-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_zone_in_the_environment_moves_the_clock_but_not_the_link(language: str) -> None:
    now = read(language, "variable:TZ=UTC")
    assert (now["variable"], now["offset"]) == ("UTC", 0)
    assert now["link"].endswith(MARKS["time-zone"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_strict_leaves_no_mark_for_a_compiled_program(language: str) -> None:
    now = read(language, "strict")
    assert (now["offset"], now["host"], now["user"], now["home"], now["env"]) == (0, "host", "user", "/home/user", "")
    assert now["cwd"].startswith("/project")
    text = json.dumps(now)
    assert not [mark for mark in MARKS.values() if mark in text]

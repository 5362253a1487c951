"""Real tools on a marked machine, plainly and through the preset Strict: what their requests hold before and after.

The tools are installed into an ignored folder by `python3 -m tests.end_to_end.launch_tools NAME...`; one that is not there is skipped.
"""

from __future__ import annotations

import json
import shutil
from functools import cache
from typing import Any

import pytest

from core.host.real import RealHost
from core.toggles.sandbox_check import why_no_sandbox
from tests.end_to_end.launch_tools import program
from tests.end_to_end.marked_machine import MARKS, run_marked

pytestmark = pytest.mark.slow
# tool -> marks its requests hold when it is started plainly (seen in runs); none of the others was ever seen
SENT = {
    "claude": {"user-name", "project"},
    "codex": {"time-zone", "user-name", "project"},
    "gemini": {"user-name", "project"},
    "copilot": {"user-name", "project", "offset"},
    "aider": set[str](),
}


@pytest.fixture(autouse=True)
def a_sandbox_can_start() -> None:
    if why := why_no_sandbox(RealHost()):
        pytest.skip(why)


def asked(name: str, preset: str) -> dict[str, Any]:
    if program(name) is None:
        pytest.skip(f"{name} is not installed; python3 -m tests.end_to_end.launch_tools {name} does it outside the enclosure")
    found = run_marked("tests.end_to_end.launch_requests", name, preset)
    assert found["requests"], found
    assert found["status"] == 0, found
    return found


@pytest.mark.parametrize("name", SENT)
def test_a_real_tool_works_in_the_sandbox_and_its_requests_hold_no_mark(name: str) -> None:
    before, after = asked(name, "none"), asked(name, "strict")
    assert {mark for mark, is_there in before["marks"].items() if is_there} == SENT[name]
    assert {mark for mark, is_there in after["marks"].items() if is_there} == set()
    assert after["length"] > before["length"] * 0.9


def test_codex_ignores_the_variable_and_reads_the_zones_link() -> None:
    only_variable = asked("codex", "variable:TZ=UTC")
    assert only_variable["marks"]["time-zone"]
    both = asked("codex", "toggles:time-zone")
    assert not both["marks"]["time-zone"]
    assert both["marks"]["user-name"], "only what was chosen is hidden"


@cache
def programs(preset: str) -> dict[str, Any]:
    return run_marked("tests.end_to_end.launch_programs", preset)


@pytest.mark.parametrize("runtime", ["node", "python", "java"])
def test_a_plain_program_reads_the_marks_before_and_none_after(runtime: str) -> None:
    before, after = programs("none")["reads"], programs("strict")["reads"]
    if runtime not in before:
        pytest.skip(f"{runtime} is not installed")
    was, now = json.loads(before[runtime]), json.loads(after[runtime])
    assert was["zone"] == MARKS["time-zone"]
    assert (was["host"], was["user"], was["env"]) == (MARKS["host-name"], MARKS["user-name"], MARKS["secret"])
    assert now["zone"] in {"UTC", "Etc/UTC"}
    assert (now["host"], now["user"], now["home"], now["env"]) == ("host", "user", "/home/user", "")
    assert not [mark for mark in MARKS.values() if mark in after[runtime]]


def test_everyday_work_goes_on_inside() -> None:
    work = programs("strict")["work"]
    assert work["commit"] == [0, ""]
    assert work["log"].startswith("user <user@localhost>")
    assert work["log"].endswith("+0000")
    if work["npm"]:
        assert work["npm"] == [0, "", True]


def test_codex_own_sandbox_starts_inside_and_still_refuses() -> None:
    work = programs("strict")["work"]
    if "codex sandbox" not in work:
        pytest.skip("codex is not installed")
    assert work["codex sandbox"][:2] == [0, "nested\n"]
    assert work["codex sandbox"][2] != 0


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_chromium_with_its_own_sandbox_works_inside() -> None:
    status, page, errors = programs("strict")["work"]["chromium"]
    assert status == 0, errors
    assert "<body>UTC|en-US</body>" in page

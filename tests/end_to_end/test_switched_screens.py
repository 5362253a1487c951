"""Documented opt-outs that need a full-screen start, a flag or a look into a tool's own files; tried offline on 2026-11-21.

What was tried and showed no difference is not claimed here: see the notes in each tool's catalogue file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.watch import inspector_setup
from tests.end_to_end import launch_tools
from tests.end_to_end.marked_machine import run_marked
from tests.end_to_end.switched_tools import SCREEN, command_of

pytestmark = [pytest.mark.slow, pytest.mark.long]
ROOT = Path(__file__).parents[2]
OPENING = (SCREEN, "")
SHARING = ("run", "--share", "--model", "mine/gpt-4o", "Say hello.")
PLUGINS = "GET github.com/anthropics/claude-plugins-official.git"
# (tool, opt-out, how it is started) -> requests that stop
STOPS: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {
    ("claude", "claude-code-marketplace", OPENING): (PLUGINS, "GET downloads.claude.ai/claude-code-releases/plugins"),
    ("codex", "codex-cli-update", OPENING): ("GET api.github.com/repos/openai/codex",),
    ("opencode", "opencode-update", OPENING): ("GET api.github.com/repos/anomalyco/opencode",),
    ("opencode", "opencode-share", SHARING): ("POST opncd.ai/api/share",),
}


@cache
def ran(name: str, opt_out: str, start: tuple[str, ...]) -> dict[str, Any]:
    if command_of(name) is None:
        pytest.skip(f"{name} is not installed; python3 -m tests.end_to_end.launch_tools does it outside the enclosure")
    if not inspector_setup.is_installed():
        pytest.skip("this needs mitmproxy (telltale requests --set-up)")
    found: dict[str, Any] = run_marked("tests.end_to_end.switched_tools", name, opt_out, *start)
    assert found["asked"], found
    return found


def asked(found: dict[str, Any], what: str) -> int:
    return sum(count for path, count in found["asked"].items() if path.startswith(what))


@pytest.mark.parametrize(("name", "opt_out", "start"), STOPS, ids=[opt_out for _, opt_out, _ in STOPS])
def test_an_opt_out_stops_what_it_says(name: str, opt_out: str, start: tuple[str, ...]) -> None:
    before, after = ran(name, "none", start), ran(name, opt_out, start)
    for what in STOPS[name, opt_out, start]:
        assert asked(before, what) > 0, (what, before["asked"])
        assert asked(after, what) == 0, (what, after["asked"])


def test_without_its_memory_claude_code_tells_the_model_of_no_memory_folder() -> None:
    assert "MEMORY.md" in ran("claude", "none", ())["needles"]
    assert "MEMORY.md" not in ran("claude", "claude-code-memory", ())["needles"]


def kept(name: str) -> Any:
    if launch_tools.program(name) is None:
        pytest.skip(f"{name} is not installed; python3 -m tests.end_to_end.launch_tools {name} does it outside the enclosure")
    words = [sys.executable, "-m", "tests.end_to_end.quiet_files", name]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, timeout=300)
    return json.loads(done.stdout)


def test_llm_keeps_no_prompt_once_its_log_is_off_nor_with_its_flag() -> None:
    found = kept("llm")
    assert found["answered"] == "hello"
    assert found["status"] == ["Logging is OFF"]
    assert found["kept"] == [True, False, False]


def test_aider_remembers_that_analytics_were_switched_off_for_good() -> None:
    plain, disabled = kept("aider")
    assert plain["permanently_disable"] is None
    assert disabled["permanently_disable"] is True

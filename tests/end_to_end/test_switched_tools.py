"""Documented opt-outs of real tools, made by Telltale and tried offline: what is asked for less afterwards, and that receipts say no more.

Every pair was seen in runs of 2026-11-21; what an opt-out leaves on is asserted as well, so that a sentence never promises more.
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
from tests.end_to_end.inspected_tools import ADDRESS
from tests.end_to_end.marked_machine import run_marked
from tests.end_to_end.switched_tools import command_of

pytestmark = pytest.mark.slow
EVENTS, FLAGS = "POST api.anthropic.com/api/event_logging", "POST api.anthropic.com/api/eval"
USAGE = "POST gb4w8c3ygj-default-sea.rum.aliyuncs.com"
# (tool, opt-out) -> requests that stop, requests that go on
STOPS: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ("claude", "claude-code-telemetry"): ((EVENTS, FLAGS), ("POST api.anthropic.com/v1/messages",)),
    ("claude", "claude-code-do-not-track"): ((EVENTS, FLAGS), ("GET api.anthropic.com/api/claude_cli/bootstrap",)),
    ("claude", "claude-code-flags"): ((FLAGS,), (EVENTS,)),
    ("claude", "claude-code-nonessential"): (
        (EVENTS, FLAGS, "GET api.anthropic.com/api/claude_cli/bootstrap"),
        ("POST api.anthropic.com/v1",),
    ),
    ("codex", "codex-cli-analytics"): (("POST ab.chatgpt.com/otlp",), ("GET api.github.com",)),
    ("gemini", "gemini-cli-usage"): (("POST play.googleapis.com/log",), ("POST generativelanguage.googleapis.com",)),
    ("qwen", "qwen-code-usage"): ((USAGE,), ("POST api.openai.com",)),
    ("qwen-newest", "qwen-code-usage-env"): ((USAGE,), ("POST api.openai.com",)),
    ("opencode", "opencode-models"): (("GET models.opencode.ai",), ("POST api.openai.com",)),
    ("cline", "cline-cli-telemetry"): (("POST otel.cline.bot",), ("POST data.cline.bot/flags",)),
    ("aider", "aider-update"): (("GET " + "pypi" + ".org",), ("GET raw.githubusercontent.com",)),
}
# listed as without effect, and so they are
STAYS = {
    ("codex", "codex-cli-do-not-track"): "POST ab.chatgpt.com/otlp",
    ("codex", "codex-cli-otel"): "POST ab.chatgpt.com/otlp",
    ("gemini", "gemini-cli-do-not-track"): "POST play.googleapis.com/log",
    ("gemini", "gemini-cli-otel"): "POST play.googleapis.com/log",
    ("qwen", "qwen-code-do-not-track"): USAGE,
    ("qwen", "qwen-code-otel"): USAGE,
    ("cline", "cline-cli-do-not-track"): "POST otel.cline.bot",
    ("cline", "cline-cli-otel"): "POST otel.cline.bot",
}
# what leaves the model's request
LEAVES = {
    ("claude", "claude-code-attribution"): "x-anthropic-billing-header",
    ("claude", "claude-code-git-context"): "gitStatus",
    ("codex", "codex-cli-environment-context"): "environment_context",
}


def ran(name: str, opt_out: str) -> dict[str, Any]:
    return turn(name, opt_out, 0)


@cache
def turn(name: str, opt_out: str, _number: int) -> dict[str, Any]:
    if command_of(name) is None:
        pytest.skip(f"{name} is not installed; python3 -m tests.end_to_end.launch_tools does it outside the enclosure")
    if not inspector_setup.is_installed():
        pytest.skip("this needs mitmproxy (telltale requests --set-up)")
    found: dict[str, Any] = run_marked("tests.end_to_end.switched_tools", name, opt_out)
    assert found["asked"], found
    return found


def asked(found: dict[str, Any], what: str) -> int:
    return sum(count for path, count in found["asked"].items() if path.startswith(what))


def is_asked(name: str, opt_out: str, what: str) -> bool:
    """Whether it is asked for in one of three runs: a tool whose run is over sends what it does beside its work not every time."""
    return any(asked(turn(name, opt_out, number), what) for number in range(3))


@pytest.mark.parametrize(("name", "opt_out"), STOPS)
def test_an_opt_out_stops_what_it_says_and_nothing_is_claimed_of_what_goes_on(name: str, opt_out: str) -> None:
    stops, goes_on = STOPS[name, opt_out]
    for what in stops:
        assert is_asked(name, "none", what), what
        assert asked(ran(name, opt_out), what) == 0, what
    for what in goes_on:
        assert is_asked(name, opt_out, what), what


@pytest.mark.parametrize(("name", "opt_out"), STAYS)
def test_what_is_listed_as_without_effect_has_none_and_is_not_offered(name: str, opt_out: str) -> None:
    assert is_asked(name, opt_out, STAYS[name, opt_out])
    assert "had no effect" in ran(name, opt_out)["receipt"]["not offered"]


@pytest.mark.parametrize(("name", "opt_out"), LEAVES)
def test_an_opt_out_takes_its_part_out_of_the_models_request(name: str, opt_out: str) -> None:
    assert LEAVES[name, opt_out] in ran(name, "none")["needles"]
    assert LEAVES[name, opt_out] not in ran(name, opt_out)["needles"]


@cache
def called_around(opt_out: str) -> dict[str, Any]:
    if command_of("qodercli") is None or not inspector_setup.is_installed():
        pytest.skip("qodercli is not installed; python3 -m tests.end_to_end.launch_tools qodercli does it outside the enclosure")
    room = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]
    make = f"ip link set lo up && ip addr add {ADDRESS}/32 dev lo"
    if subprocess.run([*room, make], check=False, capture_output=True).returncode:
        pytest.skip("this system allows no network of one's own")
    words = [*room, f'{make} && exec "$@"', "sh", sys.executable, "-m", "tests.end_to_end.reached_hosts", opt_out]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2], timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("opt_out", "goes_on"), [("none", True), ("qoder-cli-otel", False), ("qoder-cli-usage", True), ("qoder-cli-disable-telemetry", True)]
)
def test_telemetry_that_goes_around_the_proxy_is_counted_by_whom_it_calls(opt_out: str, *, goes_on: bool) -> None:
    """Qoder CLI sends telemetry before any sign-in, to a host of its own; only the general switch stops it, and only that."""
    found = called_around(opt_out)
    assert (found["called"].get("api2.qoder.sh", 0) > 0) is goes_on
    assert found["called"]["sg-pum.alibabachengdun.com"] > 0
    assert asked(found, "GET center.qoder.sh") > 0


@pytest.mark.parametrize(("name", "opt_out"), STOPS)
def test_receipts_say_what_was_read_again_and_not_that_requests_stopped(name: str, opt_out: str) -> None:
    receipt = ran(name, opt_out)["receipt"]
    assert receipt["method"] in {
        "The setting was read again.",
        "Entered in the launch profile; what the tool then reads was not measured.",
    }
    assert receipt["verified"] == [True if receipt["method"].startswith("The setting") else None]

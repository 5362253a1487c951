"""Real tools through the inspector, answered from this computer: what it finds is what the raw bytes hold, no less and no more.

Every tool runs on the marked machine, whose values are invented; the independent look uses none of the detectors.
`python3 -m tests.end_to_end.launch_tools NAME...` installs a tool outside the enclosure; what is not installed is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.watch import inspector_setup
from tests.end_to_end import inspected_tools
from tests.end_to_end.inspected_tools import ODD_APOSTROPHE, UNSEEN
from tests.end_to_end.marked_machine import run_marked

pytestmark = pytest.mark.slow
SIGNALS = {
    "user-name": "user-name",
    "home": "home-path",
    "time-zone": "time-zone",
    "machine-id": "machine-id",
    "host-name": "host-name",
    "git-identity": "git-identity",
    "kernel": "kernel",
}
# what the lab runs of these tools are known to send; without it a capture would have missed something
KNOWN: dict[str, set[str]] = {
    "claude-2.1.197": {"user-name", "home-path", "kernel", "full-name"},
    "claude-newest": {"user-name", "home-path", "kernel", "full-name"},
    "codex": {"user-name", "home-path", "time-zone"},
    "gemini": {"user-name", "home-path"},
    "qwen": {"user-name", "home-path", "kernel"},
    "opencode": {"user-name", "home-path"},
    "copilot": {"user-name", "home-path"},
    "cline": {"user-name", "home-path", "machine-id"},
    "qodercli": set(),
    "aider": {"kernel"},
    "llm": set(),
}
OFFLINE = {"qodercli"}  # asks no model before a sign-in


@cache
def looked_at(name: str) -> dict[str, Any]:
    if inspected_tools.program(name) is None:
        pytest.skip(f"{name} is not installed; python3 -m tests.end_to_end.launch_tools does it outside the enclosure")
    if not inspector_setup.is_installed() or not shutil.which("bwrap"):
        pytest.skip("this needs mitmproxy (telltale requests --set-up) and bubblewrap")
    return run_marked("tests.end_to_end.inspected_tools", name)


@pytest.mark.parametrize("name", list(inspected_tools.RECIPES))
def test_every_request_is_read_and_every_mark_in_the_bytes_is_found_and_none_invented(name: str) -> None:
    found = looked_at(name)
    assert found["requests"] == found["raw_requests"] > 0, found
    assert name in OFFLINE or found["status"].startswith("0:"), found["status"]
    signals = {signal for _, signal, _, _ in found["facts"]}
    there = {signal for mark, signal in SIGNALS.items() if found["marks"][mark]}
    assert signals & set(SIGNALS.values()) == there
    assert signals >= KNOWN[name]
    assert not found["marks"]["secret"]


@pytest.mark.parametrize(("name", "characters"), [("claude-2.1.197", ["U+02B9", "U+002F"]), ("claude-newest", ["U+0027", "U+002D"])])
def test_the_date_line_is_told_where_the_bytes_are_marked_and_only_there(name: str, characters: list[str]) -> None:
    found = looked_at(name)
    assert found["date_line"] == characters
    told = [points for _, scheme, points, _ in found["markers"] if scheme == "date-line"]
    assert told == ([] if characters == ["U+0027", "U+002D"] else [characters] * len(told))
    assert bool(told) == (characters != ["U+0027", "U+002D"])


def character(label: str) -> str:
    return chr(int(label.partition("+")[2], 16))


@pytest.mark.parametrize("name", list(inspected_tools.RECIPES))
def test_unseen_characters_and_odd_apostrophes_are_told_exactly_where_the_bytes_have_them(name: str) -> None:
    found = looked_at(name)
    told = {point for _, _, points, _ in found["markers"] for point in points}
    is_looked_for = {point for point in told if UNSEEN.match(character(point)) or ODD_APOSTROPHE.search(f"a{character(point)}s")}
    assert is_looked_for <= set(found["odd"])
    # U+2018 and U+2019 are ordinary typography, too, and are told only where they stand out
    assert set(found["odd"]) - is_looked_for <= {"U+2018", "U+2019"}


def test_a_tool_that_sends_nothing_but_the_prompt_has_nothing_found() -> None:
    found = looked_at("llm")
    assert (found["facts"], found["markers"], found["raw_requests"]) == ([], [], 1)
    assert found["raw_bytes"] < 200


@pytest.mark.parametrize("name", [name for name in inspected_tools.RECIPES if name != "claude-2.1.197"])
def test_no_tool_but_the_reported_version_has_a_known_scheme(name: str) -> None:
    assert [scheme for _, scheme, _, _ in looked_at(name)["markers"] if scheme] == []


def test_connections_that_ignore_the_proxy_are_told_though_not_read() -> None:
    if inspected_tools.program("qodercli") is None or not inspector_setup.is_installed():
        pytest.skip("qodercli is not installed; python3 -m tests.end_to_end.launch_tools qodercli does it outside the enclosure")
    room = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]
    make = f"ip link set lo up && ip addr add {inspected_tools.ADDRESS}/32 dev lo"
    if subprocess.run([*room, make], check=False, capture_output=True).returncode:
        pytest.skip("this system allows no network of one's own")
    module = "tests.end_to_end.reached_around"
    done = subprocess.run(
        [*room, f'{make} && exec "$@"', "sh", sys.executable, "-m", module],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Went around the inspector:" in done.stdout
    assert inspected_tools.ADDRESS in done.stdout


def test_in_a_private_network_even_the_shortest_connection_around_is_counted(tmp_path: Path) -> None:
    if not inspector_setup.is_installed() or not all(map(shutil.which, ("bwrap", "pasta", "ip", "unshare"))):
        pytest.skip("this needs mitmproxy (telltale requests --set-up), bubblewrap and pasta")
    make = (
        "ip link set lo up && ip link add d0 type veth peer name d1 && ip addr add 192.168.77.5/24 dev d0 && "
        "ip addr add 203.0.113.1/32 dev lo && ip link set d0 up && ip link set d1 up && ip route add default via 192.168.77.1"
    )
    room = ["unshare", "--net", "sh", "-c"]
    if subprocess.run([*room, make], check=False, capture_output=True).returncode:
        pytest.skip("this user may make no network with a way out")
    root = Path(__file__).parents[2]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(root)}
    words = [*room, f'{make} && exec "$@"', "sh", sys.executable, "-m", "tests.end_to_end.private_network"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=root, timeout=100, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Read: 1 request to 1 host. Went around the inspector: 3 connections to 203.0.113.1 (3)" in done.stdout
    assert "in which every connection was counted" in done.stdout

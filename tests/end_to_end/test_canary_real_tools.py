"""Canary mode with a real tool: what it sends of its surroundings is shown with invented values only."""

from __future__ import annotations

import pytest

from core.watch.canary import try_canary
from core.watch.compare_start import start_of
from tests.end_to_end import inspected_tools
from tests.fakes.compare_room import needs_room

pytestmark = pytest.mark.slow


def test_claude_code_sends_the_folder_it_works_in() -> None:
    needs_room()
    program = inspected_tools.program("claude-2.1.197")
    if program is None:
        pytest.skip("claude-2.1.197 is not installed; python3 -m tests.end_to_end.launch_tools does it outside the enclosure")
    start = start_of("claude-code")
    outcome = try_canary("claude-code", start_of("claude-code", [str(program), *start.command[1:]]))
    assert {"work-dir", "user-name"} <= {item.signal for item in outcome.sent}
    assert {item.host for item in outcome.sent} == {"gateway.example.com"}
    assert "machine-id" in outcome.not_found

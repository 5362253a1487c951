from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.toggles.sandbox_trial import reason, why_refused

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (b"bwrap: setting up uid map: Permission denied", "AppArmor"),
        (b"bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "AppArmor"),
        (b"bwrap: No permissions to create new namespace, likely because", "refuses user namespaces"),
        (b"bwrap: Creating new namespace failed: No space left on device", "limit of user namespaces"),
        (b"bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "container"),
        (b"\xff", "This system refuses a sandbox"),
    ],
)
def test_each_known_complaint_is_a_sentence_that_says_what_is_possible_instead(said: bytes, sentence: str) -> None:
    assert sentence in reason(said)
    assert reason(said).endswith("so a tool's start can only get another environment.")


def test_the_program_is_really_started(tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    assert "refuses user namespaces" in str(why_refused(str(fake)))
    assert "does not start" in str(why_refused(str(tmp_path / "gone")))
    fake.write_text("#!/bin/sh\nexit 0\n")
    why_refused.cache_clear()
    assert why_refused(str(fake)) is None
    why_refused.cache_clear()

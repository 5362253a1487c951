"""What a sandbox leaves of the display is said once, where shims are made and listed; the starts themselves stay quiet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.cli import main as command
from core.toggles.reach import FILE_ONLY, display_reach
from tests.fakes.shimmed import Shimmed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shimmed:
    return Shimmed(tmp_path / "home of mia", monkeypatch)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((), ""),
        (("display", "network"), ""),
        (("mounts", "runtime", "network"), ""),
        (("display",), FILE_ONLY),
        (("mounts", "runtime"), FILE_ONLY),
    ],
)
def test_what_is_reached_follows_from_the_parts(parts: tuple[str, ...], said: str) -> None:
    assert display_reach(frozenset(parts)) == said


@pytest.mark.parametrize("parts", [("zone",), ("mounts",), ("zone", "network"), ("runtime",)])
def test_a_display_that_is_not_hidden_is_told_with_what_x11_and_wayland_give(parts: tuple[str, ...]) -> None:
    said = display_reach(frozenset(parts))
    assert "typed keys" in said
    assert "Wayland" in said


def test_a_private_network_without_the_display_leaves_wayland_only() -> None:
    assert display_reach(frozenset({"mounts", "network"})) == (
        "The sandbox leaves a Wayland display reachable, where a program sees its own windows only."
    )


def test_shims_tell_it_before_consent_and_in_their_status_and_starts_stay_quiet(
    shimmed: Shimmed, capsys: pytest.CaptureFixture[str]
) -> None:
    shimmed.choose_preset("strict")
    assert command.main(["shims", "install", "claude-code", "--yes"]) == 0
    preview = " ".join(capsys.readouterr().out.split())
    assert f"claude-code: {FILE_ONLY}" in preview
    assert preview.index(FILE_ONLY) < preview.index("Done.")
    command.main(["shims", "status"])
    assert FILE_ONLY in " ".join(capsys.readouterr().out.split())
    command.main(["shims", "status", "--json"])
    assert json.loads(capsys.readouterr().out)["display"] == [f"claude-code: {FILE_ONLY}"]
    assert "abstract" not in shimmed.shim.read_text()


def test_shims_that_only_change_variables_say_nothing_of_the_display(shimmed: Shimmed, capsys: pytest.CaptureFixture[str]) -> None:
    shimmed.choose(["time-zone"])
    command.main(["shims", "install", "claude-code", "--yes"])
    command.main(["shims", "status"])
    assert "display" not in capsys.readouterr().out

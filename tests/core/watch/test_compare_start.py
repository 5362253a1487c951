"""How tools are started for a comparison: every start in the data keeps the tool on this computer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.toggles.shims import shim_folder
from core.watch.compare_start import program_of, start_of, variations

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_start_in_the_data_points_the_tool_at_this_computer() -> None:
    for name, known in variations()["tools"].items():
        start = start_of(name)
        everything = [*start.command, *start.environment.values(), *start.files.values()]
        assert any("{base}" in text for text in everything) or start.hosts, name
        assert set(known) <= {"command", "environment", "files", "hosts"}


def test_a_program_is_found_past_our_own_starters_and_else_where_a_copy_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    starters, copy = shim_folder(), tmp_path / "copy" / "llm"
    for file in (starters / "llm", copy):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", str(starters))
    assert program_of(start_of("llm")) == ""
    assert program_of(replace(start_of("llm"), copies=(str(copy.parent), str(copy)))) == str(copy)
    monkeypatch.setenv("PATH", f"{starters}:{copy.parent}")
    assert program_of(start_of("llm")) == str(copy)

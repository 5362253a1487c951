"""How tools are started for a comparison: every start in the data keeps the tool on this computer."""

from __future__ import annotations

from core.watch.compare_start import start_of, variations


def test_every_start_in_the_data_points_the_tool_at_this_computer() -> None:
    for name, known in variations()["tools"].items():
        start = start_of(name)
        everything = [*start.command, *start.environment.values(), *start.files.values()]
        assert any("{base}" in text for text in everything) or start.hosts, name
        assert set(known) <= {"command", "environment", "files", "hosts"}

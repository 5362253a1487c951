from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.host.real import RealHost
from core.model import Grade, System
from core.toggles.launch import LaunchError, LaunchProfile
from core.toggles.profiles import profile_path
from core.toggles.sandbox_check import why_no_sandbox
from core.tools import launches
from core.tools.exposure_book import ExposureBook
from core.tools.launches import measure_copies, measure_launch, profile_in_force, starts
from core.tools.looks import HIDING

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = load_catalogue()
TOOL = CATALOGUE.tools["claude-code"]


def test_a_tool_without_a_profile_starts_plainly() -> None:
    assert profile_in_force("claude-code", CATALOGUE) is None


def test_the_environment_of_a_profile_is_what_the_stand_in_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mia Example")
    profile = LaunchProfile("claude-code", environment_unset=("GIT_AUTHOR_NAME",))
    view = measure_launch(TOOL, None, profile, CATALOGUE, ["env-names"])
    assert not view.problem
    assert 0 < view.looks["env-names"].shared < view.looks["env-names"].own


def test_each_tool_is_measured_the_way_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    before = starts(["claude-code", "codex-cli"])
    profile = profile_path("claude-code")
    profile.parent.mkdir(parents=True)
    profile.write_text('tool = "claude-code"\nenvironment = ["time-zone"]\n', encoding="ascii")
    after = starts(["claude-code", "codex-cli"])
    assert [tool for tool in after if after[tool] != before[tool]] == ["claude-code"]
    views = {view.tool: view for view in measure_copies([(TOOL, None), (CATALOGUE.tools["codex-cli"], None)], CATALOGUE, ["time-zone"])}
    assert views["claude-code"].launch
    assert views["claude-code"].looks["time-zone"].sight in HIDING
    book = ExposureBook(CATALOGUE, System.LINUX)
    book.set_view(views["claude-code"])
    assert book.exposure("claude-code", "time-zone").grade is Grade.HIDDEN
    assert "Hidden: Claude Code started through Telltale gets another value" in book.exposure("claude-code", "time-zone").sentence
    assert not views["codex-cli"].launch
    assert views["codex-cli"].looks["time-zone"].sight not in HIDING


def test_a_tool_whose_start_cannot_be_told_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_any: object) -> None:
        raise LaunchError("Two toggles disagree, so nothing was started; switch one off.")

    monkeypatch.setattr(launches, "profile_in_force", refuse)
    (view,) = measure_copies([(TOOL, None)], CATALOGUE, ["time-zone"])
    assert not view.looks
    assert "disagree" in view.problem


@pytest.mark.slow
def test_the_sandbox_of_a_profile_hides_what_it_is_made_to_hide() -> None:
    if (why := why_no_sandbox(RealHost())) is not None:
        pytest.skip(why)
    profile = LaunchProfile("claude-code", {"TZ": "UTC"}, parts=frozenset({"hostname", "machine-id"}))
    view = measure_launch(TOOL, None, profile, CATALOGUE, ["hostname", "machine-id", "kernel"])
    assert not view.problem
    assert view.looks["hostname"].sight in HIDING
    assert view.looks["kernel"].sight not in HIDING

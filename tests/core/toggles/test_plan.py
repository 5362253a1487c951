"""What is planned, what is refused and why, and what is flagged as half done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.toggles import profiles
from core.toggles.model import ChangeSpec
from core.toggles.plan import make_plan
from core.toggles.registry import kind
from tests.fakes.toggle_home import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.toggle_home import ToggleHome

WHY_NOT = "This kernel refuses."


def refused(at_home: ToggleHome, name: str, tool: str = "claude-code") -> str:
    plan = at_home.service.plan([name], tool)
    assert plan.changes == ()
    return plan.refused[name]


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind("launch-sandbox"), "why_not", lambda *_: WHY_NOT)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind("launch-sandbox"), "why_not", lambda *_: None)


def test_what_had_no_effect_is_listed_but_not_offered(at_home: ToggleHome) -> None:
    assert "had no effect" in refused(at_home, "codex-cli-do-not-track", "codex-cli")
    assert "codex-cli-do-not-track" in at_home.service.toggles


def test_another_tools_switch_is_refused(at_home: ToggleHome) -> None:
    assert "switch of Codex CLI" in refused(at_home, "codex-cli-analytics")
    assert at_home.service.plan(["codex-cli-analytics"]).changes[0].tool == "codex-cli"
    assert "no tool 'nobody'" in refused(at_home, "language", "nobody")
    assert "choose the tool" in refused(at_home, "language", "")


def test_a_switch_that_would_widen_is_refused_by_name(at_home: ToggleHome) -> None:
    assert "skipWebFetchPreflight" in refused(at_home, "claude-code-webfetch")


def test_an_account_switch_is_a_link_and_a_sentence(at_home: ToggleHome) -> None:
    reason = refused(at_home, "claude-code-training")
    assert "https://claude.ai/" in reason
    assert "Telltale does nothing" in reason


def test_a_half_neutral_zone_is_flagged_and_refused_for_a_tool_that_reads_the_link(at_home: ToggleHome, no_sandbox: None) -> None:
    plan = at_home.service.plan(["time-zone"], "claude-code")
    assert [change.kind for change in plan.changes] == ["launch-environment"]
    assert any("says more than it hides" in warning and WHY_NOT in warning for warning in plan.warnings)
    assert "says more than it hides" in refused(at_home, "time-zone", "codex-cli")


def test_with_a_sandbox_the_zone_is_whole(at_home: ToggleHome, sandbox: None) -> None:
    plan = at_home.service.plan(["time-zone"], "codex-cli")
    assert [change.kind for change in plan.changes] == ["launch-environment", "launch-sandbox"]
    assert not any("half" in warning for warning in plan.warnings)


def test_a_pair_of_which_only_one_is_on_is_flagged_until_the_other_is_planned_too(at_home: ToggleHome, sandbox: None) -> None:
    assert any("D-Bus" in warning for warning in at_home.service.plan(["machine-id"], "codex-cli").warnings)
    assert not any("D-Bus" in warning for warning in at_home.service.plan(["machine-id", "message-bus"], "codex-cli").warnings)
    assert at_home.service.plan(["language"], "codex-cli").warnings == ()


def test_two_toggles_that_disagree_about_a_variable_are_not_planned_together(at_home: ToggleHome) -> None:
    language = catalogue().toggles["language"]
    other = replace(
        language,
        id="other",
        title="Other",
        changes=(ChangeSpec("launch-environment", {"set": "LANG=de_DE.UTF-8"}, language.changes[0].systems),),
    )
    plan = make_plan(at_home.context(), {"language": language, "other": other}, ["language", "other"], "codex-cli")
    assert {change.toggle for change in plan.changes} == {"language"}
    assert "sets LANG to another value" in plan.refused["other"]


def test_a_variable_that_widens_is_refused(at_home: ToggleHome) -> None:
    language = catalogue().toggles["language"]
    for step in ({"set": "NODE_TLS_REJECT_UNAUTHORIZED=0"}, {"set": "MY_SANDBOX=0"}, {"unset": "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"}):
        bad = replace(language, id="bad", changes=(ChangeSpec("launch-environment", step, language.changes[0].systems),))
        assert "may widen" in make_plan(at_home.context(), {"bad": bad}, ["bad"], "claude-code").refused["bad"]


def test_a_project_file_needs_the_project(at_home: ToggleHome) -> None:
    assert "choose the project" in refused(at_home, "ignore-dotenv-aider", "aider")
    assert at_home.service.plan(["ignore-dotenv-aider"], "aider", project=str(at_home.project)).changes


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[analytics\n", "not readable as TOML"),
        (b"x" * (5 << 20 | 1), "larger than 5 MB"),
        (b"\xff\xfe", "not UTF-8"),
        (b'analytics = "x"\n', "single value"),
    ],
)
def test_files_that_cannot_be_edited_are_refused_with_the_steps_by_hand(at_home: ToggleHome, content: bytes, reason: str) -> None:
    (at_home.home / ".codex/config.toml").write_bytes(content)
    said = refused(at_home, "codex-cli-analytics", "codex-cli")
    assert reason in said
    assert "By hand: in ~/.codex/config.toml, set analytics.enabled to false." in said


def test_a_link_out_of_the_home_is_refused_and_one_inside_is_followed(at_home: ToggleHome, tmp_path: Path) -> None:
    path, outside = at_home.home / ".codex/config.toml", tmp_path / "outside.toml"
    path.rename(outside)
    path.symlink_to(outside)
    assert "outside the places" in refused(at_home, "codex-cli-analytics", "codex-cli")
    dotfiles = at_home.home / "dotfiles.toml"
    outside.rename(dotfiles)
    path.unlink()
    path.symlink_to(dotfiles)
    at_home.service.apply(at_home.service.plan(["codex-cli-analytics"], "codex-cli"))
    assert path.is_symlink()
    assert b"enabled = false" in dotfiles.read_bytes()


def test_a_file_outside_the_tools_known_places_is_refused(at_home: ToggleHome) -> None:
    known = catalogue().toggles["codex-cli-analytics"]
    step = ChangeSpec("settings-key", {"place": "~/.bashrc.toml", "key": "a", "value": "1"}, known.changes[0].systems)
    plan = make_plan(at_home.context(), {"x": replace(known, changes=(step,))}, ["x"], "codex-cli")
    assert "none of the places Codex CLI is known to use" in plan.refused["x"]


def test_a_value_that_looks_like_a_secret_is_neither_stored_nor_shown(at_home: ToggleHome) -> None:
    secret = "sk-ant-" + "a1B2c3D4e5" * 3
    path = at_home.home / ".codex/config.toml"
    path.write_text(f'[analytics]\nenabled = "{secret}"\n')
    assert "looks like a key" in refused(at_home, "codex-cli-analytics", "codex-cli")
    path.write_text(f'api_key = "{secret}"')
    plan = at_home.service.plan(["codex-cli-environment-context"], "codex-cli")
    assert secret not in str(plan)
    at_home.service.apply(plan)
    assert all(secret.encode() not in entry.read_bytes() for entry in at_home.service.journal.folder.iterdir())


def test_only_the_telltale_profile_changes_without_a_preview(at_home: ToggleHome) -> None:
    (change,) = at_home.service.plan(["language"], "codex-cli").changes
    assert not change.consent
    at_home.service.apply(at_home.service.plan(["language", "do-not-track"], "codex-cli"))
    assert profiles.read_profile("codex-cli", at_home.service.config).environment == ("language", "do-not-track")
    path = profiles.profile_path("codex-cli", at_home.service.config)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_broken_profile_counts_as_empty(at_home: ToggleHome) -> None:
    path = profiles.profile_path("codex-cli", at_home.service.config)
    path.parent.mkdir(parents=True)
    for content in ("environment = [", 'environment = "language"', "environment = [1]"):
        path.write_text(content)
        assert profiles.read_profile("codex-cli", at_home.service.config).is_empty

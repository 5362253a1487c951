"""Reset to the vendor's default: the setting goes, whatever stands there, and undoing the reset brings back what was there before us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.model import System
from core.toggles.model import ChangeSpec, ChangeState, ToggleState
from core.toggles.registry import NotPossibleError, kind
from core.toggles.reset import apply_reset
from core.toggles.settings import SettingsKind
from tests.fakes.toggle_home import catalogue

if TYPE_CHECKING:
    from tests.fakes.toggle_home import ToggleHome

NAME, TOOL = "codex-cli-analytics", "codex-cli"
TOML = ".codex/config.toml"


def text(home: ToggleHome) -> bytes:
    return (home.home / TOML).read_bytes()


def switch_on(home: ToggleHome, *names: str, tool: str = TOOL) -> None:
    receipts = home.service.apply(home.service.plan(names or (NAME,), tool))
    assert all(receipt.change.state is not ChangeState.FAILED for receipt in receipts)


def test_planning_shows_what_would_go_and_writes_nothing(at_home: ToggleHome) -> None:
    before = at_home.tree()
    (change,) = at_home.service.plan_reset([NAME], TOOL).changes
    assert (change.is_reset, change.before, change.after) == (True, "true", None)
    assert "-enabled = true # yes" in change.diff
    assert change.consent
    assert at_home.tree() == before


def test_what_stood_there_goes_and_undo_brings_back_the_same_bytes(at_home: ToggleHome) -> None:
    before = at_home.tree()
    (receipt,) = at_home.service.apply(at_home.service.plan_reset([NAME], TOOL))
    assert receipt.verified is True
    assert receipt.after == {"analytics.enabled": "not set"}
    assert b"enabled" not in text(at_home)
    assert at_home.service.state(NAME, TOOL) is ToggleState.OFF
    assert at_home.service.undo(receipt.change.id).state is ChangeState.UNDONE
    assert at_home.tree() == before


def test_our_own_change_is_taken_back_first_so_that_undo_brings_back_what_was_before_us(at_home: ToggleHome) -> None:
    before = at_home.tree()
    switch_on(at_home)
    (receipt,) = at_home.service.apply(at_home.service.plan_reset([NAME], TOOL))
    assert receipt.change.state is ChangeState.VERIFIED
    assert b"enabled" not in text(at_home)
    assert [change.state for change in at_home.service.changes()] == [ChangeState.VERIFIED, ChangeState.UNDONE]
    assert at_home.service.check_drift() == ()
    at_home.service.undo_all()
    assert at_home.tree() == before


def test_where_nothing_stood_before_undo_is_the_reset(at_home: ToggleHome) -> None:
    before = at_home.tree()
    switch_on(at_home, "codex-cli-environment-context")
    (receipt,) = at_home.service.apply(at_home.service.plan_reset(["codex-cli-environment-context"], TOOL))
    assert (receipt.change.state, receipt.verified) == (ChangeState.UNDONE, True)
    assert "was the reset" in receipt.change.note
    assert at_home.tree() == before


def test_what_somebody_else_wrote_over_ours_goes_too(at_home: ToggleHome) -> None:
    switch_on(at_home)
    (at_home.home / TOML).write_bytes(text(at_home).replace(b"enabled = false", b'enabled = "theirs"'))
    (receipt,) = at_home.service.apply(at_home.service.plan_reset([NAME], TOOL))
    assert receipt.verified is True
    assert b"theirs" not in text(at_home)
    at_home.service.undo_all()
    assert b'enabled = "theirs"' in text(at_home)


def test_a_setting_changed_since_the_preview_is_left_alone(at_home: ToggleHome) -> None:
    plan = at_home.service.plan_reset([NAME], TOOL)
    (at_home.home / TOML).write_bytes(text(at_home).replace(b"enabled = true", b"enabled = 7"))
    (receipt,) = at_home.service.apply(plan)
    assert receipt.change.state is ChangeState.FAILED
    assert b"enabled = 7" in text(at_home)


def test_nothing_there_is_said(at_home: ToggleHome) -> None:
    plan = at_home.service.plan_reset(["codex-cli-environment-context"], TOOL)
    assert (plan.changes, plan.in_effect) == ((), ("codex-cli-environment-context",))


def test_a_missing_file_has_nothing_to_reset(at_home: ToggleHome) -> None:
    assert at_home.service.plan_reset(["kimi-code-telemetry"], "kimi-code").in_effect == ("kimi-code-telemetry",)
    assert not (at_home.home / ".kimi-code").exists()


@pytest.mark.parametrize(
    ("name", "tool", "why"),
    [
        ("language", TOOL, "switch it off instead"),
        ("deny-dotenv-claude-code", "claude-code", "no default for this list"),
        ("computer-time-zone", "", "no vendor's default"),
        ("no-such-toggle", "", "no toggle"),
        (NAME, "claude-code", "a switch of"),
    ],
)
def test_what_has_no_vendors_default_is_refused_with_the_reason(at_home: ToggleHome, name: str, tool: str, why: str) -> None:
    plan = at_home.service.plan_reset([name], tool)
    assert plan.changes == ()
    assert why in plan.refused[name]


def test_a_setting_of_the_account_is_reset_by_its_command_and_comes_back(at_home: ToggleHome) -> None:
    (at_home.stubs / "gsettings-remember-recent-files").write_text("false\n")
    before = at_home.tree()
    (receipt,) = at_home.service.apply(at_home.service.plan_reset(["recent-files-list"]))
    assert receipt.verified is True
    assert receipt.change.diff == "gsettings reset org.gnome.desktop.privacy remember-recent-files"
    assert not (at_home.stubs / "gsettings-remember-recent-files").exists()
    at_home.service.undo_all()
    assert at_home.tree() == before


def test_a_toggle_switched_on_after_a_reset_leaves_the_reset_in_the_list(at_home: ToggleHome) -> None:
    before = at_home.tree()
    at_home.service.apply(at_home.service.plan_reset([NAME], TOOL))
    switch_on(at_home)
    assert at_home.service.state(NAME, TOOL) is ToggleState.ON_VERIFIED
    at_home.service.undo_toggle(NAME, TOOL)
    assert at_home.service.state(NAME, TOOL) is ToggleState.OFF
    assert b"enabled" not in text(at_home)
    at_home.service.undo_all()
    assert at_home.tree() == before


def test_a_kind_without_a_default_cannot_be_reset(at_home: ToggleHome) -> None:
    (change, *_) = at_home.service.plan(["language"], TOOL).changes
    assert not hasattr(kind(change.kind), "plan_reset")
    with pytest.raises(NotPossibleError, match="switch it off"):
        apply_reset(change, at_home.service.journal)


def test_taking_a_key_away_that_would_widen_what_a_tool_may_do_is_refused(at_home: ToggleHome) -> None:
    toggle = catalogue().toggles["claude-code-survey"]
    step = ChangeSpec("settings-key", {"place": "~/.claude/settings.json", "key": "permissions.deny", "value": "[]"}, (System.LINUX,))
    with pytest.raises(NotPossibleError, match="never widens"):
        SettingsKind().plan_reset(at_home.context(), toggle, step, "claude-code")

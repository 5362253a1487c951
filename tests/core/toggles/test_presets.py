from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.toggles.presets import PresetError, export, own, parse, remove_own, save_own, shipped
from tests.fakes.toggle_home import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from core.toggles import presets
    from tests.fakes.toggle_home import ToggleHome

MINE = 'id = "mine"\ntitle = "Mine"\nplain = "For work."\ntoggles = ["language", "gone"]\n'


def test_the_shipped_presets_name_only_toggles_that_are_offered() -> None:
    assert [preset.id for preset in shipped()] == ["light", "strict", "workshop"]
    for preset in shipped():
        for name in (*preset.toggles, *preset.opt_outs):
            assert catalogue().toggles[name].is_offered, name
        assert not any(catalogue().toggles[name].tools for name in preset.toggles)
        assert all(catalogue().toggles[name].tools for name in preset.opt_outs)


def test_light_needs_no_sandbox_and_no_preset_changes_the_whole_computer() -> None:
    light, *others = shipped()
    for name in light.toggles:
        assert {step.kind for step in catalogue().toggles[name].changes} == {"launch-environment"}
    for preset in (light, *others):
        assert all(catalogue().toggles[name].scope != "computer" for name in preset.toggles)
    computer = replace(light, toggles=("computer-time-zone", "language"))
    assert computer.ids_for(catalogue().toggles, "codex-cli")[0] == "language"


def test_a_preset_gives_each_tool_its_own_opt_outs(at_home: ToggleHome) -> None:
    light = shipped()[0]
    assert "codex-cli-analytics" in light.ids_for(catalogue().toggles, "codex-cli")
    assert "claude-code-telemetry" not in light.ids_for(catalogue().toggles, "codex-cli")


@pytest.mark.parametrize("preset", shipped(), ids=lambda preset: preset.id)
@pytest.mark.parametrize("tool", ["claude-code", "codex-cli", "gemini-cli", "aider"])
def test_every_preset_can_be_applied_and_undone_to_the_same_bytes(at_home: ToggleHome, preset: presets.Preset, tool: str) -> None:
    before = at_home.tree()
    plan = at_home.service.plan(preset.ids_for(at_home.service.toggles, tool), tool, project=str(at_home.project))
    assert all(reason.endswith("can only get another environment.") for reason in plan.refused.values())
    receipts = at_home.service.apply(plan)
    assert all(receipt.verified is not False for receipt in receipts)
    at_home.service.undo_all()
    assert at_home.tree() == before


def test_own_presets_are_kept_privately_and_unknown_entries_are_named(tmp_path: Path) -> None:
    preset = parse(MINE, catalogue().toggles, is_own=True)
    assert preset.toggles == ("language",)
    assert preset.unknown == ("gone",)
    save_own(preset, tmp_path)
    path = tmp_path / "presets" / "mine.toml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.id for item in own(tmp_path, catalogue().toggles)] == ["mine"]
    (tmp_path / "presets" / "broken.toml").write_text("[")
    assert [item.id for item in own(tmp_path, catalogue().toggles)] == ["mine"]
    remove_own("mine", tmp_path)
    with pytest.raises(PresetError, match="no preset of your own"):
        remove_own("mine", tmp_path)


def test_a_shipped_preset_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match="shipped preset"):
        save_own(replace(shipped()[0], own=True), tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "presets").write_text("in the way")
    with pytest.raises(PresetError, match="could not be written"):
        save_own(parse(MINE, {}), tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[", 'id = "A b"\n', MINE + 'command = "rm"\n', MINE.replace("mine", "../x"), "x" * 70_000, "a = " + "[" * 2000]
)
def test_what_is_no_preset_is_refused(text: str) -> None:
    with pytest.raises(PresetError, match="not read"):
        parse(text, {})


@given(st.lists(st.sampled_from(["language", "time-zone", "machine-id"]), unique=True))
def test_what_is_exported_is_imported_again(names: list[str]) -> None:
    preset = replace(shipped()[0], id="mine", toggles=tuple(names))
    assert parse(export(preset), catalogue().toggles) == preset


def test_an_export_holds_nothing_of_this_machine(at_home: ToggleHome) -> None:
    text = export(shipped()[1])
    assert str(at_home.home) not in text
    assert set(text.split("\n", 1)[0:1]) == {'id = "strict"'}

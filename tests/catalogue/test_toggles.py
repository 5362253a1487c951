"""The toggles as data: complete, honest about evidence, covering every signal that can be hidden, and all undoable."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.catalogue.problem import Report
from core.catalogue.resources import list_files, parse
from core.catalogue.toggle_schema import TAKES
from core.catalogue.toggles import check_toggle, load_toggles
from core.model import Reach
from core.toggles.model import Scope
from core.toggles.registry import HOMES, kind
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from core.toggles.model import Toggle

FOLDER = paths.resource_root() / "catalogue" / "toggles"
OWN = [file.stem for file in list_files(FOLDER)]
TOGGLES = catalogue().toggles
LAUNCHES = {"launch-environment", "launch-sandbox"}


def test_no_file_has_a_problem() -> None:
    assert catalogue().toggle_problems == ()


def test_the_number_of_toggles_is_known() -> None:
    made = sum(len(tool.opt_outs) for tool in catalogue().tools.values())
    assert len(OWN) >= 67
    assert len(TOGGLES) == len(OWN) + made


def test_every_signal_that_can_be_hidden_has_a_toggle_for_every_tool_or_for_the_account() -> None:
    hidden = {signal for toggle in TOGGLES.values() if not toggle.tools for signal in toggle.hides}
    wanted = {signal.id for signal in catalogue().signals.values() if signal.neutral and signal.neutral.reach is not Reach.NONE}
    assert wanted <= hidden, f"no toggle for: {sorted(wanted - hidden)}"


def test_every_name_a_toggle_uses_exists() -> None:
    for toggle in TOGGLES.values():
        assert set(toggle.hides) <= set(catalogue().signals), toggle.id
        assert {*toggle.tools, *toggle.whole_for} <= set(catalogue().tools), toggle.id


def test_every_kind_is_used_and_takes_what_the_files_give() -> None:
    used = {spec.kind for toggle in TOGGLES.values() for spec in toggle.changes}
    by_command = {"desktop-launcher"}  # made by `telltale shims install` for every tool with an entry in the menu
    assert used | by_command == set(HOMES) == set(TAKES)


@pytest.mark.parametrize("toggle", TOGGLES.values(), ids=lambda toggle: toggle.id)
def test_every_toggle_says_what_it_does_what_it_costs_and_how_it_is_known(toggle: Toggle) -> None:
    for text in (toggle.plain, toggle.from_when, toggle.side_effect, toggle.undo, toggle.verify):
        assert text.endswith("."), text
    assert toggle.source
    assert toggle.checked_version
    assert toggle.checked_on.year >= 2026


def test_uniform_values_only_never_an_invented_place() -> None:
    allowed = re.compile(
        r"(UTC|C\.UTF-8|user|user@localhost|localhost|/dev/null|/nonexistent|1|0|true|false|none|off|xterm-256color|/bin/bash|[/a-z:]*bin)"
    )
    for name in OWN:
        for spec in TOGGLES[name].changes:
            for line in spec.parameters.get("set", "").split("\n") if spec.parameters.get("set") else ():
                assert allowed.fullmatch(line.partition("=")[2]), line


def test_a_variable_has_one_value_in_all_of_telltales_own_toggles() -> None:
    given: dict[str, set[str]] = {}
    for name in OWN:
        for spec in TOGGLES[name].changes:
            for line in spec.parameters.get("set", "").split("\n") if spec.parameters.get("set") else ():
                given.setdefault(line.partition("=")[0], set()).add(line.partition("=")[2])
    assert {name: values for name, values in given.items() if len(values) > 1} == {}


def test_a_mixed_toggle_says_what_half_of_it_would_mean() -> None:
    for name in OWN:
        kinds = Counter(spec.kind for spec in TOGGLES[name].changes)
        if set(kinds) >= LAUNCHES:
            assert TOGGLES[name].half, name


def test_changes_of_the_computer_are_few_and_apart() -> None:
    assert {toggle.id for toggle in TOGGLES.values() if toggle.scope is Scope.COMPUTER} == {"computer-time-zone", "computer-host-name"}


def offered() -> list[tuple[str, str]]:
    """Every offered toggle with a tool to plan it for."""
    return [(t.id, t.tools[0] if t.tools else "codex-cli") for t in TOGGLES.values() if t.is_offered]


@pytest.mark.parametrize(("name", "tool"), offered(), ids=str)
def test_every_offered_toggle_is_planned_applied_and_undone_to_the_same_bytes_or_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, tool: str
) -> None:
    home = ToggleHome(tmp_path, monkeypatch)
    before = home.tree()
    plan = home.service.plan([name], tool, project=str(home.project))
    assert home.tree() == before
    if not plan.changes:
        assert plan.refused[name].endswith(".")
        return
    receipts = home.service.apply(plan, confirm_system=True)
    assert all(receipt.verified is not False for receipt in receipts), [receipt.change.note for receipt in receipts]
    assert home.tree() != before
    home.service.uninstall()
    assert home.tree() == before
    assert not home.own.exists()


def test_what_is_refused_on_this_system_is_what_cannot_be_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = ToggleHome(tmp_path, monkeypatch)
    monkeypatch.setattr(kind("launch-sandbox"), "why_not", lambda *_: None)
    refused = {name for name, tool in offered() if home.service.plan([name], tool, project=str(home.project)).refused}
    advice = {name for name in refused if TOGGLES[name].changes[0].kind in {"vendor-account", "by-hand"}}
    elsewhere = {name for name in refused if "<id>" in str(TOGGLES[name].changes)}
    assert refused - advice - elsewhere == {"claude-code-webfetch"}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kind = "launch-environment"', 'kind = "shell"', "change[0].kind"),
        ('set = ["DO_NOT_TRACK=1"]', 'set = ["DO NOT"]', "change[0].set[0]"),
        ('set = ["DO_NOT_TRACK=1"]', 'part = ["zone"]', "change[0].part"),
        ('set = ["DO_NOT_TRACK=1"]', "", "change[0]"),
        ('scope = "launch"', 'scope = "computer"', "scope"),
        ('works = "partly"', 'works = "surely"', "works"),
        ('scope = "launch"', 'scope = "launch"\nwhole_for = ["codex-cli"]', "half"),
        ('id = "do-not-track"', 'id = "other"', "id"),
        ('scope = "launch"', 'scope = "launch"\ncommand = "rm"', "command"),
    ],
)
def test_a_faulty_file_is_named_with_the_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (FOLDER / "do-not-track.toml").read_text()
    assert old in text
    (tmp_path / "toggles").mkdir()
    (tmp_path / "toggles" / "do-not-track.toml").write_text(text.replace(old, new))
    toggles, problems = load_toggles({}, tmp_path)
    assert toggles == {}
    assert key in {problem.key for problem in problems}


def test_a_settings_change_needs_its_tool() -> None:
    document = parse(next(file for file in list_files(FOLDER) if file.stem == "deny-dotenv-claude-code"), Report("x"))
    del document["tools"]
    report = Report("x")
    check_toggle(document, report)
    assert [problem.key for problem in report.problems] == ["tools"]


def test_the_compiled_toggles_equal_the_read_ones(tmp_path: Path) -> None:
    root = paths.resource_root() / "catalogue"
    first = load_catalogue(root, cache_folder=tmp_path).toggles
    assert (tmp_path / "catalogue-toggles.json").is_file()
    assert dict(load_catalogue(root, cache_folder=tmp_path).toggles) == dict(first) == dict(TOGGLES)


def test_an_opt_out_with_the_id_of_a_toggle_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "toggles").mkdir()
    text = (FOLDER / "do-not-track.toml").read_text().replace("do-not-track", "codex-cli-analytics", 1)
    (tmp_path / "toggles" / "codex-cli-analytics.toml").write_text(text)
    _, problems = load_toggles(catalogue().tools, tmp_path)
    assert [problem.message for problem in problems] == ["is also the id of a tool's opt-out"]

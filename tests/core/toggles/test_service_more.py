"""A preset is made entirely or not at all, also when it is killed in the middle; project folders are chosen, checked, remembered."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.toggles.apply import NOT_BEGUN, OF_PRESET
from core.toggles.model import ChangeState, ToggleState
from core.toggles.registry import HOMES, NotPossibleError, kind
from core.toggles.service import ToggleService
from tests.fakes.toggle_home import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from core.toggles.model import Plan
    from tests.fakes.toggle_home import ToggleHome

IDS = ("language", "codex-cli-analytics", "codex-cli-environment-context", "do-not-track")
AIDER = ("ignore-dotenv-aider", "aider")


def broken(plan: Plan, number: int) -> Plan:
    """Return the plan with one change that will fail: its setting is not what the preview showed."""
    changes = [*plan.changes]
    changes[number] = replace(changes[number], parameters={**changes[number].parameters, "seen": "another"})
    return replace(plan, changes=tuple(changes))


@pytest.mark.parametrize("number", range(4))
def test_a_preset_of_which_one_part_fails_leaves_everything_as_it_was_and_says_so(at_home: ToggleHome, number: int) -> None:
    before = at_home.tree()
    plan = at_home.service.plan(IDS, "codex-cli", whole=True)
    receipts = at_home.service.apply(broken(plan, number))
    assert at_home.tree() == before
    assert len(receipts) == len(IDS)
    assert not any(receipt.verified for receipt in receipts)
    notes = [receipt.change.note for receipt in receipts]
    assert (notes.count(OF_PRESET), notes.count(NOT_BEGUN)) == (number, 3 - number)
    assert at_home.service.journal.unfinished() == frozenset()
    assert at_home.service.verify() == ()


def test_the_same_changes_picked_one_by_one_stay_apart(at_home: ToggleHome) -> None:
    receipts = at_home.service.apply(broken(at_home.service.plan(IDS, "codex-cli"), 1))
    assert [receipt.change.state for receipt in receipts].count(ChangeState.FAILED) == 1
    assert len(at_home.service.verify()) == 3


def killed_in_the_middle(home: ToggleHome, plan: Plan, place: int, step: str) -> bool:
    """Apply in a child that kills itself at a step of one of the plan's changes; say whether it got there."""
    child = os.fork()
    if child == 0:
        seen = 0

        def stop(name: str) -> None:
            nonlocal seen
            seen += name == step
            if name == step and seen == place:
                os.kill(os.getpid(), signal.SIGKILL)

        for name in HOMES:
            if hasattr(kind(name), "step"):
                kind(name).step = stop  # type: ignore[attr-defined]  # every kind that changes something has steps
        try:
            home.service.apply(plan)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("step", ["planned", "temporary synced", "renamed", "applied"])
@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_preset_killed_in_the_middle_is_taken_back_whole_at_the_next_start(at_home: ToggleHome, place: int, step: str) -> None:
    before = at_home.tree()
    assert killed_in_the_middle(at_home, at_home.service.plan(IDS, "codex-cli", whole=True), place, step)
    next_start = at_home.new_service()
    next_start.recover()
    assert at_home.tree() == before
    assert next_start.verify() == ()
    assert next_start.journal.unfinished() == frozenset()


def test_a_finished_preset_stays_at_the_next_start(at_home: ToggleHome) -> None:
    at_home.service.apply(at_home.service.plan(IDS, "codex-cli", whole=True))
    next_start = at_home.new_service()
    assert next_start.recover() == ()
    assert len(next_start.verify()) == len(IDS)


def test_a_project_has_to_be_chosen_and_is_remembered_with_the_change(at_home: ToggleHome) -> None:
    service, name = at_home.service, AIDER[0]
    before = at_home.tree()
    assert service.state(*AIDER) is ToggleState.OFF
    assert "choose the project" in service.plan([name], AIDER[1]).refused[name]
    service.apply(service.plan([name], AIDER[1], project=str(at_home.project)))
    assert service.state(*AIDER) is ToggleState.ON_VERIFIED
    (at_home.project / ".aiderignore").unlink()
    next_start = at_home.new_service()
    assert next_start.state(*AIDER) is ToggleState.DRIFTED
    next_start.apply(next_start.plan([name], AIDER[1]))
    assert next_start.state(*AIDER) is ToggleState.ON_VERIFIED
    next_start.undo_all()
    assert at_home.tree() == before


def test_two_projects_are_followed_together_and_each_by_itself(at_home: ToggleHome) -> None:
    service, name = at_home.service, AIDER[0]
    other = at_home.home / "other"
    other.mkdir()
    for folder in (at_home.project, other):
        service.apply(service.plan([name], AIDER[1], project=str(folder)))
    assert service.state(*AIDER) is ToggleState.ON_VERIFIED
    (other / ".aiderignore").unlink()
    assert service.state(*AIDER) is ToggleState.DRIFTED
    assert service.state(*AIDER, project=str(at_home.project)) is ToggleState.ON_VERIFIED
    assert service.state(*AIDER, project=str(other)) is ToggleState.DRIFTED


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("/etc", "one of the system's"),
        ("/", "one of the system's"),
        ("~", "home folder"),
        ("~/..", "home folder"),
        ("~/.claude", "settings of programs"),
        ("~/nothing", "cannot be opened"),
        ("~/.gitconfig", "not a folder"),
        ("~/link", "one of the system's"),
        ("~/loop", "cannot be opened"),
    ],
)
def test_a_folder_that_is_no_project_is_refused(at_home: ToggleHome, folder: str, why: str) -> None:
    (at_home.home / "link").symlink_to("/usr")
    (at_home.home / "loop").symlink_to(at_home.home / "loop")
    before = at_home.tree()
    with pytest.raises(NotPossibleError, match=why):
        at_home.service.plan([AIDER[0]], AIDER[1], project=folder.replace("~", str(at_home.home)))
    assert at_home.tree() == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give folders away")
def test_a_project_of_another_user_is_refused(at_home: ToggleHome) -> None:
    os.chown(at_home.project, 12345, -1)
    with pytest.raises(NotPossibleError, match="another user"):
        at_home.service.plan([AIDER[0]], AIDER[1], project=str(at_home.project))


def test_telltales_own_folder_is_no_project(at_home: ToggleHome, tmp_path: Path) -> None:
    config = tmp_path / "elsewhere"
    (config / "inner").mkdir(parents=True)
    service = ToggleService(at_home.context().host, catalogue(), state=tmp_path / "s", config=config)
    with pytest.raises(NotPossibleError, match="settings of programs"):
        service.plan([AIDER[0]], AIDER[1], project=str(config / "inner"))

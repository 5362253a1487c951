"""Every kind of change, killed at every step: the target is old or new, the next start settles it, undo gives the old bytes."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.toggles.apply import ACTIVE, change_of, undo_entry
from core.toggles.model import ChangeState
from core.toggles.registry import HOMES, SANDBOX_PARTS, NotPossibleError, kind, kinds
from tests.fakes.change_cases import BY_COMMAND, CASES, planned, spec, toggle
from tests.fakes.toggle_home import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.toggle_home import ToggleHome

FILE_STEPS = ("planned", "folders made", "temporary written", "temporary synced", "compared", "renamed", "applied")
FILE_UNDO = ("undo planned", "folders made", "temporary written", "temporary synced", "compared", "renamed", "undo written", "undone")
COMMAND_STEPS, COMMAND_UNDO = ("planned", "commanded", "applied"), ("undo planned", "undo commanded", "undone")


def killed(step: str, kind_name: str, work: Callable[[], object]) -> bool:
    """Do the work in a child that kills itself at a step; say whether it was killed there."""
    child = os.fork()
    if child == 0:
        kind(kind_name).step = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == step else None  # type: ignore[attr-defined]  # every kind that changes something has steps
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def steps(case: str, files: tuple[str, ...], commands: tuple[str, ...]) -> tuple[str, ...]:
    return commands if case in BY_COMMAND else files


@pytest.mark.parametrize(("case", "step"), [(case, step) for case in CASES for step in steps(case, FILE_STEPS, COMMAND_STEPS)])
def test_killed_while_applying_the_next_start_settles_it_and_undo_gives_the_old_state(at_home: ToggleHome, case: str, step: str) -> None:
    before = at_home.tree()
    change = planned(at_home, case)
    assert killed(step, change.kind, lambda: kind(change.kind).apply(change, at_home.service.journal))
    at_home.service.recover()
    (entry,) = at_home.service.journal.entries()
    is_made = kind(change.kind).verify(change)
    assert entry.state is (ChangeState.APPLIED if is_made else ChangeState.FAILED)
    if entry.state in ACTIVE:
        assert undo_entry(entry, at_home.service.journal).state is ChangeState.UNDONE
    assert at_home.tree() == before


@pytest.mark.parametrize(("case", "step"), [(case, step) for case in CASES for step in steps(case, FILE_UNDO, COMMAND_UNDO)])
def test_killed_while_undoing_the_next_start_settles_it_and_undo_gives_the_old_state(at_home: ToggleHome, case: str, step: str) -> None:
    before = at_home.tree()
    change = planned(at_home, case)
    journal = at_home.service.journal
    entry = kind(change.kind).apply(change, journal)
    killed(step, change.kind, lambda: undo_entry(entry, journal))
    next_start = at_home.new_service()
    next_start.recover()
    (entry,) = next_start.journal.entries()
    assert not entry.undoing
    if entry.state in ACTIVE:
        assert undo_entry(entry, next_start.journal).state is ChangeState.UNDONE
    assert at_home.tree() == before


@pytest.mark.parametrize("case", CASES)
def test_every_kind_plans_without_writing_applies_verifies_and_undoes_to_the_same_bytes(at_home: ToggleHome, case: str) -> None:
    before = at_home.tree()
    change = planned(at_home, case)
    assert at_home.tree() == before
    assert change.diff
    entry = kind(change.kind).apply(change, at_home.service.journal)
    assert at_home.tree() != before
    assert kind(change.kind).verify(change) is True
    assert kind(change.kind).verify(change_of(entry)) is True
    assert planned(at_home, case).state is ChangeState.VERIFIED
    assert undo_entry(entry, at_home.service.journal).state is ChangeState.UNDONE
    assert kind(change.kind).verify(change) is False
    assert at_home.tree() == before


def test_cases_cover_every_kind_that_changes_something() -> None:
    advice = {"vendor-account", "by-hand"}
    assert {step.kind for _, step in CASES.values()} | advice == set(HOMES)


def test_the_sandbox_kind_enters_its_toggle_where_a_sandbox_starts(at_home: ToggleHome) -> None:
    step = spec("launch-sandbox", part="zone")
    found = kind("launch-sandbox")
    reason = found.possible(at_home.context().host, step)
    assert reason is None or reason.endswith("environment.")
    change = found.plan(at_home.context(), toggle((step,)), step, "codex-cli")
    before = at_home.tree()
    entry = found.apply(change, at_home.service.journal)
    assert found.verify(change)
    found.undo(change_of(entry), at_home.service.journal)
    assert at_home.tree() == before


def test_an_unknown_sandbox_part_is_refused(at_home: ToggleHome) -> None:
    with pytest.raises(NotPossibleError, match="no part"):
        kind("launch-sandbox").plan(at_home.context(), toggle(()), spec("launch-sandbox", part="nothing"), "codex-cli")


def test_advice_says_what_to_do_and_never_changes_anything(at_home: ToggleHome) -> None:
    for name in ("vendor-account", "by-hand"):
        step = spec(name, link="https://example.org/x", say="The switch.")
        reason = kind(name).possible(at_home.context().host, step)
        assert reason is not None
        assert "The switch." in reason
        with pytest.raises(NotPossibleError):
            kind(name).plan(at_home.context(), toggle((step,)), step, "")
        change = replace(planned(at_home, "toml"), kind=name)
        with pytest.raises(NotPossibleError):
            kind(name).apply(change, at_home.service.journal)
        assert kind(name).verify(change) is None


def test_a_kind_that_is_not_built_in_is_refused() -> None:
    with pytest.raises(NotPossibleError, match="update Telltale"):
        kind("shell")


def test_every_kind_bears_the_name_it_is_registered_under() -> None:
    assert [found.name for found in kinds()] == list(HOMES)


def test_sandbox_parts_used_by_the_catalogue_are_all_there_is() -> None:
    used = {part for t in catalogue().toggles.values() for s in t.changes for part in s.parameters.get("part", "").split("\n") if part}
    assert used == set(SANDBOX_PARTS)

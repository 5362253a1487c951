"""The service: plans, receipts, states of switches, drift, undo, and nothing left behind."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from core.host.recorded import load_persona
from core.toggles import journal as journals
from core.toggles.apply import Measured
from core.toggles.journal import BusyError, Journal, JournalError
from core.toggles.model import ChangeState, ToggleState
from core.toggles.service import Senses, ToggleService
from core.toggles.target import RefusedError
from core.tools.model import Session
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from pathlib import Path

CODEX = ("codex-cli-analytics", "codex-cli-environment-context")


def test_nothing_is_read_or_written_before_the_first_call(at_home: ToggleHome) -> None:
    assert not (at_home.own).exists()


def test_a_plan_writes_nothing_and_shows_exact_differences(at_home: ToggleHome) -> None:
    before = at_home.tree()
    plan = at_home.service.plan(CODEX, "codex-cli")
    assert at_home.tree() == before
    assert [change.key for change in plan.changes] == ["analytics.enabled", "include_environment_context"]
    assert "-enabled = true # yes\n+enabled = false # yes" in plan.changes[0].diff
    assert all(change.consent for change in plan.changes)


def test_receipts_say_what_was_read_again(at_home: ToggleHome) -> None:
    receipts = at_home.service.apply(at_home.service.plan(CODEX, "codex-cli"))
    assert [receipt.verified for receipt in receipts] == [True, True]
    assert receipts[0].before == {"analytics.enabled": "true"}
    assert receipts[0].after == {"analytics.enabled": "false"}
    assert at_home.service.plan(CODEX, "codex-cli").in_effect == CODEX


def test_a_managed_file_that_outranks_ours_makes_the_receipt_say_not_in_effect(at_home: ToggleHome) -> None:
    place = at_home.project / ".codex" / "config.toml"
    place.parent.mkdir()
    place.write_text("[analytics]\nenabled = true\n")
    plan = at_home.service.plan(["codex-cli-analytics"], "codex-cli", project=str(at_home.project))
    (receipt,) = at_home.service.apply(plan)
    assert receipt.verified is False
    assert receipt.change.state is ChangeState.NOT_VERIFIED


def test_one_toggle_with_two_entries_in_one_list_is_applied_and_undone_whole(at_home: ToggleHome) -> None:
    before = at_home.tree()
    receipts = at_home.service.apply(at_home.service.plan(["deny-dotenv-claude-code"], "claude-code"))
    assert [receipt.verified for receipt in receipts] == [True, True]
    assert at_home.service.state("deny-dotenv-claude-code", "claude-code") is ToggleState.ON_VERIFIED
    taken = at_home.service.undo_toggle("deny-dotenv-claude-code", "claude-code")
    assert [change.state for change in taken] == [ChangeState.UNDONE] * 2
    assert at_home.tree() == before


def test_a_toggle_of_which_one_part_fails_is_taken_back_whole(at_home: ToggleHome) -> None:
    before = at_home.tree()
    plan = at_home.service.plan(["deny-dotenv-claude-code", *CODEX], "claude-code")
    assert set(plan.refused) == set(CODEX)
    broken = replace(plan.changes[1], parameters={**plan.changes[1].parameters, "seen": "another"})
    receipts = at_home.service.apply(replace(plan, changes=(plan.changes[0], broken)))
    assert [receipt.change.state for receipt in receipts] == [ChangeState.UNDONE, ChangeState.FAILED]
    assert at_home.tree() == before


def test_a_setting_changed_between_preview_and_click_is_left_alone(at_home: ToggleHome) -> None:
    plan = at_home.service.plan(["codex-cli-analytics"], "codex-cli")
    path = at_home.home / ".codex/config.toml"
    path.write_bytes(path.read_bytes().replace(b"enabled = true", b'enabled = "asked"'))
    theirs = path.read_bytes()
    (receipt,) = at_home.service.apply(plan)
    assert receipt.change.state is ChangeState.FAILED
    assert "since the preview" in receipt.change.note
    assert path.read_bytes() == theirs


def test_states_follow_the_measurement_not_the_click(at_home: ToggleHome) -> None:
    service, path = at_home.service, at_home.home / ".codex/config.toml"
    assert service.state("codex-cli-analytics", "codex-cli") is ToggleState.OFF
    service.apply(service.plan(["codex-cli-analytics"], "codex-cli"))
    assert service.state("codex-cli-analytics", "codex-cli") is ToggleState.ON_VERIFIED
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b"enabled = true"))
    assert service.state("codex-cli-analytics", "codex-cli") is ToggleState.DRIFTED
    assert [change.toggle for change in service.check_drift()] == ["codex-cli-analytics"]
    assert service.state("codex-cli-do-not-track", "codex-cli") is ToggleState.NOT_POSSIBLE
    assert service.state("no-such-toggle") is ToggleState.NOT_POSSIBLE


def test_what_drifted_can_be_applied_again_and_undone_once(at_home: ToggleHome) -> None:
    service, path = at_home.service, at_home.home / ".codex/config.toml"
    service.apply(service.plan(["codex-cli-analytics"], "codex-cli"))
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b"enabled = true"))
    service.apply(service.plan(["codex-cli-analytics"], "codex-cli"))
    assert service.check_drift() == ()
    assert [change.state for change in service.undo_all()] == [ChangeState.UNDONE]
    assert b"enabled = true" in path.read_bytes()


def test_a_setting_that_is_so_already_is_on_without_us(at_home: ToggleHome) -> None:
    path = at_home.home / ".codex/config.toml"
    path.write_bytes(path.read_bytes().replace(b"enabled = true", b"enabled = false"))
    assert at_home.service.state("codex-cli-analytics", "codex-cli") is ToggleState.ON_VERIFIED
    assert at_home.service.changes() == ()


def test_a_session_that_runs_since_before_needs_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[float] = [time.time() - 60]
    senses = Senses(sessions=lambda: [Session("codex-cli", 1, started[0], "", "", "", "", "", (1,))])
    home = ToggleHome(tmp_path, monkeypatch, senses=senses)
    home.service.apply(home.service.plan(["codex-cli-analytics"], "codex-cli"))
    assert home.service.state("codex-cli-analytics", "codex-cli") is ToggleState.ON_RESTART_NEEDED
    started[0] = time.time() + 60
    assert home.service.state("codex-cli-analytics", "codex-cli") is ToggleState.ON_VERIFIED


@pytest.mark.parametrize(
    ("hidden", "verified", "state"), [(True, True, "on-verified"), (False, False, "not-verified"), (None, None, "not-verified")]
)
def test_launch_receipts_are_what_the_stand_in_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: bool | None, verified: bool | None, state: str
) -> None:
    asked: list[str] = []

    def measure(tool: str, signals: tuple[str, ...]) -> dict[str, Measured]:
        asked.append(tool)
        return {name: Measured("de" if len(asked) == 1 else "C.UTF-8", False if len(asked) == 1 else hidden) for name in signals}

    home = ToggleHome(tmp_path, monkeypatch, senses=Senses(measure=measure, version=lambda _tool: "1.2"))
    (receipt,) = home.service.apply(home.service.plan(["language"], "codex-cli"))
    assert receipt.verified is verified
    assert receipt.before["locale"] == "de"
    assert receipt.after["locale"] == "C.UTF-8"
    assert receipt.tool_version == "1.2"
    assert asked == ["codex-cli", "codex-cli"]
    assert home.service.state("language", "codex-cli") == state


def test_a_launch_receipt_without_a_stand_in_says_that_nothing_was_measured(at_home: ToggleHome) -> None:
    (receipt,) = at_home.service.apply(at_home.service.plan(["language"], "codex-cli"))
    assert receipt.verified is None
    assert "not measured" in receipt.method


def test_a_variable_that_was_not_there_and_is_set_now_counts_as_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([Measured("", hidden=True), Measured("1 setting", hidden=False)])
    home = ToggleHome(tmp_path, monkeypatch, senses=Senses(measure=lambda _tool, signals: dict.fromkeys(signals, next(answers))))
    (receipt,) = home.service.apply(home.service.plan(["do-not-track"], "codex-cli"))
    assert receipt.verified is True


def test_changes_of_the_whole_computer_need_their_own_confirmation(at_home: ToggleHome) -> None:
    before = at_home.tree()
    plan = at_home.service.plan(["computer-time-zone"])
    (change,) = plan.changes
    assert change.diff == "pkexec timedatectl set-timezone UTC"
    assert "whole computer" in change.note
    (receipt,) = at_home.service.apply(plan)
    assert receipt.change.state is ChangeState.FAILED
    assert at_home.tree() == before
    (receipt,) = at_home.service.apply(plan, confirm_system=True)
    assert receipt.verified is True
    at_home.service.undo_all()
    assert at_home.tree() == before


def test_a_conflict_shows_before_ours_and_now_and_can_be_settled_by_keeping_theirs(at_home: ToggleHome) -> None:
    service, path = at_home.service, at_home.home / ".codex/config.toml"
    service.apply(service.plan(["codex-cli-analytics"], "codex-cli"))
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b'enabled = "theirs"'))
    theirs = path.read_bytes()
    (change,) = service.changes()
    taken = service.undo(change.id)
    assert taken.state is ChangeState.CONFLICT
    assert str(service.three_way(change.id)) == "before: true; ours: false; now: theirs"
    assert path.read_bytes() == theirs
    assert service.keep_theirs(change.id).state is ChangeState.UNDONE
    with pytest.raises(RefusedError, match="not in effect"):
        service.undo(change.id)
    assert path.read_bytes() == theirs


def test_undo_of_an_unknown_change_says_so(at_home: ToggleHome) -> None:
    with pytest.raises(JournalError, match="no change"):
        at_home.service.undo("nothing")


def test_undo_today_goes_by_the_running_time_when_the_clock_was_set(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    service = at_home.service
    real = time.time
    monkeypatch.setattr(journals.time, "time", lambda: real() - 5 * 86_400)  # the clock stood wrong when the change was made
    service.apply(service.plan(["codex-cli-analytics"], "codex-cli"))
    monkeypatch.setattr(journals.time, "time", real)
    (entry,) = service.journal.entries()
    assert datetime.fromtimestamp(entry.made_at).astimezone().date() < datetime.now().astimezone().date()
    assert journals.age_s(entry) < 60
    late = replace(entry, boot="an earlier start", tick=0.0)
    assert journals.age_s(late) > 4 * 86_400


def test_undo_today_takes_todays_changes_only(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    service = at_home.service
    service.apply(service.plan(CODEX, "codex-cli"))
    old, _ = service.journal.entries()
    service.journal.save(replace(old, boot="", made_at=old.made_at - 3 * 86_400))
    taken = service.undo_today()
    assert [change.toggle for change in taken] == ["codex-cli-environment-context"]
    assert [change.toggle for change in service.undo_all()] == ["codex-cli-analytics"]


def test_order_of_undo_is_by_counter_even_if_the_clock_ran_backwards(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = at_home.tree(), time.time
    service = at_home.service
    for number, name in enumerate(CODEX):
        monkeypatch.setattr(journals.time, "time", lambda number=number: real() - number * 86_400)
        service.apply(service.plan([name], "codex-cli"))
    assert [change.toggle for change in service.undo_all()] == [*reversed(CODEX)]
    assert at_home.tree() == before


def test_uninstall_leaves_nothing_behind(at_home: ToggleHome) -> None:
    before = at_home.tree()
    ids = [*CODEX, "language", "do-not-track", "automatic-zone", "recent-files-list", "computer-host-name"]
    receipts = at_home.service.apply(at_home.service.plan(ids, "codex-cli"), confirm_system=True)
    assert all(receipt.change.state is not ChangeState.FAILED for receipt in receipts)
    at_home.service.apply(at_home.service.plan(["deny-dotenv-claude-code"], "claude-code"))
    at_home.service.apply(at_home.service.plan(["ignore-dotenv-aider"], "aider", project=str(at_home.project)))
    assert at_home.tree() != before
    assert all(change.state is ChangeState.UNDONE for change in at_home.service.uninstall())
    assert at_home.tree() == before
    assert not at_home.own.exists()


def test_uninstall_keeps_the_journal_while_something_is_not_taken_back(at_home: ToggleHome) -> None:
    service, path = at_home.service, at_home.home / ".codex/config.toml"
    service.apply(service.plan(["codex-cli-analytics"], "codex-cli"))
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b'enabled = "theirs"'))
    service.uninstall()
    assert len(service.changes()) == 1


def test_a_second_telltale_is_told_to_wait(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = at_home.service.plan(["codex-cli-analytics"], "codex-cli")
    waited = at_home.new_service().journal.locked

    monkeypatch.setattr(Journal, "locked", lambda self, wait_s=0.1: type(self).__dict__["_real"](self, wait_s), raising=True)
    monkeypatch.setattr(Journal, "_real", waited.__func__, raising=False)
    with at_home.new_service().journal.locked(), pytest.raises(BusyError):
        at_home.service.apply(plan)


def test_posted_work_runs_in_order_on_one_thread(at_home: ToggleHome) -> None:
    service, names = at_home.service, []
    futures = [service.post(lambda number=number: names.append((number, threading.current_thread().name))) for number in range(5)]
    for future in futures:
        future.result(5)
    service.close()
    assert [number for number, _ in names] == [*range(5)]
    assert len({name for _, name in names}) == 1
    assert names[0][1].startswith("telltale-writer")


def test_a_recorded_machine_is_never_changed(tmp_path: Path) -> None:
    service = ToggleService(load_persona("developer-laptop"), catalogue(), state=tmp_path / "s", config=tmp_path / "c")
    plan = service.plan(["language", "codex-cli-analytics", "automatic-zone"], "codex-cli")
    assert plan.changes == ()
    assert all("recorded machine" in reason for reason in plan.refused.values())
    assert [*tmp_path.iterdir()] == []

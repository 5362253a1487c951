from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.engine import EngineEvent
from core.engine import EventKind as EngineEventKind
from core.history import Event, EventKind, History
from core.model import Grade
from core.policy import Policy, PolicyScope
from core.policy_file import PolicyProblem, PolicyState
from core.probes.result import Absent, Failed
from core.tools.exposure_book import Cell
from core.tools.model import Session
from core.tools.recording import Recorder
from tests.fakes.exposures import installed, reading, seen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


@pytest.fixture
def recorder(history: History) -> Recorder:
    return Recorder(history, load_catalogue())


def kinds(history: History) -> list[EventKind]:
    return [event.kind for event in history.timeline()]


def test_a_signal_that_changed_is_kept_masked(history: History, recorder: Recorder) -> None:
    recorder.engine_event(EngineEvent(EngineEventKind.READINGS, (reading("time-zone", "UTC"),)))
    assert kinds(history) == []
    recorder.engine_event(EngineEvent(EngineEventKind.READINGS, (reading("time-zone", "Asia/Tokyo"),)))
    (event,) = history.timeline()
    assert (event.kind, event.text, event.detail) == (
        EventKind.SIGNAL_CHANGED,
        "Time zone changed.",
        {"before": "UTC", "after": "Asia/Tokyo"},
    )


def test_what_changes_by_itself_all_the_time_does_not_fill_the_timeline(history: History, recorder: Recorder) -> None:
    restless = [signal.id for signal in load_catalogue().signals.values() if signal.restless]
    assert {"processes", "open-sockets", "uptime", "idle"} <= set(restless)
    for name in restless:
        recorder.reading(reading(name, "one"))
        recorder.reading(reading(name, "other"))
    assert kinds(history) == []


def test_a_policy_that_comes_changes_breaks_and_goes_is_told_once(history: History, recorder: Recorder) -> None:
    policy = Policy("Example", PolicyScope.USER)
    fault = PolicyProblem("~/policy.toml", 1, "", "is broken")
    states = (
        PolicyState(),
        PolicyState((policy,)),
        PolicyState((policy,)),
        PolicyState((replace(policy, note="New."),)),
        PolicyState((replace(policy, note="New."),), (fault,)),
        PolicyState(),
    )
    told = [[event.text for event in recorder.policies(state)] for state in states]
    assert told == [
        [],
        ["The policy of Example is in force."],
        [],
        ["The policy of Example changed."],
        ["The policy ~/policy.toml has a fault."],
        ["The policy of Example is no longer in force."],
    ]
    assert set(kinds(history)) == {EventKind.POLICY}


def test_a_value_that_went_away_is_a_change_and_a_failed_probe_is_none(history: History, recorder: Recorder) -> None:
    recorder.reading(reading("time-zone", "UTC"))
    recorder.reading(reading("time-zone", result=Failed("Too slow.")))
    assert kinds(history) == []
    recorder.reading(reading("time-zone", result=Absent()))
    assert history.timeline()[0].detail["after"] == "(absent)"


def test_installed_updated_and_removed_tools_are_told_apart(history: History, recorder: Recorder) -> None:
    assert recorder.installations([installed("claude-code", "2.1.90")]) == ()
    found = recorder.installations([installed("claude-code", "2.1.197"), installed("codex-cli", "0.1", "/opt/codex")])
    assert [(event.kind, event.text) for event in found] == [
        (EventKind.TOOL_UPDATED, "Claude Code was updated from 2.1.90 to 2.1.197."),
        (EventKind.TOOL_INSTALLED, "Codex CLI 0.1 was installed."),
    ]
    (gone,) = recorder.installations([installed("codex-cli", "0.1", "/opt/codex")])
    assert (gone.kind, gone.text) == (EventKind.TOOL_REMOVED, "Claude Code 2.1.197 is no longer installed.")
    assert recorder.installations([installed("codex-cli", "0.1", "/opt/codex")]) == ()


def test_what_was_installed_while_telltale_did_not_run_is_told(tmp_path: Path) -> None:
    first = History(tmp_path)
    Recorder(first, load_catalogue()).installations([])
    first.close()
    second = History(tmp_path)
    (event,) = Recorder(second, load_catalogue()).installations([installed("claude-code", "2.1.90")])
    assert event.kind is EventKind.TOOL_INSTALLED
    assert "/opt/pal" not in repr(second.timeline())
    second.close()


def session(pid: int, started: float = 1_700_000_000.5) -> Session:
    return Session("claude-code", pid, started, "/opt/claude", "2.1.90", "/home/mia/secret-project", "mia", "bash", (pid,))


def test_sessions_start_and_end(history: History, recorder: Recorder) -> None:
    recorder.sessions([session(7)])
    recorder.sessions([session(7)])
    recorder.sessions([])
    assert sorted(kinds(history)) == [EventKind.SESSION_ENDED, EventKind.SESSION_STARTED]
    assert "secret-project" not in repr(history.timeline())


def test_a_session_that_runs_on_is_not_noted_again_by_the_next_telltale(history: History, recorder: Recorder) -> None:
    recorder.sessions([session(7)])
    assert Recorder(history, load_catalogue()).sessions([session(7), session(8, 1_700_000_001.0)]) != ()
    assert kinds(history) == [EventKind.SESSION_STARTED, EventKind.SESSION_STARTED]


def test_evidence_is_kept_and_told(history: History, recorder: Recorder) -> None:
    recorder.evidence([seen("claude-code", "time-zone", Grade.SAW_SENT)] * 3)
    (event,) = history.timeline()
    assert (event.text, event.times) == ("Claude Code was seen sending Time zone.", 3)
    assert len(history.evidence()) == 1


def test_reading_and_sending_within_minutes_are_told_apart(history: History, recorder: Recorder) -> None:
    for grade in (Grade.SAW_READ, Grade.SAW_SENT, Grade.SAW_READ):
        recorder.evidence([seen("claude-code", "time-zone", grade)])
    told = {event.text: event.times for event in history.timeline()}
    assert told == {"Claude Code was seen reading Time zone.": 2, "Claude Code was seen sending Time zone.": 1}


def test_a_changed_exposure_is_one_entry_per_tool(history: History, recorder: Recorder) -> None:
    pairs = [("claude-code", "time-zone"), ("claude-code", "locale"), ("codex-cli", "locale")]
    recorder.cells({pair: Cell(Grade.COULD_SEE) for pair in pairs})
    assert kinds(history) == []
    recorder.cells({pair: Cell(Grade.HIDDEN) for pair in pairs})
    told: list[Event] = list(history.timeline())
    assert sorted(event.text for event in told) == [
        "What Claude Code could see changed: 2 signals.",
        "What Codex CLI could see changed: Language and number format.",
    ]
    assert history.cells()["codex-cli", "locale"] == Cell(Grade.HIDDEN)


def test_a_name_the_catalogue_does_not_know_is_shown_as_it_is(history: History, recorder: Recorder) -> None:
    recorder.evidence([seen("stranger", "no-such-signal", Grade.SAW_READ)])
    assert history.timeline()[0].text == "stranger was seen reading no-such-signal."

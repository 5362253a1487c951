"""The timeline hears what was switched on, taken back, reset and undone by somebody else, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.history import Event, EventKind, History
from core.host.real import RealHost
from core.toggles.diary import Diary
from core.toggles.service import Senses, ToggleService
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODEX = ("codex-cli-analytics", "codex-cli-environment-context")
TOML = ".codex/config.toml"


def service_of(home: ToggleHome, diary: Diary) -> ToggleService:
    return ToggleService(RealHost(), catalogue(), Senses(diary=diary), state=home.own / "state", config=home.own / "telltale")


class Told:
    """A service whose diary writes into a history of its own."""

    def __init__(self, home: ToggleHome) -> None:
        self.home, self.history, self.heard = home, History(home.own / "state"), list[Event]()
        self.service = self.new_service()

    def new_service(self) -> ToggleService:
        diary = Diary(catalogue(), lambda: self.history, self.heard.extend)
        return service_of(self.home, diary)

    def lines(self) -> list[tuple[str, str]]:
        return [(event.kind.value, event.text) for event in reversed(self.history.timeline())]

    def replace(self, old: bytes, new: bytes) -> None:
        path = self.home.home / TOML
        path.write_bytes(path.read_bytes().replace(old, new))


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    made = Told(ToggleHome(tmp_path, monkeypatch))
    yield made
    made.history.close()


def test_what_is_switched_on_and_taken_back_stands_in_the_timeline(told: Told) -> None:
    told.service.apply(told.service.plan(CODEX, "codex-cli"))
    told.service.undo_toggle(CODEX[0], "codex-cli")
    titles = [catalogue().toggles[name].title for name in CODEX]
    name = catalogue().tools["codex-cli"].name
    assert told.lines() == [
        ("change-made", f"{titles[0]} was switched on for {name} (verified)."),
        ("change-made", f"{titles[1]} was switched on for {name} (verified)."),
        ("change-undone", f"{titles[0]} was taken back for {name}."),
    ]
    assert [event.kind.value for event in told.heard] == [kind for kind, _ in told.lines()]


def test_a_toggle_of_two_steps_is_one_entry_that_names_both_changes(told: Told) -> None:
    told.service.apply(told.service.plan(["deny-dotenv-claude-code"], "claude-code"))
    (event,) = told.history.timeline()
    assert len(event.detail["changes"]) == 2


def test_what_somebody_else_undid_is_said_once_by_whichever_telltale_looks(told: Told) -> None:
    told.service.apply(told.service.plan(CODEX[:1], "codex-cli"))
    told.replace(b"enabled = false", b"enabled = true")
    for service in (told.service, told.service, told.new_service()):
        service.check_drift()
        service.verify()
    assert [kind for kind, _ in told.lines()] == ["change-made", "change-drifted"]
    told.replace(b"enabled = true", b"enabled = false")
    told.service.check_drift()
    told.replace(b"enabled = false", b"enabled = true")
    told.service.check_drift()
    assert [kind for kind, _ in told.lines()].count("change-drifted") == 2


def test_what_failed_is_no_entry(told: Told) -> None:
    plan = told.service.plan(CODEX[:1], "codex-cli")
    told.replace(b"enabled = true", b'enabled = "asked"')
    told.service.apply(plan)
    assert told.lines() == []


def test_settling_a_conflict_is_an_entry_and_a_conflict_is_none(told: Told) -> None:
    told.service.apply(told.service.plan(CODEX[:1], "codex-cli"))
    told.replace(b"enabled = false", b'enabled = "theirs"')
    (change,) = told.service.undo_all()
    told.service.keep_theirs(change.id)
    assert [kind for kind, _ in told.lines()] == ["change-made", "change-undone"]


def test_no_value_of_the_machine_stands_in_an_entry(told: Told) -> None:
    told.replace(b"enabled = true", b'enabled = "canary-value"')
    told.service.apply(told.service.plan(CODEX[:1], "codex-cli"))
    told.service.undo_all()
    assert "canary" not in str(told.history.timeline())


def test_without_an_open_history_changing_works_all_the_same(told: Told) -> None:
    service = service_of(told.home, Diary(catalogue(), lambda: None))
    service.apply(service.plan(CODEX[:1], "codex-cli"))
    assert service.check_drift() == ()
    assert EventKind.CHANGE_MADE not in {event.kind for event in told.history.timeline()}


def test_uninstalling_writes_nothing_into_the_history_it_removes(told: Told) -> None:
    before = told.home.tree()
    told.service.apply(told.service.plan(CODEX, "codex-cli"))
    told.history.close()
    told.service.uninstall()
    assert told.home.tree() == before

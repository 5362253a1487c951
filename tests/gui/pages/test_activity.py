"""The timeline: in memory for invented machines, in words without values, filtered, and page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QPushButton

from core.history import Event, EventKind, TimelineQuery
from core.tools.recording import Recorder
from gui.activity_words import FILTERS, ICONS, event_detail, event_text
from gui.memory_history import MemoryHistory
from gui.models.activity import PAGE, ActivityModel
from gui.models.roles import Role
from gui.pages.activity import ActivityPage
from gui.widgets.activity_view import ActivityView
from gui.widgets.just_now import JustNowCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from core.catalogue import Catalogue
    from core.model import Reading
    from gui.application import Application
    from gui.models.store import Store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def started(tool: str, minutes_ago: float = 0.0) -> Event:
    return Event(EventKind.SESSION_STARTED, f"{tool} started.", tool, at=NOW - timedelta(minutes=minutes_ago))


class Feed:
    """Answers at once from a history."""

    def __init__(self, history: MemoryHistory) -> None:
        self.history = history
        self.asked = 0

    def ask(self, query: TimelineQuery, done: Callable[[tuple[Event, ...]], None]) -> None:
        self.asked += 1
        done(self.history.timeline(query))


class Names:
    """Names tools by their ids."""

    def name(self, tool: str) -> str:
        return tool.title()


def model_of(history: MemoryHistory, store: Store) -> ActivityModel:
    return ActivityModel(Feed(history), store, Names())  # type: ignore[arg-type]  # they answer what the model asks


def test_every_kind_of_entry_has_an_icon_and_a_filter() -> None:
    filtered = {kind for _, kinds in FILTERS for kind in kinds}
    assert set(EventKind) == filtered == set(ICONS)


def test_entries_are_told_without_values() -> None:
    event = Event(EventKind.SIGNAL_CHANGED, "", signal="time-zone", detail={"before": "Asia/......", "after": "Europe/......"}, times=3)
    assert event_text(event, str, lambda _id: "Time zone") == "Time zone changed (3 times)"
    assert event_detail(event) == "from Asia/...... to Europe/......"
    updated = Event(EventKind.TOOL_UPDATED, "", "codex-cli", detail={"before": "1.0", "version": "", "channel": "npm"})
    assert event_text(updated, lambda _id: "Codex CLI", str) == "Codex CLI was updated from 1.0 to an unknown version"
    assert event_detail(updated) == "npm"


def test_a_kind_without_words_brings_its_own_sentence() -> None:
    assert event_text(Event(EventKind.CHANGE_MADE, "Time zone hidden for Qoder CLI."), str, str) == "Time zone hidden for Qoder CLI"


def test_the_memory_answers_by_tool_signal_kind_and_time() -> None:
    history = MemoryHistory()
    history.add(started("codex-cli", 90), started("cursor", 5), Event(EventKind.SIGNAL_CHANGED, "x", signal="locale", at=NOW))
    assert [item.tool for item in history.timeline(TimelineQuery(tools=("cursor",)))] == ["cursor"]
    assert [item.signal for item in history.timeline(TimelineQuery(signals=("locale",)))] == ["locale"]
    assert [item.kind for item in history.timeline(TimelineQuery(kinds=(EventKind.SIGNAL_CHANGED,)))] == [EventKind.SIGNAL_CHANGED]
    assert len(history.timeline(TimelineQuery(since=NOW - timedelta(hours=1)))) == 2
    assert [item.tool for item in history.timeline()] == ["", "cursor", "codex-cli"]


def test_the_recorder_works_on_the_memory_and_nothing_is_written(
    catalogue: Catalogue, scanned: tuple[Reading, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = MemoryHistory()
    monkeypatch.setattr("core.history_file.HistoryFile.write", lambda *_: pytest.fail("the memory was written to a file"))
    monkeypatch.setattr("core.history_file.HistoryFile.rows", lambda *_: pytest.fail("the memory was read from a file"))
    recorder = Recorder(history, catalogue)
    for reading in scanned:
        recorder.reading(reading)
    assert history.timeline() == ()
    other = replace(scanned[0], result=scanned[1].result)
    recorder.reading(other)
    assert [item.signal for item in history.timeline()] == [other.signal]


def test_the_list_keeps_the_rules_of_models_and_fetches_older_pages(store: Store) -> None:
    history = MemoryHistory()
    history.add(*(started("cursor", number) for number in range(PAGE + 30, 0, -1)))
    model = model_of(history, store)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.ask(TimelineQuery())
    assert len(model.events) == PAGE
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert len(model.events) == PAGE + 30
    assert not model.canFetchMore(QModelIndex())
    assert len({item.number for item in model.events}) == PAGE + 30
    assert tester.model() is model


def test_each_day_has_one_heading(store: Store) -> None:
    history = MemoryHistory()
    history.add(started("cursor", 60 * 48), started("codex-cli", 1), started("cursor", 0))
    model = model_of(history, store)
    model.ask(TimelineQuery())
    headings = [model.index(row).data() for row in range(model.rowCount()) if model.index(row).data(Role.IS_HEADER)]
    assert len(headings) == len(set(headings)) == 2


def page_of(application: Application, qtbot: QtBot) -> tuple[ActivityPage, ActivityView]:
    tools = application.context.tools
    qtbot.waitUntil(lambda: bool(tools.sessions), timeout=20_000)
    application.window.show_page("activity")
    page = application.window.page("activity")
    assert isinstance(page, ActivityPage)
    view = page.findChild(ActivityView)
    assert isinstance(view, ActivityView)
    everything = next(button for button in page.findChildren(QPushButton) if button.text() == "Everything kept")
    everything.click()
    qtbot.waitUntil(lambda: view.model().rowCount() > 0, timeout=5000)
    return page, view


def test_sessions_of_the_machine_are_listed_and_lead_to_their_tool(application: Application, qtbot: QtBot) -> None:
    _, view = page_of(application, qtbot)
    model = view.model()
    entries = [model.index(row, 0) for row in range(model.rowCount()) if not model.index(row, 0).data(Role.IS_HEADER)]
    claude = next(index for index in entries if index.data() == "Claude Code started")
    view.activated.emit(claude)
    assert application.window.current_page == "tools"
    assert application.window.page("tools").accessibleName() == "AI tools"


def test_a_filter_that_fits_nothing_says_so(application: Application, qtbot: QtBot) -> None:
    page, view = page_of(application, qtbot)
    policy = next(button for button in page.findChildren(QPushButton) if button.text() == "Policy")
    policy.click()
    qtbot.waitUntil(lambda: view.model().rowCount() == 0, timeout=5000)
    assert any(item.isVisible() and item.text() == "Nothing happened in this time" for item in page.findChildren(QLabel))


def test_just_now_names_what_started(application: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(application.context.feed.recent), timeout=20_000)
    card = application.window.page("overview").findChild(JustNowCard)
    assert isinstance(card, JustNowCard)
    assert any(item.text().endswith("started") for item in card.findChildren(QLabel))

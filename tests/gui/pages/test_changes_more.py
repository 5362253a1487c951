"""Reset, project folders and the timeline, through the window and the real service on a throw-away home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from core.history import EventKind
from core.toggles.diary import Diary
from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.journal import Journal
from core.toggles.model import ChangeState, Plan, ToggleState
from core.toggles.service import Senses, ToggleService
from gui.activity_words import event_detail, event_text
from gui.dialogs.preview import PreviewDialog
from gui.pages.changes import ChangesPage
from gui.switching import reset, review
from gui.widgets.change_detail import ChangeDetail
from gui.widgets.change_view import ChangeDelegate, ChangeView
from gui.widgets.toggle_row import ToggleRow
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.application import Application
    from gui.models.changes import ChangeDesk

CODEX, AIDER = ("codex-cli-analytics", "codex-cli"), ("ignore-dotenv-aider", "aider")


def texts(widget: QWidget) -> str:
    return "\n".join(part.text() for part in widget.findChildren(QLabel))


def named(widget: QWidget, text: str) -> QAbstractButton:
    return next(child for child in widget.findChildren(QAbstractButton) if child.text().strip() == text)


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    return ToggleHome(tmp_path, monkeypatch)


@pytest.fixture
def desk(application: Application, at_home: ToggleHome, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ChangeDesk:
    made = application.context.changes
    qtbot.waitUntil(lambda: bool(made.tools) and made.has_looked, timeout=20_000)
    diary = Diary(catalogue(), lambda: application.context.feed.history, made.told.emit)
    senses = Senses(diary=diary)
    made._door = ToggleService(at_home.context().host, catalogue(), senses, state=at_home.own / "s", config=at_home.own / "c")
    monkeypatch.setattr(type(made), "is_synthetic", property(lambda _self: False))
    return made


@pytest.fixture
def page(application: Application, desk: ChangeDesk) -> ChangesPage:
    application.window.show_page("changes")
    made = application.window.page("changes")
    assert isinstance(made, ChangesPage)
    return made


def switch_on(desk: ChangeDesk, qtbot: QtBot, pair: tuple[str, str], **more: str) -> None:
    got: list[Plan] = []
    desk.plan([pair], got.append, **more)  # type: ignore[arg-type]  # a project's folder
    qtbot.waitUntil(lambda: bool(got), timeout=5000)
    with qtbot.waitSignal(desk.applied, timeout=10_000):
        desk.apply(got[0])
    qtbot.waitUntil(lambda: bool(desk.active), timeout=10_000)


def dialog_of(application: Application, qtbot: QtBot) -> PreviewDialog:
    def found() -> list[PreviewDialog]:
        return [item for item in application.window.findChildren(PreviewDialog) if item.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=10_000)
    return found()[-1]


def test_reset_is_shown_to_the_letter_made_when_agreed_and_undone_to_what_was_before_us(
    application: Application, page: ChangesPage, desk: ChangeDesk, at_home: ToggleHome, qtbot: QtBot
) -> None:
    path = at_home.home / ".codex/config.toml"
    before = path.read_bytes()
    switch_on(desk, qtbot, CODEX)
    detail = page.findChild(ChangeDetail)
    assert isinstance(detail, ChangeDetail)
    qtbot.waitUntil(lambda: "Reset takes the entry away" in texts(detail), timeout=5000)
    named(detail, "Reset\u2026").click()
    dialog = dialog_of(application, qtbot)
    assert "whatever stands there, so that the vendor's default applies" in texts(dialog)
    with qtbot.waitSignal(desk.applied, timeout=10_000):
        named(dialog, "Make 1 change").click()
    assert b"enabled" not in path.read_bytes()
    with qtbot.waitSignal(desk.undone, timeout=10_000):
        desk.undo_all()
    assert path.read_bytes() == before


def test_reset_says_where_nothing_stands(application: Application, page: ChangesPage, desk: ChangeDesk, qtbot: QtBot) -> None:
    said: list[str] = []
    reset(application.context, page, ("codex-cli-environment-context", "codex-cli"), said.append)
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert said == ["The vendor's default applies already: nothing stands there."]


def test_a_tools_own_setting_offers_reset_beside_its_switch(application: Application, desk: ChangeDesk, qtbot: QtBot) -> None:
    toggles = catalogue().toggles
    own, start = (
        ToggleRow(application.context, toggles[CODEX[0]], (CODEX[1],)),
        ToggleRow(application.context, toggles["language"], ("codex-cli",)),
    )
    for made in (own, start):
        qtbot.addWidget(made)
    assert [child.accessibleName() for child in own.findChildren(QAbstractButton) if child.text() == "Reset\u2026"] == [
        "Reset to the vendor's default"
    ]
    assert not [child for child in start.findChildren(QAbstractButton) if child.text() == "Reset\u2026"]


def test_the_preview_asks_for_the_projects_folder_and_shows_the_exact_change(
    application: Application, desk: ChangeDesk, at_home: ToggleHome, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(application.context, application.window, [AIDER], lambda _text: None)
    dialog = dialog_of(application, qtbot)
    assert "which only you can name" in texts(dialog)
    monkeypatch.setattr("gui.dialogs.preview.ask_folder", lambda *_: "/etc")
    named(dialog, "Choose the project's folder\u2026").click()
    qtbot.waitUntil(lambda: "one of the system's" in texts(dialog), timeout=5000)
    monkeypatch.setattr("gui.dialogs.preview.ask_folder", lambda *_: str(at_home.project))
    named(dialog, "Choose the project's folder\u2026").click()
    qtbot.waitUntil(lambda: bool(dialog_of(application, qtbot).agreed().changes), timeout=5000)
    second = dialog_of(application, qtbot)
    assert {change.target for change in second.agreed().changes} == {str(at_home.project / ".aiderignore")}
    with qtbot.waitSignal(desk.applied, timeout=10_000):
        second._agree.click()
    assert (at_home.project / ".aiderignore").is_file()


def test_a_cancelled_folder_dialog_leaves_everything_as_it_is(
    application: Application, page: ChangesPage, desk: ChangeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(application.context, page, [AIDER], lambda _text: None)
    dialog = dialog_of(application, qtbot)
    monkeypatch.setattr("gui.dialogs.preview.ask_folder", lambda *_: "")
    named(dialog, "Choose the project's folder\u2026").click()
    assert dialog.isVisible()
    assert dialog.agreed().changes == ()
    dialog.reject()


def test_a_preset_is_said_to_be_all_or_nothing(page: ChangesPage, desk: ChangeDesk, qtbot: QtBot) -> None:
    got: list[Plan] = []
    desk.plan([CODEX], got.append, whole=True)
    qtbot.waitUntil(lambda: bool(got), timeout=5000)
    dialog = PreviewDialog(page.context, desk, page, got[0])
    qtbot.addWidget(dialog)
    assert "all of them are taken back" in texts(dialog)
    assert dialog.agreed().whole


def test_what_was_switched_on_taken_back_and_undone_by_others_stands_in_the_activity(
    application: Application, desk: ChangeDesk, at_home: ToggleHome, qtbot: QtBot
) -> None:
    feed = application.context.feed
    wanted = {EventKind.CHANGE_MADE, EventKind.CHANGE_DRIFTED, EventKind.CHANGE_UNDONE}

    def kinds() -> list[EventKind]:
        return [event.kind for event in reversed(feed.recent) if event.kind in wanted]

    switch_on(desk, qtbot, CODEX)
    path = at_home.home / ".codex/config.toml"
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b"enabled = true"))
    desk.look()
    qtbot.waitUntil(lambda: EventKind.CHANGE_DRIFTED in kinds(), timeout=10_000)
    desk.undo_all()
    qtbot.waitUntil(lambda: EventKind.CHANGE_UNDONE in kinds(), timeout=10_000)
    assert kinds() == [EventKind.CHANGE_MADE, EventKind.CHANGE_DRIFTED, EventKind.CHANGE_UNDONE]
    made = next(event for event in feed.recent if event.kind is EventKind.CHANGE_MADE)
    name = catalogue().toggles[CODEX[0]].title
    assert event_text(made, lambda tool: tool, lambda signal: signal) == f"{name} switched on for codex-cli"
    assert event_detail(made) == "verified"


def test_on_an_invented_machine_switches_say_that_they_only_pretend(application: Application, qtbot: QtBot) -> None:
    desk = application.context.changes
    pair = ("time-zone", "claude-code")
    qtbot.waitUntil(lambda: pair in desk.states, timeout=20_000)
    look = desk.switch(*pair)
    assert look is not None
    assert "only pretended" in look.words
    switch_on(desk, qtbot, pair)
    qtbot.waitUntil(lambda: desk.states[pair] is ToggleState.ON_VERIFIED, timeout=5000)
    assert [change.state for change in desk.active] == [ChangeState.VERIFIED] * len(desk.active)
    made = next(event for event in application.context.feed.recent if event.kind is EventKind.CHANGE_MADE)
    assert event_detail(made) == "only pretended: this machine is invented"


def test_the_headline_counts_what_another_program_took_back_apart(
    page: ChangesPage, desk: ChangeDesk, at_home: ToggleHome, qtbot: QtBot
) -> None:
    switch_on(desk, qtbot, CODEX)
    qtbot.waitUntil(lambda: "1 change in effect, verified." in texts(page), timeout=10_000)
    path = at_home.home / ".codex/config.toml"
    path.write_bytes(path.read_bytes().replace(b"enabled = false", b"enabled = true"))
    desk.look()
    qtbot.waitUntil(lambda: "No change is in effect now. 1 no longer in effect." in texts(page), timeout=10_000)


def test_entries_of_one_list_are_told_apart_in_the_row_aloud_and_beside_it(
    page: ChangesPage, desk: ChangeDesk, at_home: ToggleHome, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(desk, qtbot, ("deny-dotenv-claude-code", "claude-code"))
    switch_on(desk, qtbot, AIDER, project=str(at_home.project))
    view = page.findChild(ChangeView)
    assert isinstance(view, ChangeView)
    qtbot.waitUntil(lambda: view.model().rowCount() == 4, timeout=5000)
    painted: list[str] = []
    monkeypatch.setattr(ChangeDelegate, "_text", lambda _self, _painter, _box, text, _is_strong: painted.append(text))
    view.grab()
    detail = page.findChild(ChangeDetail)
    assert isinstance(detail, ChangeDetail)
    for row, entry in enumerate((".env.*", ".env", "Read(./.env.*)", "Read(./.env)")):
        index = view.model().index(row, 0)
        assert f"Ignore list {entry}," in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        assert f" \u00b7 {entry} \u00b7 " in painted[2 * row + 1]
        view.setCurrentIndex(index)
        assert f"\n{entry}\n" in texts(detail)


def test_what_was_made_for_the_tools_names_says_which_file_and_never_the_accounts_folder(
    page: ChangesPage, desk: ChangeDesk, at_home: ToggleHome, qtbot: QtBot
) -> None:
    journal = Journal(at_home.own / "s" / "journal")
    changer = FileChanger(journal, (at_home.home,), "1")
    for name in (".bashrc", ".zshrc"):
        line = f"export PATH={at_home.home}/shims:$PATH"
        changer.apply(at_home.home / name, Edit("lines", "put", (line,), 1), Purpose("shims", ""))
    desk.look()
    view, detail = page.findChild(ChangeView), page.findChild(ChangeDetail)
    assert isinstance(view, ChangeView)
    assert isinstance(detail, ChangeDetail)
    qtbot.waitUntil(lambda: view.model().rowCount() == 2, timeout=5000)
    for row, name in enumerate((".zshrc", ".bashrc")):
        assert f" {name}, " in str(view.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        view.setCurrentIndex(view.model().index(row, 0))
        assert "export PATH=~/shims" in texts(detail)
        assert str(at_home.home) not in texts(detail)

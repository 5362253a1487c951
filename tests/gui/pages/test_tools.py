"""The AI tools in the window, found and measured on an invented machine as on a real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QPushButton

from core.model import Grade
from core.policy import Policy, PolicyScope, Rule, Status
from core.policy_file import PolicyState
from core.tools.exposure import Known, expose
from core.tools.exposure_book import ExposureBook
from core.tools.model import Channel, Evidence, Installation, Session
from core.tools.stand_in import recorded_view
from gui.delegates import MOST_MARKS, joined
from gui.marks import Mark
from gui.models.roles import Column, Role
from gui.models.signal_filter import ViewerFilter
from gui.models.signal_table import ANY_PROGRAM, SignalTable
from gui.models.tools import ToolStore
from gui.pages.tools import ToolsPage
from gui.pages.tools_list import ToolsList
from gui.pages.tools_matrix import ToolsMatrix
from gui.policy_words import badge, sentences
from gui.tool_work import viewer_of
from gui.widgets.cell_panel import CellPanel
from gui.widgets.notice import Notice
from gui.widgets.policy_note import PolicyNote
from gui.widgets.tool_card import ToolCard
from gui.widgets.tools_card import ToolRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytestqt.qtbot import QtBot

    from core.catalogue import Catalogue
    from core.host.recorded import RecordedHost
    from core.model import Reading
    from core.tools.model import Exposure, Tool
    from gui.application import Application
    from gui.models.store import Store

CLAUDE = "claude-code"
QODER = "qoder-cli"
TODAY = date(2026, 11, 21)


class OneDay(ToolStore):
    """A store for which it is always the same day."""

    @property
    def today(self) -> date:
        return TODAY


def installation(tool: str, version: str = "1.0.0", path: str = "/home/mia/secret-project/bin") -> Installation:
    return Installation(tool, version, path, Channel.NPM, "npm-package")


@pytest.fixture
def tools(qapp: object, catalogue: Catalogue, persona: RecordedHost, scanned: tuple[Reading, ...]) -> ToolStore:
    made = OneDay()
    book = ExposureBook(catalogue, persona.system)
    made.open(catalogue.tools, book)
    found = [installation(CLAUDE, "2.1.169"), installation(QODER, "1.1.52")]
    book.set_installations(found)
    made.set_installations(found)
    for item in found:
        book.set_view(recorded_view(catalogue.tools[item.tool], item, scanned))
        made.take_cells(book.row(item.tool))
    return made


@pytest.fixture
def matrix(store: Store, tools: ToolStore) -> SignalTable:
    table = SignalTable(store)
    table.set_tools([viewer_of(tools, item) for item in tools.installed])
    return table


@pytest.fixture
def found(application: Application, qtbot: QtBot) -> Application:
    tools = application.context.tools
    qtbot.waitUntil(lambda: bool(tools.installed and tools.sessions) and not tools.is_looking, timeout=20_000)
    qtbot.waitUntil(lambda: all(tools.sees(item) for item in tools.installed), timeout=20_000)
    return application


def tools_page(application: Application) -> ToolsPage:
    application.window.show_page("tools")
    page = application.window.page("tools")
    assert isinstance(page, ToolsPage)
    return page


def other(cell: Exposure) -> Exposure:
    return replace(cell, grade=Grade.HIDDEN, here=Grade.HIDDEN)


# -- the store


def test_the_store_names_copies_in_the_order_they_were_found(tools: ToolStore) -> None:
    tools.set_installations([installation(QODER), installation(CLAUDE, "2.0.0"), installation(CLAUDE, "2.1.0", "/opt/other")])
    assert tools.installed == (QODER, CLAUDE)
    assert [item.version for item in tools.copies(CLAUDE)] == ["2.0.0", "2.1.0"]
    assert (tools.name(CLAUDE), tools.version(CLAUDE), tools.name("no-such-tool")) == ("Claude Code", "2.0.0", "no-such-tool")


def test_a_detection_that_finds_the_same_tells_nobody(tools: ToolStore) -> None:
    told: list[None] = []
    tools.installations_changed.connect(lambda: told.append(None))
    tools.set_installations(list(tools.installations))
    assert told == []
    tools.set_installations([])
    assert len(told) == 1


def test_only_cells_that_are_different_are_told(tools: ToolStore) -> None:
    told: list[list[tuple[str, str]]] = []
    tools.cells_changed.connect(told.append)
    first, second = tools.cells_of(CLAUDE)[:2]
    tools.take_cells([first, other(second)])
    assert told == [[(CLAUDE, second.signal)]]
    assert tools.mark(CLAUDE, second.signal) is Mark.HIDDEN
    assert Mark.HIDDEN in tools.marks(second.signal)


def test_what_a_tool_sees_is_counted_anew_after_a_change(tools: ToolStore) -> None:
    seen = tools.sees(CLAUDE)
    assert seen is not None
    cell = next(cell for cell in tools.cells_of(CLAUDE) if cell.here is Grade.COULD_SEE)
    tools.take_cells([other(cell)])
    assert tools.sees(CLAUDE) == (seen[0] - 1, seen[1])
    assert tools.sees("cursor") is None


def test_an_unmeasured_cell_is_never_shown_as_fine(tools: ToolStore) -> None:
    assert tools.mark("cursor", "time-zone") is Mark.NOT_MEASURED
    assert tools.sentence("cursor", "time-zone") == ""


# -- the table with a column per tool


def test_the_matrix_keeps_the_rules_of_models(matrix: SignalTable, store: Store, tools: ToolStore) -> None:
    proxy = ViewerFilter(matrix, store)
    testers = [QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal) for model in (matrix, proxy)]
    proxy.set_marks(frozenset({Mark.COULD_SEE}))
    proxy.set_only_differing(True)
    proxy.sort(Column.FIRST_VIEWER, Qt.SortOrder.DescendingOrder)
    matrix.set_tools([viewer_of(tools, QODER)])
    matrix.set_tools([])
    assert matrix.viewers[0].id == ANY_PROGRAM
    assert len(testers) == 2


def test_a_change_of_one_cell_announces_just_that_cell(matrix: SignalTable, tools: ToolStore) -> None:
    told: list[tuple[int, int, int, int]] = []
    matrix.dataChanged.connect(lambda a, b: told.append((a.row(), a.column(), b.row(), b.column())))
    matrix.cells_changed([(QODER, "time-zone")])
    row, column = matrix.row_of("time-zone"), Column.FIRST_VIEWER + tools.installed.index(QODER)
    assert told == [(row, column, row, column)]
    matrix.cells_changed([("cursor", "time-zone"), (QODER, "no-such-signal")])
    assert len(told) == 1


def test_a_cell_tells_tool_mark_and_sentence(matrix: SignalTable, tools: ToolStore) -> None:
    index = matrix.index(matrix.row_of("time-zone"), Column.FIRST_VIEWER)
    text = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert text.startswith("Claude Code: ")
    assert tools.sentence(CLAUDE, "time-zone") in text
    assert index.data(Role.SENTENCE) == tools.sentence(CLAUDE, "time-zone")


def test_rows_can_be_asked_for_by_mark_and_by_difference(matrix: SignalTable, store: Store, tools: ToolStore) -> None:
    proxy = ViewerFilter(matrix, store)
    proxy.set_only_differing(True)
    differing = {item for item in store.signals if tools.mark(CLAUDE, item) != tools.mark(QODER, item)}
    assert {item for item in store.signals if proxy.accepts(item)} == differing != set()
    proxy.set_only_differing(False)
    proxy.set_marks(frozenset({Mark.ABSENT}))
    assert all(Mark.ABSENT in tools.marks(item) for item in store.signals if proxy.accepts(item))


def test_many_marks_in_one_place_are_joined_strongest_first() -> None:
    few = [Mark.COULD_SEE, Mark.SAW_SENT]
    assert joined(few) == few
    many = joined([Mark.COULD_SEE] * 6 + [Mark.NOT_MEASURED, Mark.SAW_SENT, Mark.HIDDEN])
    assert many == [Mark.SAW_SENT, Mark.COULD_SEE, Mark.HIDDEN, Mark.NOT_MEASURED]
    assert len(joined(list(Mark))) == MOST_MARKS


# -- policy


def policy(*rules: Rule) -> PolicyState:
    return PolicyState((Policy("Harbour Example", PolicyScope.SYSTEM, rules=rules, contact="it@harbour.example"),))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((Rule(1, Status.HIGH_RISK, tool=CLAUDE),), "High risk by your policy"),
        ((Rule(1, Status.NOT_ALLOWED, tool=CLAUDE, since=date(2026, 7, 10)),), "Not allowed since 10 July"),
        ((Rule(1, Status.NOT_ALLOWED, tool=CLAUDE, since=date(2026, 11, 24)),), "Not allowed from 24 November, in 3 days"),
        ((Rule(1, Status.NOT_ALLOWED, tool=CLAUDE, since=date(2027, 7, 10)),), "Not allowed from 10 July 2027"),
        ((Rule(1, Status.ALLOWED, tool=CLAUDE),), "Allowed"),
        ((Rule(1, Status.HIGH_RISK, tool=QODER),), ""),
    ],
)
def test_a_badge_says_the_rule_with_its_date(tools: ToolStore, rules: Sequence[Rule], expected: str) -> None:
    tools.set_policy(policy(*rules))
    assert badge(tools.judgement(CLAUDE), tools.today)[0] == expected


def test_a_recommended_tool_is_called_so_and_without_a_policy_nothing_is_said(tools: ToolStore) -> None:
    assert badge(tools.judgement(QODER), tools.today) == ("", "")
    assert sentences(tools, QODER) == ()
    tools.set_policy(policy(Rule(1, Status.HIGH_RISK, tool=CLAUDE, alternatives=(QODER,))))
    assert badge(tools.judgement(QODER), tools.today, is_recommended=tools.is_recommended(QODER))[0] == "Recommended"


def test_a_banner_holds_the_organisations_words(tools: ToolStore) -> None:
    rules = (
        Rule(1, Status.HIGH_RISK, tool=CLAUDE, since=date(2026, 11, 3), reason="Under review."),
        Rule(2, Status.NOT_ALLOWED, tool=CLAUDE, since=date(2026, 12, 10), versions=">=2.1.91 <=2.1.197"),
    )
    tools.set_policy(policy(*rules))
    said = " ".join(sentences(tools, CLAUDE))
    assert "Harbour Example counts Claude Code as high risk since 3 November." in said
    assert "It is not allowed from 10 December." in said
    assert "Under review." in said
    assert "it@harbour.example" in said


# -- the window


def test_tools_found_on_the_machine_become_columns_cards_and_rows(found: Application) -> None:
    tools = found.context.tools
    assert {CLAUDE, QODER} <= set(tools.installed)
    assert [viewer.id for viewer in found.context.signals.viewers] == list(tools.installed)
    cards = tools_page(found).findChildren(ToolCard)
    assert [card.tool_id for card in cards] == list(tools.installed)
    rows = found.window.page("overview").findChildren(ToolRow)
    assert "Claude Code" in rows[0].accessibleName()
    assert "running" in rows[0].accessibleName()
    assert "High risk by your policy" in rows[0].accessibleName()


def test_a_card_opens_with_the_return_key_and_escape_leads_back(found: Application) -> None:
    page = tools_page(found)
    card = page.findChildren(ToolCard)[0]
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert page.title == "Claude Code"
    matrix = page.findChild(ToolsMatrix)
    assert isinstance(matrix, ToolsMatrix)
    assert matrix.tool_ids == (CLAUDE,)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.title == "AI tools"


def test_a_cell_is_explained_with_its_evidence(found: Application, qtbot: QtBot) -> None:
    found.window.show_tool(CLAUDE, "time-zone")
    panel = tools_page(found).findChild(CellPanel)
    assert isinstance(panel, CellPanel)
    assert panel.isVisible()
    texts = [item.text() for item in panel.findChildren(QLabel)]
    assert found.context.tools.sentence(CLAUDE, "time-zone") in texts
    assert "Said or seen elsewhere, for this version" in texts
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not panel.isVisible())


def test_new_evidence_reaches_the_open_panel(found: Application) -> None:
    tools = found.context.tools
    found.window.show_tool(CLAUDE, "time-zone")
    item = Evidence(CLAUDE, "time-zone", Grade.SAW_SENT, "inspector", datetime.now(UTC), "2.1.169", "A request through the inspector")
    assert tools.book is not None
    tools.take_cells(tools.book.add_evidence([item]))
    assert tools.mark(CLAUDE, "time-zone") is Mark.SAW_SENT
    panel = tools_page(found).findChild(CellPanel)
    assert isinstance(panel, CellPanel)
    assert any("A request through the inspector" in label.text() for label in panel.findChildren(QLabel))


def test_two_ticked_tools_are_compared_without_ranking(found: Application) -> None:
    page = tools_page(found)
    cards = page.findChildren(ToolCard)
    compare = next(button for button in page.findChildren(QPushButton) if button.accessibleName() == "Compare")
    assert not compare.isEnabled()
    cards[1].check.click()
    cards[0].check.click()
    compare.click()
    assert page.title == "Side by side"
    assert "No ranking" in " ".join(label.text() for label in page.findChildren(QLabel))
    matrix = next(item for item in page.findChildren(ToolsMatrix) if item.isVisible())
    assert matrix.tool_ids == (cards[0].tool_id, cards[1].tool_id)


def test_on_a_small_window_the_policy_banner_leaves_room_and_tells_all_when_asked(found: Application, qtbot: QtBot) -> None:
    found.window.resize(960, 640)
    found.window.show_tool(CLAUDE)
    note = tools_page(found).findChild(PolicyNote)
    assert isinstance(note, PolicyNote)
    qtbot.waitUntil(lambda: bool(found_opener(note)))
    found_opener(note)[0].click()
    qtbot.waitUntil(lambda: not found_opener(note))
    assert any("They recommend Qoder CLI instead." in label.text() for label in note.findChildren(QLabel))


def found_opener(note: PolicyNote) -> list[QPushButton]:
    return [item for item in note.findChildren(QPushButton) if item.text().startswith("Why") and not item.isHidden()]


def test_the_policy_banner_shows_the_recommended_tools_own_exposure(found: Application) -> None:
    found.window.show_tool(CLAUDE)
    note = tools_page(found).findChild(PolicyNote)
    assert isinstance(note, PolicyNote)
    said = " ".join(label.text() for label in note.findChildren(QLabel))
    assert note.isVisible()
    assert "They recommend Qoder CLI instead." in said
    assert "Measured the same way" in said
    found.window.show_tool("ollama")
    assert not note.isVisible()


def test_without_tools_the_page_says_what_was_looked_for(found: Application) -> None:
    tools = found.context.tools
    page = tools_page(found)
    tools.set_installations([])
    listed = page.findChild(ToolsList)
    assert isinstance(listed, ToolsList)
    notice = listed.findChild(Notice)
    assert isinstance(notice, Notice)
    texts = [label.text() for label in notice.findChildren(QLabel)]
    assert "No AI tool found here" in texts
    assert any("npm" in text and "JetBrains" in text for text in texts)
    assert found.context.signals.viewers[0].id == ANY_PROGRAM


def test_the_tools_of_another_machine_replace_these(found: Application, qtbot: QtBot) -> None:
    tools = found.context.tools
    found.context.session.open("office-desktop")
    qtbot.waitUntil(lambda: "copilot-cli" in tools.installed and CLAUDE not in tools.installed, timeout=20_000)
    qtbot.waitUntil(lambda: tools.sees("copilot-cli") is not None, timeout=20_000)


def test_paths_and_folders_of_tools_stay_masked(found: Application) -> None:
    tools = found.context.tools
    secret = installation(CLAUDE, "2.1.169", "/home/mia/secret-project/bin/claude")
    running = Session(CLAUDE, 1, 1.0, secret.path, "", "/home/mia/secret-project", "mia", "code", (1,), connections=("10.1.2.3:443",))
    tools.set_installations([secret, *tools.installations[1:]])
    tools.set_sessions([running])
    found.window.show_tool(CLAUDE)
    page = tools_page(found)
    said = [text for label in page.findChildren(QLabel) for text in (label.text(), label.toolTip(), label.accessibleName())]
    assert not [text for text in said if "secret-project" in text or "10.1.2.3" in text]


def test_a_tool_of_a_recorded_machine_sees_what_any_program_sees(
    catalogue: Catalogue, persona: RecordedHost, scanned: tuple[Reading, ...]
) -> None:
    tool: Tool = catalogue.tools[QODER]
    view = recorded_view(tool, None, scanned)
    cells = [expose(Known(tool, persona.system, ("1.1.52",), view), catalogue.signals[item.signal]) for item in scanned]
    assert {cell.here for cell in cells} <= {Grade.COULD_SEE, Grade.ABSENT, Grade.DENIED, Grade.NOT_MEASURED, Grade.NOT_POSSIBLE}


def test_presentation_mode_takes_the_eyes_away(start: Callable[..., Application], qtbot: QtBot) -> None:
    presenting = start(is_presenting=True)
    tools = presenting.context.tools
    qtbot.waitUntil(lambda: bool(tools.installed) and not tools.is_looking, timeout=20_000)
    presenting.window.show_tool(CLAUDE)
    eyes = [item for item in tools_page(presenting).findChildren(QPushButton) if item.accessibleName().startswith("Hold to show")]
    assert eyes
    assert not [item for item in eyes if item.isVisible()]

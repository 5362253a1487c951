"""The Requests page as a person meets it: empty, with synthetic captures, with ten thousand requests, with hostile texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QWidget

from core.errors import TelltaleError
from core.watch.facts import LIMITS
from core.watch.markers_model import CodePoint
from core.watch.store_model import StoredFact, StoredMarker, StoredRequest
from gui.background import Background
from gui.dialogs.compare import CompareDialog
from gui.dialogs.inspect import InspectDialog
from gui.models.captures import CaptureDesk, RequestList, size_word
from gui.pages.requests import RequestsPage
from gui.widgets.facts_card import FactsCard
from gui.widgets.marked_text import MarkedText, pieces
from gui.widgets.marker_card import MarkerCard, points_line, shown_text
from gui.widgets.request_detail import MOST_MARKERS, RequestDetail, grouped
from gui.widgets.request_view import RequestView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.application import Application

APOSTROPHE = CodePoint(0x02BC, "MODIFIER LETTER APOSTROPHE", "'")
JOINER = CodePoint(0x200D, "ZERO WIDTH JOINER", "")


def request(number: int, **more: object) -> StoredRequest:
    base = StoredRequest(number, 1_790_000_000.0 + number, "http", "POST", "https", "api.example", 443, "/v1", "HTTP/2.0", 10, 10)
    return StoredRequest(**({name: getattr(base, name) for name in base.__slots__} | more))


def marker(point: CodePoint, context: str = "", confidence: str = "certain", scheme: str = "") -> StoredMarker:
    return StoredMarker(
        "scheme" if scheme else "zero-width", "$.x", 1, (point,), point.ordinary, confidence, scheme, "A sentence.", context
    )


def texts(widget: QWidget) -> str:
    return "\n".join(part.text() for part in widget.findChildren(QLabel))


@pytest.fixture
def page(application: Application, qtbot: QtBot) -> RequestsPage:
    application.window.show_page("requests")
    made = application.window.page("requests")
    assert isinstance(made, RequestsPage)
    qtbot.waitUntil(lambda: bool(made.findChildren(MarkerCard)), timeout=10_000)
    return made


def test_a_persona_shows_synthetic_requests_that_say_so(page: RequestsPage) -> None:
    assert page.title == "What Claude Code sent"
    assert "synthetic" in texts(page)
    card = page.findChild(MarkerCard)
    assert isinstance(card, MarkerCard)
    assert "U+02BC MODIFIER LETTER APOSTROPHE" in texts(card)
    assert LIMITS in texts(page)


def test_no_value_of_the_persona_is_in_any_text_of_the_page(page: RequestsPage) -> None:
    said = texts(page) + "".join(child.accessibleName() + child.toolTip() for child in page.findChildren(QWidget))
    for value in ("/home/mia", "mia-laptop", "Auckland", "Mia Example"):
        assert value not in said.replace("persona Mia Example", "")


def test_the_keyboard_alone_goes_through_the_requests(page: RequestsPage, qtbot: QtBot) -> None:
    view = page.findChild(RequestView)
    assert isinstance(view, RequestView)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: "/api/event_logging" in texts(page), timeout=5000)
    assert not [card for card in page.findChildren(MarkerCard) if card.isVisible()]


def test_another_capture_where_nothing_was_found_says_what_that_means(page: RequestsPage, qtbot: QtBot) -> None:
    page.desk.show_session("synthetic-a")
    qtbot.waitUntil(lambda: page.title == "What LLM sent" or "llm" in page.title.lower(), timeout=5000)
    qtbot.waitUntil(lambda: "Nothing was found here." in texts(page), timeout=5000)
    assert LIMITS in texts(page)


def test_leaving_the_page_ends_the_looking(application: Application, page: RequestsPage) -> None:
    assert page.desk._timer.isActive()
    application.window.show_page("overview")
    assert not page.desk._timer.isActive()


def test_nothing_captured_offers_the_first_step(application: Application, page: RequestsPage) -> None:
    page.desk._take_sessions(9, ())
    shown = [child for child in page.findChildren(QLabel) if child.isVisible() and child.text() == "Nothing was recorded yet"]
    assert shown
    assert not [child for child in page.findChildren(QAbstractButton) if child.text().strip() == "Export" and child.isEnabled()]


def test_an_invented_machine_starts_and_compares_nothing(page: RequestsPage, qtbot: QtBot) -> None:
    inspect = InspectDialog(page.context, page, "claude-code")
    compare = CompareDialog(page.context, page, "claude-code")
    for dialog, name in ((inspect, "Open a terminal"), (compare, "Compare")):
        found = [child for child in dialog.findChildren(QAbstractButton) if child.text() == name]
        assert [child.isEnabled() for child in found] == [False]
    assert inspect.command == "telltale run --inspect claude-code"
    answer = next(box for box in inspect.findChildren(QCheckBox) if box.text() == "Answer from this computer")
    answer.setChecked(True)
    assert inspect.command == "telltale run --inspect --answer claude-code"
    answer.setChecked(False)
    copy = next(child for child in inspect.findChildren(QAbstractButton) if child.text() == "Copy command")
    copy.click()
    assert QGuiApplication.clipboard().text() == "telltale run --inspect claude-code"
    inspect.close()
    compare.close()


def test_ten_thousand_requests_are_rows_not_widgets(qtbot: QtBot, page: RequestsPage) -> None:
    model = RequestList()
    for start in range(0, 10_000, 500):
        model.take(tuple(request(number) for number in range(start, start + 500)))
    view = RequestView(page.context, model)
    qtbot.addWidget(view)
    view.resize(300, 600)
    view.show()
    assert model.rowCount() == 10_000
    first, last = model.request(0), model.request(9_999)
    assert first is not None
    assert last is not None
    assert (first.number, last.number) == (9_999, 0)
    view.scrollToBottom()
    assert len(view.findChildren(QWidget)) < 20


def test_an_answer_that_comes_later_changes_its_row_only(qtbot: QtBot) -> None:
    model = RequestList()
    model.take((request(1), request(2)))
    with qtbot.waitSignal(model.dataChanged) as heard:
        model.replace((request(1, status=200), request(2)))
    assert heard.args is not None
    assert heard.args[0].row() == 1


def test_hostile_texts_stay_texts(page: RequestsPage, qtbot: QtBot) -> None:
    card = FactsCard(page.context)
    qtbot.addWidget(card)
    card.show_request(request(1, facts=(StoredFact("user-name", "plain", "<b>x</b>", "<img src=x>"),)))
    labels = [part for part in card.findChildren(QLabel) if "<" in part.text()]
    assert labels
    assert {part.textFormat() for part in labels} == {Qt.TextFormat.PlainText}


def test_what_cannot_be_seen_shows_its_code_point() -> None:
    found = pieces("a\u200db", (0x200D,))
    assert [(piece.text, piece.label) for piece in found] == [("a", ""), ("\u200d", "U+200D"), ("b", "")]
    assert points_line(marker(JOINER)) == "U+200D ZERO WIDTH JOINER instead of nothing"


def test_the_text_around_an_unknown_marker_stays_masked() -> None:
    shown = shown_text(marker(JOINER, "\u2022" * 6))
    assert shown.strip("\u2022") == "\u200d"
    assert shown_text(marker(APOSTROPHE, "Today\u02bcs date", scheme="date-line")) == "Today\u02bcs date"


def test_the_same_marker_in_many_places_is_one_card_and_known_ones_come_first() -> None:
    found = grouped([marker(JOINER, confidence="possible"), marker(JOINER, confidence="possible"), marker(APOSTROPHE, scheme="date-line")])
    assert [(item.scheme, also) for item, also in found] == [("date-line", 0), ("", 1)]


def test_markers_that_have_no_card_and_those_not_kept_are_told(page: RequestsPage, qtbot: QtBot) -> None:
    made = RequestDetail(page.context)
    qtbot.addWidget(made)
    many = tuple(marker(CodePoint(0x200B + at, "A NAME", "")) for at in range(MOST_MARKERS + 3))
    made.show_request(request(1, markers=many, note="And 60 more markers are not listed: at most 40 of one string."))
    assert "and 3 more markers not listed here" in texts(made)
    assert "And 60 more markers are not listed" in texts(made)


def test_marked_text_wraps_and_speaks(page: RequestsPage, qtbot: QtBot) -> None:
    made = MarkedText(page.context.theme, "Today\u02bcs date is 2026-11-20", (0x02BC,), "spoken")
    qtbot.addWidget(made)
    assert made.heightForWidth(120) > made.heightForWidth(900) > 0
    assert made.accessibleName() == "spoken"


@pytest.mark.parametrize(("size", "text"), [(5, "5 B"), (61_400, "61.4 kB"), (2_500_000, "2.5 MB")])
def test_sizes_read_as_people_write_them(size: int, text: str) -> None:
    assert size_word(size) == text


def test_cancelled_work_tells_nothing_more(qtbot: QtBot) -> None:
    work = Background()
    said: list[object] = []
    work.done.connect(said.append)
    work.failed.connect(said.append)

    def endless(progress: object) -> None:
        assert callable(progress)
        while True:
            progress(1, 2)

    work.start(endless)
    qtbot.waitSignal(work.progressed)
    work.cancel()
    qtbot.wait(100)
    assert said == []


def test_work_that_fails_tells_its_sentence(qtbot: QtBot) -> None:
    work = Background()

    def fail(_progress: object) -> None:
        raise TelltaleError("It did not work; nothing was changed.")

    with qtbot.waitSignal(work.failed) as heard:
        work.start(fail)
    assert heard.args == ["It did not work; nothing was changed."]


def test_the_desk_forgets_another_machine(application: Application, qtbot: QtBot, page: RequestsPage) -> None:
    desk = page.desk
    assert isinstance(desk, CaptureDesk)
    folder = desk._captures._path  # type: ignore[union-attr]  # the demo has one
    application.context.session.open("office-desktop")
    qtbot.waitUntil(lambda: desk._captures is not None and desk._captures._path != folder and bool(desk.sessions), timeout=20_000)
    assert folder is not None
    assert not folder.exists()

"""Changing things from the window: plan, preview, receipt, list, undo; on an invented machine, and through the real service."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QWidget

from core.host.real import RealHost
from core.toggles.demo import METHOD, DemoToggles
from core.toggles.model import Change, ChangeState, Plan, Receipt, ToggleState
from core.toggles.service import Senses, ToggleService
from gui.dialogs.preview import PreviewDialog
from gui.models.change_work import joined
from gui.pages.changes import ChangesPage
from gui.switch_paint import SwitchState
from gui.switching import flip, review
from gui.widgets.change_view import ChangeView
from gui.widgets.receipt import ReceiptCard, measured, verdict_of
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from core.catalogue import Catalogue
    from gui.application import Application
    from gui.models.changes import ChangeDesk

PAIR = ("time-zone", "claude-code")


def texts(widget: QWidget) -> str:
    return "\n".join(part.text() for part in widget.findChildren(QLabel))


def named(widget: QWidget, text: str) -> QAbstractButton:
    return next(child for child in widget.findChildren(QAbstractButton) if child.text().strip() == text)


@pytest.fixture
def desk(application: Application, qtbot: QtBot) -> ChangeDesk:
    made = application.context.changes
    qtbot.waitUntil(lambda: bool(made.tools) and PAIR in made.states, timeout=20_000)
    return made


@pytest.fixture
def page(application: Application, desk: ChangeDesk) -> ChangesPage:
    application.window.show_page("changes")
    made = application.window.page("changes")
    assert isinstance(made, ChangesPage)
    return made


def plan_of(desk: ChangeDesk, qtbot: QtBot, *pairs: tuple[str, str]) -> Plan:
    got: list[Plan] = []
    desk.plan(pairs, got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=5000)
    return got[0]


def switch_on(desk: ChangeDesk, qtbot: QtBot) -> list[Receipt]:
    plan = plan_of(desk, qtbot, PAIR)
    with qtbot.waitSignal(desk.applied, timeout=5000) as heard:
        desk.apply(plan)
    assert heard.args is not None
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.ON_VERIFIED, timeout=5000)
    receipts: list[Receipt] = heard.args[0]
    return receipts


def test_nothing_changed_says_where_the_switches_are(page: ChangesPage) -> None:
    assert "Nothing was changed so far" in texts(page)
    assert not named(page, "Undo everything").isEnabled()


def test_a_change_is_listed_with_its_measured_receipt_and_can_be_undone(page: ChangesPage, desk: ChangeDesk, qtbot: QtBot) -> None:
    receipts = switch_on(desk, qtbot)
    assert {item.method for item in receipts} == {METHOD}
    said = texts(page)
    assert "Verified" in said
    assert "Pacific/\u2022\u2022\u2022\u2022\u2022\u2022  \u2192  UTC" in said
    assert "Auckland" not in said
    named(page, "Undo all of today").click()
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.OFF, timeout=5000)
    qtbot.waitUntil(lambda: "what was there before is back" in texts(page), timeout=5000)
    assert not desk.active


def test_the_receipt_has_undo_beside_it(page: ChangesPage, desk: ChangeDesk, qtbot: QtBot) -> None:
    switch_on(desk, qtbot)
    card = page.findChild(ReceiptCard)
    assert isinstance(card, ReceiptCard)
    assert card.isVisible()
    named(card, "Undo").click()
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.OFF, timeout=5000)


def test_the_keyboard_picks_a_change(page: ChangesPage, desk: ChangeDesk, qtbot: QtBot) -> None:
    switch_on(desk, qtbot)
    view = page.findChild(ChangeView)
    assert isinstance(view, ChangeView)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert "TZ=UTC" in texts(page)


def test_the_preview_changes_nothing_until_agreed_and_leaves_out_what_is_unticked(
    page: ChangesPage, desk: ChangeDesk, qtbot: QtBot
) -> None:
    plan = plan_of(desk, qtbot, PAIR, ("host-name", "claude-code"), ("computer-time-zone", "claude-code"))
    dialog = PreviewDialog(page.context, desk, page, plan)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "TZ=UTC" in texts(dialog)
    assert "Left out, and why" in texts(dialog)
    boxes = dialog.findChildren(QCheckBox)
    boxes[0].setChecked(False)
    assert {change.toggle for change in dialog.agreed().changes} == {"host-name"}
    assert desk.changes == ()
    with qtbot.waitSignal(dialog.accepted_plan) as heard:
        named(dialog, "Make 1 change").click()
    assert heard.args is not None
    assert {change.toggle for change in heard.args[0].changes} == {"host-name"}


def test_a_change_of_the_whole_computer_needs_its_own_tick(page: ChangesPage, desk: ChangeDesk, qtbot: QtBot) -> None:
    change = Change("x", "computer-time-zone", "", "system-setting", "timedatectl", "zone", "a", "UTC", ChangeState.PLANNED)
    dialog = PreviewDialog(page.context, desk, page, Plan((change,)))
    qtbot.addWidget(dialog)
    assert dialog.agreed().changes == ()
    dialog.findChildren(QCheckBox)[-1].setChecked(True)
    assert dialog.agreed().changes == (change,)


def test_a_click_on_a_switch_of_our_own_profile_acts_at_once_and_the_second_takes_it_back(
    page: ChangesPage, desk: ChangeDesk, qtbot: QtBot
) -> None:
    look = desk.switch("time-zone", "claude-code")
    assert look is not None
    assert look.state is SwitchState.OFF
    for word in ("Hides: ", "Claude Code", "Undo: ", "Side effect: "):
        assert word in look.words
    flip(page.context, page, look, lambda _text: None)
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.ON_VERIFIED, timeout=5000)
    again = desk.switch("time-zone", "claude-code")
    assert again is not None
    assert again.state is SwitchState.ON
    flip(page.context, page, again, lambda _text: None)
    qtbot.waitUntil(lambda: desk.states[PAIR] is ToggleState.OFF, timeout=5000)


def test_one_switch_for_all_tools_is_on_only_where_all_are(desk: ChangeDesk, qtbot: QtBot) -> None:
    switch_on(desk, qtbot)
    look = desk.switch("time-zone")
    assert look is not None
    assert look.state is SwitchState.PARTLY


def test_what_cannot_be_planned_says_why(page: ChangesPage, qtbot: QtBot) -> None:
    said: list[str] = []
    review(page.context, page, [("computer-time-zone", "claude-code")], said.append)
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert "recorded machine" in said[0]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ([ToggleState.OFF], SwitchState.OFF),
        ([ToggleState.ON_VERIFIED, ToggleState.NOT_POSSIBLE], SwitchState.ON),
        ([ToggleState.ON_VERIFIED, ToggleState.OFF], SwitchState.PARTLY),
        ([ToggleState.ON_RESTART_NEEDED], SwitchState.PARTLY),
        ([ToggleState.NOT_VERIFIED, ToggleState.ON_VERIFIED], SwitchState.UNVERIFIED),
        ([ToggleState.DRIFTED, ToggleState.ON_VERIFIED], SwitchState.DRIFTED),
        ([ToggleState.NOT_POSSIBLE], SwitchState.NOT_POSSIBLE),
    ],
)
def test_a_joined_switch_never_shows_more_than_was_measured(states: list[ToggleState], shown: SwitchState) -> None:
    assert joined(states) is shown


def test_a_switch_shows_the_measurement_not_the_click(application: Application, qtbot: QtBot) -> None:
    made = Switch(application.context.theme, "Hide")
    qtbot.addWidget(made)
    made.show_state(SwitchState.OFF, "Off.")
    made.click()
    assert not made.isChecked()
    made.show_state(SwitchState.ON, "On, measured.")
    assert made.isChecked()
    assert made.accessibleDescription() == "On, measured."


def receipt(verified: bool | None, **more: str) -> Receipt:
    change = Change("x", "time-zone", "claude-code", "launch-environment", "", "environment", None, "TZ=UTC", ChangeState.VERIFIED)
    return Receipt(
        change, verified, {"time-zone": more.get("before", "")}, {"time-zone": more.get("after", "")}, "Method.", datetime.now(UTC)
    )


def test_receipts_together_prove_no_more_than_the_weakest() -> None:
    assert verdict_of([receipt(True), receipt(None)]) is None
    assert verdict_of([receipt(True), receipt(False)]) is False
    assert measured([receipt(True, before="a", after="b"), receipt(True, before="a", after="b")]) == [("time-zone", "a", "b")]
    assert measured([receipt(None)]) == []


def test_a_failed_change_says_its_reason_and_offers_no_undo(application: Application, desk: ChangeDesk, qtbot: QtBot) -> None:
    card = ReceiptCard(application.context, desk)
    qtbot.addWidget(card)
    bad = receipt(False)
    failed = replace(bad.change, state=ChangeState.FAILED, note="The disk is full, so nothing was changed.")
    card.show_receipts([replace(bad, change=failed)])
    assert "The disk is full, so nothing was changed." in texts(card)
    assert not [child for child in card.findChildren(QAbstractButton) if child.text() == "Undo"]


def test_the_real_service_is_asked_on_its_writer_thread_and_everything_is_byte_identical_after(
    application: Application, desk: ChangeDesk, catalogue: Catalogue, qtbot: QtBot, tmp_path: Path
) -> None:
    service = ToggleService(RealHost(), catalogue, Senses(), state=tmp_path / "state", config=tmp_path / "config")
    desk._door = service
    pair = ("language", "claude-code")
    plan = plan_of(desk, qtbot, pair)
    assert plan.changes
    with qtbot.waitSignal(desk.applied, timeout=20_000) as heard:
        desk.apply(plan)
    assert heard.args is not None
    assert [item.verified for item in heard.args[0]] == [None]
    assert (tmp_path / "config" / "launch" / "claude-code.toml").is_file()
    qtbot.waitUntil(lambda: desk.states.get(pair) is ToggleState.NOT_VERIFIED, timeout=20_000)
    (tmp_path / "config" / "launch" / "claude-code.toml").write_text('tool = "claude-code"\n')
    desk.look()
    qtbot.waitUntil(lambda: desk.states.get(pair) is ToggleState.DRIFTED and bool(desk.drifted), timeout=20_000)
    look = desk.switch("locale", "claude-code")
    assert look is not None
    assert look.state is SwitchState.DRIFTED
    application.window.show_page("changes")
    page = application.window.page("changes")
    qtbot.waitUntil(lambda: "No longer in effect" in texts(page) and "\u2026" not in texts(page), timeout=10_000)
    assert "Apply again" in [child.text() for child in page.findChildren(QAbstractButton)]


def test_another_machine_takes_none_of_the_changes_along(application: Application, desk: ChangeDesk, qtbot: QtBot) -> None:
    switch_on(desk, qtbot)
    door = desk._door
    application.context.session.open("office-desktop")
    qtbot.waitUntil(lambda: desk._door is not None and desk._door is not door, timeout=20_000)
    assert isinstance(desk._door, DemoToggles)
    assert desk.changes == ()

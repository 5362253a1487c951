"""Whatever a machine, a tool or a stranger wrote stays text: no label, tooltip or row of any page takes it for markup."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt
from PySide6.QtGui import Qt as Rich
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTextEdit, QWidget

from core.history import Event, EventKind
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.toggles.apply import ThreeWay
from core.toggles.model import Change, ChangeState, Plan
from gui.bridge import Batch
from gui.dialogs.compare import CompareDialog
from gui.dialogs.inspect import InspectDialog
from gui.dialogs.preview import PreviewDialog
from gui.dialogs.sources import SourcesDialog
from gui.dialogs.what_changed import WhatChangedDialog
from gui.tips import plain_tip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from gui.application import Application

GUI = Path(__file__).resolve().parents[2] / "gui"
MARK = "qxz"
HOSTILE = f'<b>{MARK}</b><img src="/x.png"><a href="file:///etc">{MARK}</a>\u202e\x1b[31m'
PAGES = ("overview", "signals", "tools", "activity", "changes", "requests", "presentation", "settings")


def plant(application: Application) -> None:
    """Put the text wherever a machine or a tool can put one of its own."""
    context = application.context
    readings = {}
    for signal in context.store.signals:
        reading = context.store.reading(signal)
        if reading is not None:
            readings[signal] = replace(reading, result=Ok((Sensitive(HOSTILE, MaskKind.OPEN),)), verdict=HOSTILE)
    context.store.take(Batch(readings))
    tools = context.tools
    tools.tools = {name: replace(tool, name=f"{HOSTILE}{name}", vendor=HOSTILE) for name, tool in tools.tools.items()}
    tools.set_installations([replace(item, version=HOSTILE, path=f"/{HOSTILE}", note=HOSTILE) for item in tools.installations])
    tools.set_sessions([replace(item, exe=HOSTILE, version=HOSTILE, cwd=HOSTILE, parent=HOSTILE) for item in tools.sessions])
    context.feed.take(tuple(Event(kind, HOSTILE, tools.installed[0], detail={"value": HOSTILE, "said": HOSTILE}) for kind in EventKind))
    context.changes.changes = (change(tools.installed[0]),)
    context.changes.drifted = frozenset({"1"})
    context.changes.changes_changed.emit()
    tools.installations_changed.emit()


def change(tool: str) -> Change:
    now = datetime.now(UTC)
    return Change(
        "1", HOSTILE, tool, "file", f"/{HOSTILE}", HOSTILE, HOSTILE, HOSTILE, ChangeState.APPLIED, now, f"-{HOSTILE}\n+{HOSTILE}", HOSTILE
    )


def rendered(root: QWidget) -> Iterator[str]:
    """Yield what would act as markup: in labels, tooltips, and the rows of lists."""
    for widget in [root, *root.findChildren(QWidget)]:
        if "<b>" in widget.toolTip() and Rich.mightBeRichText(widget.toolTip()):
            yield f"tooltip of {type(widget).__name__}: {widget.toolTip()}"
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            yield f"label: {widget.text()!r} in {type(widget.parent()).__name__}"
        if isinstance(widget, QTextEdit) and MARK in widget.toHtml() and "<img" in widget.toHtml():
            yield f"text: {widget.toPlainText()}"
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from rows(widget)


def rows(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(model.rowCount(view.rootIndex())):
        for column in range(columns(model)):
            told = str(model.index(row, column, view.rootIndex()).data(Qt.ItemDataRole.ToolTipRole) or "")
            if "<b>" in told and Rich.mightBeRichText(told):
                yield f"tooltip of a row: {told}"


def columns(model: QAbstractItemModel) -> int:
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount()


def shown(root: QWidget) -> str:
    labels = [part.text() for part in root.findChildren(QLabel)]
    views = [view.model() for view in root.findChildren(QAbstractItemView) if view.model() is not None]
    cells = [model.index(row, at).data() for model in views for row in range(model.rowCount()) for at in range(columns(model))]
    return " ".join(labels + [str(text) for text in cells])


@pytest.fixture
def planted(application: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Application:
    monkeypatch.setattr(application.context.changes, "ask_three_way", lambda _change, done: done(ThreeWay(HOSTILE, HOSTILE, HOSTILE)))
    qtbot.waitUntil(lambda: application.context.tools.has_looked and bool(application.context.tools.installed), timeout=10_000)
    qtbot.waitUntil(lambda: application.context.changes.has_looked, timeout=10_000)
    for page in PAGES:
        application.window.show_page_if_known(page)
        application.window.page(page).complete()
    qtbot.wait(200)
    monkeypatch.setattr(application.context.changes, "_take", lambda _answer: None)  # it would find no change
    plant(application)
    qtbot.wait(200)
    assert application.context.changes.changes
    return application


def test_no_page_takes_a_hostile_text_for_markup(planted: Application) -> None:
    window = planted.window
    seen = set()
    for page in PAGES:
        if window.show_page_if_known(page):
            assert list(rendered(window)) == [], page
            seen |= {page} if MARK in shown(window.page(page)) else set()
    assert {"overview", "signals", "tools", "activity", "changes"} <= seen  # the text did come there
    for tool in planted.context.tools.installed[:2]:
        window.show_tool(tool)
        assert list(rendered(window)) == [], tool
    for signal in tuple(planted.context.store.signals)[::40]:
        window.show_signal(signal)
        assert list(rendered(window.page("signals"))) == [], signal


def test_no_dialog_takes_a_hostile_text_for_markup(planted: Application, qtbot: QtBot) -> None:
    context, window = planted.context, planted.window
    tool = context.tools.installed[0]
    dialogs = [
        CompareDialog(context, window, tool),
        InspectDialog(context, window, tool),
        WhatChangedDialog(context, window, tool),
        SourcesDialog(context, window, HOSTILE, (HOSTILE,), HOSTILE),
        PreviewDialog(context, context.changes, window, Plan((change(tool),), {HOSTILE: HOSTILE})),
    ]
    for dialog in dialogs:
        assert MARK in shown(dialog) + dialog.windowTitle(), type(dialog).__name__
        assert list(rendered(dialog)) == [], type(dialog).__name__


def test_a_tooltip_that_looks_like_markup_is_escaped_and_others_stay_as_they_are() -> None:
    assert "<b>" not in plain_tip(HOSTILE)
    assert "&lt;b&gt;" in plain_tip(HOSTILE)
    assert plain_tip("1 < 2 and 3 > 2") == "1 < 2 and 3 > 2"


def test_labels_are_made_in_one_place_only_where_they_are_plain() -> None:
    found = [
        f"{path.relative_to(GUI)}:{node.lineno}"
        for path in GUI.rglob("*.py")
        if path != GUI / "widgets" / "basic.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="ascii")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"QLabel", "QTextBrowser"}
    ]
    assert found == []

"""Every text of the window goes through the translator: with one that puts brackets around each text, none is without them.

What the catalogue, the machine shown and the core's own sentences bring is data, not text of the window.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QCoreApplication, QModelIndex, Qt, QTranslator
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QLineEdit, QWidget

from gui.dialogs.compare import CompareDialog
from gui.dialogs.inspect import InspectDialog
from gui.pages.registry import PAGES
from gui.widgets.marker_card import MarkerCard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gui.application import Application

ROOT = Path(__file__).resolve().parents[2]
NAMES = frozenset({"Telltale", "telltale"})
ROWS = 40
ENOUGH = 12  # letters a text with names in braces must have of its own, or it would fit nearly everything
NOWHERE = QModelIndex()
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


class Brackets(QTranslator):
    """Translates every text into itself within brackets."""

    def isEmpty(self) -> bool:  # noqa: N802  Qt's own name
        return False

    def translate(self, context: bytes | str, source_text: bytes | str, disambiguation: bytes | str | None = None, n: int = -1) -> str:
        del context, disambiguation, n
        return f"[{source_text if isinstance(source_text, str) else source_text.decode()}]"


@pytest.fixture
def bracketed(qapp: QCoreApplication, start: Callable[..., Application], qtbot: QtBot) -> Iterator[Application]:
    brackets = Brackets()
    qapp.installTranslator(brackets)
    try:
        application = start()
        tools, changes = application.context.tools, application.context.changes
        qtbot.waitUntil(lambda: bool(tools.installed) and not tools.is_measuring and bool(changes.states), timeout=20_000)
        yield application
    finally:
        qapp.removeTranslator(brackets)


def said(widget: QWidget) -> Iterator[str]:
    """Every text of a widget that a person sees or hears."""
    if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(number) for number in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from said_by_model(widget.model())
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())


def said_by_model(model: QAbstractItemModel) -> Iterator[str]:
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(NOWHERE)  # a list keeps its one column to itself
    for section in range(columns):
        yield from (str(model.headerData(section, Qt.Orientation.Horizontal, role) or "") for role in ROLES)
        for row in range(min(ROWS, model.rowCount(NOWHERE))):
            yield from (str(model.index(row, section).data(role) or "") for role in ROLES)


def all_texts(root: QWidget) -> set[str]:
    return {text.strip() for widget in [root, *root.findChildren(QWidget)] for text in said(widget) if any(map(str.isalpha, text))}


def visit(application: Application, qtbot: QtBot) -> set[str]:
    window, installed = application.window, application.context.tools.installed
    found: set[str] = set()
    for page in PAGES:
        window.show_page(page.id)
        window.page(page.id).complete()
        if page.id == "requests":
            qtbot.waitUntil(lambda: bool(window.findChildren(MarkerCard)), timeout=10_000)
        found |= all_texts(window)
    window.show_signal("time-zone")
    found |= all_texts(window)
    window.show_tool(installed[0], "time-zone")
    found |= all_texts(window)
    window.compare_tools(installed[:3])
    window.open_finder()
    found |= all_texts(window)
    for dialog in (InspectDialog(application.context, window, installed[0]), CompareDialog(application.context, window, installed[0])):
        found |= all_texts(dialog)
        dialog.close()
    return found


def own_texts() -> list[re.Pattern[str]]:
    """Every text in the window's sources, as a pattern in which names in braces stand for anything."""
    found: set[str] = set()
    for path in (ROOT / "gui").rglob("*.py"):
        tree = ast.parse(path.read_text())
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
        }
    written = {text: re.sub(r"{[^}]*}|[^A-Za-z]", "", text) for text in found - NAMES}
    prose = [text for text, letters in written.items() if len(letters) >= (ENOUGH if "{" in text else 3)]
    return [re.compile(re.sub(r"\\{[^}]*\\}", ".+", re.escape(text.strip()))) for text in prose]


def test_no_text_of_the_window_goes_around_the_translator(bracketed: Application, qtbot: QtBot) -> None:
    patterns = own_texts()
    plain = {text for text in visit(bracketed, qtbot) if "[" not in text}
    pieces = {piece.strip() for text in plain for piece in re.split(r" \u00b7 |\n", text)} | plain
    data = "".join(path.read_text() for path in (ROOT / "resources" / "catalogue").rglob("*.toml"))
    pieces = {piece for piece in pieces if f'"{piece}"' not in data}
    assert [(piece, pattern.pattern) for piece in sorted(pieces) for pattern in patterns if pattern.fullmatch(piece)] == []


def test_the_search_finds_a_text_that_goes_around(bracketed: Application) -> None:
    bracketed.window.setToolTip("Show every signal")
    texts = all_texts(bracketed.window)
    assert "Show every signal" in texts
    assert any(pattern.fullmatch("Show every signal") for pattern in own_texts())

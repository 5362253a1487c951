"""One cell explained: a tool and a signal, one plain sentence, and every piece of evidence with who, when and which version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.probes.result import Ok
from core.tools.versions import range_words
from gui.marks import mark_of_grade, mark_word
from gui.tool_words import date_words, method_word
from gui.widgets.basic import ElidedLabel, button, clear, column, icon_button, label, line, row, scroll
from gui.widgets.legend import MarkLabel
from gui.widgets.value_row import ValueRow

if TYPE_CHECKING:
    from core.tools.model import Evidence, Exposure
    from gui.context import Context


class CellPanel(QFrame):
    """The side panel of a tool's page and of a comparison."""

    closed = Signal()

    def __init__(self, context: Context) -> None:
        """Start without a cell."""
        super().__init__()
        self.setProperty("look", "panel")
        self._context = context
        self._tools: tuple[str, ...] = ()
        self._signal = ""
        self.setAccessibleName(self.tr("What is known about the selected signal"))
        self._title = ElidedLabel("", "panel-title")
        close = icon_button(context.icons, "x", self.tr("Close the panel"))
        close.clicked.connect(self.closed)
        head = row(margins=(16, 10, 10, 8), spacing=10)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        content = QWidget()
        self._list: QVBoxLayout = column(margins=(16, 12, 8, 16), spacing=6)
        content.setLayout(self._list)
        self._area = scroll(content)
        layout = column()
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._area, 1)
        self.setLayout(layout)
        context.tools.cells_changed.connect(self._on_cells)
        context.theme.changed.connect(self._fill)

    def show_cell(self, tools: tuple[str, ...], signal_id: str) -> None:
        """Show what is known of a signal and these tools, from the top."""
        if (tools, signal_id) != (self._tools, self._signal):
            self._tools, self._signal = tools, signal_id
            self._fill()
            self._area.verticalScrollBar().setValue(0)

    def _on_cells(self, pairs: list[tuple[str, str]]) -> None:
        if self.isVisible() and any(tool in self._tools and signal == self._signal for tool, signal in pairs):
            self._fill()

    def _fill(self) -> None:
        signal = self._context.store.signals.get(self._signal)
        clear(self._list)
        if signal is None:
            return
        self._title.set_text(signal.title)
        self._list.addWidget(label(signal.plain, "muted", wrap=True))
        about = button(self.tr("Everything about this signal"), "link", description=self.tr("Show the signal on the Signals page"))
        about.clicked.connect(lambda: self._context.navigator.show_signal(self._signal))
        self._list.addWidget(about, 0, Qt.AlignmentFlag.AlignLeft)
        for tool in self._tools:
            self._add_tool(tool)
        self._list.addStretch(1)

    def _add_tool(self, tool: str) -> None:
        tools = self._context.tools
        cell, mark = tools.cell(tool, self._signal), tools.mark(tool, self._signal)
        self._list.addSpacing(8)
        if len(self._tools) > 1:
            self._list.addWidget(label(tools.name(tool), "heading"))
        head = row(spacing=9)
        head.addWidget(MarkLabel(self._context.theme, mark, 18), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(label(mark_word(mark), "heading", wrap=True), 1)
        self._list.addLayout(head)
        if cell is None:
            self._list.addWidget(label(self.tr("Not measured yet."), "muted", wrap=True))
            return
        self._list.addWidget(label(cell.sentence, wrap=True))
        if cell.measured is not None and isinstance(cell.measured.result, Ok):
            self._list.addWidget(ValueRow(self._context, cell.measured.result, self.tr("What the tool would get"), is_boxed=True))
        self._add_evidence(cell)

    def _add_evidence(self, cell: Exposure) -> None:
        self._group(self.tr("Seen or measured here"), cell.evidence)
        self._group(self.tr("Said or seen elsewhere, for this version"), cell.elsewhere)
        self._group(self.tr("For other versions"), cell.other_versions)

    def _group(self, title: str, evidence: tuple[Evidence, ...]) -> None:
        if not evidence:
            return
        self._list.addSpacing(6)
        self._list.addWidget(label(title, "section", wrap=True))
        for item in evidence:
            self._list.addWidget(self._piece(item))

    def _piece(self, item: Evidence) -> QWidget:
        box = QFrame()
        box.setProperty("look", "sunken")
        layout = column(margins=(10, 7, 10, 8), spacing=3)
        head = row(spacing=8)
        head.addWidget(MarkLabel(self._context.theme, mark_of_grade(item.grade), 14))
        head.addWidget(ElidedLabel(f"{method_word(item.method)} \u00b7 {date_words(item.at)}"), 1)
        layout.addLayout(head)
        if item.detail and item.method not in {"stand-in", "session", "recorded"}:
            layout.addWidget(label(item.detail, wrap=True))
        about = [self.tr("version {versions}").format(versions=range_words(item.tool_version))] if item.tool_version else []
        about += [item.source] if item.source else []
        about += [item.place] if item.place and item.method != "report" else []
        if about:
            layout.addWidget(label(" \u00b7 ".join(about), "small", wrap=True))
        if item.limits:
            layout.addWidget(label(item.limits, "faint", wrap=True))
        box.setLayout(layout)
        return box

"""What changed for one tool: between an earlier look and now on this computer, and what is known to differ between two versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from core.redact import visible
from core.tools.exposure_book import version_differences
from core.tools.versions import parse_version
from gui.dialogs.base import Dialog
from gui.marks import mark_of_grade, mark_word
from gui.tool_words import method_word
from gui.widgets.basic import clear, column, frame, label, row
from gui.widgets.choice import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from core.tools.exposure_book import Cell, Difference
    from gui.context import Context


class WhatChangedDialog(Dialog):
    """Two questions about a tool: what is another grade than then, and what is known of one of two versions only."""

    def __init__(self, context: Context, parent: QWidget, tool: str) -> None:
        """Ask for the last week at once; versions are compared as soon as both are written."""
        super().__init__(context, parent, self.tr("What changed: {tool}").format(tool=context.tools.name(tool)), 660, 600)
        self._tool = tool
        self._asked = 0
        self._since = ChoiceBox(context.theme, context.icons, self.tr("Since"), self.tr("Compare with what was known then"))
        for text, days in (
            (self.tr("Since yesterday"), 1),
            (self.tr("Since a week ago"), 7),
            (self.tr("Since a month ago"), 30),
            (self.tr("Since three months ago"), 90),
        ):
            self._since.addItem(text, days)
        self._since.setCurrentIndex(1)
        self._old, self._new = self._version_field(self.tr("Older version")), self._version_field(self.tr("Newer version"))
        self._new.setText(context.tools.version(tool))
        self.body.addWidget(label(self.tr("On this computer"), "panel-title"))
        self.body.addWidget(self._since)
        self._here = self._card()
        self.body.addWidget(label(self.tr("Between two versions"), "panel-title"))
        fields = row(spacing=10)
        fields.addWidget(self._old)
        fields.addWidget(self._new)
        fields.addStretch(1)
        self.body.addLayout(fields)
        self._known = self._card()
        self.body.addStretch(1)
        self.add_close(self.tr("Close"))
        self._since.currentIndexChanged.connect(self._ask)
        self._old.textChanged.connect(self._show_versions)
        self._new.textChanged.connect(self._show_versions)
        self.finished.connect(self._stop)
        self._ask()
        self._show_versions()

    def _stop(self) -> None:
        """Take no answer any more."""
        self._asked += 1

    def _version_field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(name)
        made.setAccessibleName(name)
        made.setAccessibleDescription(self.tr("A version, such as 2.1.197"))
        made.setMaximumWidth(self.context.theme.px(180))
        return made

    def _card(self) -> QVBoxLayout:
        layout = column(margins=(14, 10, 14, 10), spacing=6)
        card = frame("sunken")
        card.setLayout(layout)
        self.body.addWidget(card)
        return layout

    # -- on this computer

    def _ask(self) -> None:
        """Ask for what was known then; answers to an older question are dropped."""
        self._asked += 1
        number = self._asked
        desk = self.context.tool_work.desk
        if self.context.store.is_synthetic or desk is None:
            self._say(self._here, [self.tr("An invented machine has no earlier looks to compare with.")])
            return
        self._say(self._here, [self.tr("Looking\u2026")])
        when = datetime.now(UTC) - timedelta(days=int(self._since.currentData()))
        desk.ask_changed(self._tool, when, lambda found: self._answered(number, found))

    def _answered(self, number: int, found: tuple[Difference, ...] | None) -> None:
        if number != self._asked:
            return
        if found is None:
            self._say(self._here, [self.tr("No look of this tool was kept from that time, so there is nothing to compare with.")])
            return
        versions = dict.fromkeys((item.before.version, item.after.version) for item in found if item.before and item.after)
        lines = [
            self.tr("Compared are version {old} then and {new} now.").format(old=self._version(old), new=self._version(new))
            for old, new in versions
            if old != new
        ]
        moved = [item for item in found if not item.is_new_version_only]
        lines += [f"{self._title(item.signal)}: {self._cell(item.before)} \u2192 {self._cell(item.after)}" for item in moved]
        self._say(self._here, lines if moved else [*lines, self.tr("Nothing differs.")])

    def _version(self, text: str) -> str:
        return visible(text) or self.tr("not installed")

    def _cell(self, cell: Cell | None) -> str:
        if cell is None:
            return self.tr("not known")
        said = f" ({mark_word(mark_of_grade(cell.said))})" if cell.said is not None else ""
        return f"{mark_word(mark_of_grade(cell.here))}{said}"

    # -- between versions

    def _show_versions(self) -> None:
        old, new = self._old.text().strip(), self._new.text().strip()
        tool = self.context.tools.tools.get(self._tool)
        if tool is None or not old or not new:
            self._say(self._known, [self.tr("Write two versions to see what is known of only one of them.")])
            return
        if parse_version(old) is None or parse_version(new) is None:
            self._say(self._known, [self.tr("That is no version; write it as 2.1.197.")])
            return
        found = version_differences(tool, old, new)
        lines = [
            self.tr("{signal}, known of {version} only: {grade} ({source}). {detail}")
            .format(
                signal=self._title(item.signal),
                version=new if item.begins else old,
                grade=mark_word(mark_of_grade(item.evidence.grade)),
                source=method_word(item.evidence.method),
                detail=item.evidence.detail,
            )
            .strip()
            for item in found
        ]
        none = self.tr("Nothing is known to differ between {old} and {new}; that does not show that they are alike.")
        more = self.tr("What is known of one version only may hold for the other too, where nobody looked.")
        self._say(self._known, [*lines, more] if lines else [none.format(old=old, new=new)])

    def _title(self, signal: str) -> str:
        known = self.context.store.signals.get(signal)
        return known.title if known is not None else signal

    @staticmethod
    def _say(card: QVBoxLayout, lines: list[str]) -> None:
        clear(card)
        for line in lines:
            card.addWidget(label(line, wrap=True))

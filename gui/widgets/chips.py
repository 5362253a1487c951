"""Chips that filter by group; several can be on, none means all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from core.model import Group
from gui.widgets.basic import button
from gui.widgets.flow import FlowLayout
from gui.words import GROUPS, SHORT_GROUPS, word

if TYPE_CHECKING:
    from gui.context import Context


class ChipRow(QWidget):
    """One chip per group."""

    chosen = Signal(frozenset)

    def __init__(self, context: Context) -> None:
        """Start with nothing chosen."""
        super().__init__()
        self._chips: dict[Group, QPushButton] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = FlowLayout(6)
        for group in Group:
            made = button(
                word((GROUPS if group is Group.SECRETS else SHORT_GROUPS)[group]),
                "chip",
                name=self.tr("Only: {group}").format(group=word(GROUPS[group])),
            )
            made.setCheckable(True)
            made.clicked.connect(self._on_clicked)
            self._chips[group] = made
            layout.addWidget(made)
        self.setLayout(layout)

    def set_groups(self, groups: frozenset[Group]) -> None:
        """Show which groups are chosen."""
        for group, chip in self._chips.items():
            chip.setChecked(group in groups)

    def _on_clicked(self) -> None:
        self.chosen.emit(frozenset(group for group, chip in self._chips.items() if chip.isChecked()))

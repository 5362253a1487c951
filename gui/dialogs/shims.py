"""What setting up the tools' names would make, to the letter, before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.dialogs.base import Dialog
from gui.widgets.diff_text import diff_box

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.toggles.shims_plan import ShimsPlan
    from gui.context import Context


class ShimsDialog(Dialog):
    """Lists every file and line; accepted means agreed."""

    def __init__(self, context: Context, parent: QWidget, planned: ShimsPlan) -> None:
        """Show what would be made."""
        super().__init__(context, parent, self.tr("Start tools through Telltale by their own names"), 780, 660)
        self.say(self.tr("Nothing is made before you agree. \u201cRemove\u201d in Settings takes all of it away again."), "muted")
        lines = planned.masked_lines
        own = [text for text in lines if text.startswith("add line")]  # first, because they go into files that are the person's own
        self._list(self.tr("Added to your shell's files: {count}").format(count=len(own)), own)
        new = [text for text in lines if text not in own]
        self._list(self.tr("New files: {count}").format(count=len(new)), new)
        for sentence in planned.display:
            self.say(sentence, "small")
        self.body.addStretch(1)
        cancel = self.add_close(self.tr("Cancel"))
        agree = self.add_button(self.tr("Make these files and lines"), "primary", self.tr("Makes exactly what is listed above"))
        agree.clicked.connect(self.accept)
        cancel.setFocus()

    def _list(self, heading: str, lines: list[str]) -> None:
        if lines:
            self.say(heading, "heading")
        for start in range(0, len(lines), 50):  # a box shows no more than 60 lines, and here each one has to be seen
            self.body.addWidget(diff_box(self.context, "\n".join(f"+ {text}" for text in lines[start : start + 50])))

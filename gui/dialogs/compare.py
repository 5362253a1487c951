"""Compare what a tool sends when one thing at a time is another: choose, run, cancel, verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QProgressBar

from gui.background import Background
from gui.dialogs.base import Dialog
from gui.widgets.basic import clear, column, frame, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.watch.compare import Comparison
    from gui.background import Progress
    from gui.context import Context

RUNS: Final = 2


class CompareDialog(Dialog):
    """Runs the tool in a network of its own, with invented names and a throw-away home; nothing reaches anybody."""

    def __init__(self, context: Context, parent: QWidget, tool: str) -> None:
        """Offer what can be varied."""
        super().__init__(context, parent, self.tr("Compare {tool} with one thing varied").format(tool=context.tools.name(tool)), 620, 560)
        self._tool = tool
        self._work = Background(self)
        self.say(
            self.tr("The tool starts again and again with the same question, in a network of its own that holds nothing but this computer.")
        )
        self.say(self.tr("What differs, and because of what, is told to the character. Nothing leaves this computer."), "muted")
        self._boxes = self._make_boxes()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.hide()
        self.body.addWidget(self._bar)
        self._state = label("", "muted", wrap=True)
        self.body.addWidget(self._state)
        self._verdict = column(margins=(14, 10, 14, 10), spacing=6)
        self._card = frame("sunken")
        self._card.setLayout(self._verdict)
        self._card.hide()
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self._close = self.add_close(self.tr("Close"))
        self._start = self.add_button(self.tr("Compare"), "primary", self.tr("Starts the runs"))
        self._start.clicked.connect(self._on_start)
        self._work.progressed.connect(self._on_progress)
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self.finished.connect(lambda _result: self._work.cancel())
        self._update()

    def _make_boxes(self) -> dict[str, QCheckBox]:
        made: dict[str, QCheckBox] = {}
        for name, title in (
            ("time-zone", self.tr("Time zone")),
            ("base-url", self.tr("Address of the AI service")),
            ("locale", self.tr("Language")),
            ("proxy", self.tr("Proxy")),
            ("host-name", self.tr("Computer name")),
        ):
            box = made[name] = QCheckBox(title)
            box.setAccessibleDescription(self.tr("Vary this"))
            box.setChecked(name == "time-zone")
            box.toggled.connect(self._update)
            self.body.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def _chosen(self) -> list[str]:
        return [name for name, box in self._boxes.items() if box.isChecked()]

    def _update(self) -> None:
        is_synthetic = self.context.store.is_synthetic
        self._start.setEnabled(bool(self._chosen()) and not self._work.is_running and not is_synthetic)
        self._close.setText(self.tr("Cancel") if self._work.is_running else self.tr("Close"))
        if is_synthetic:
            self._state.setText(self.tr("This is an invented machine, so no tool can be started on it."))

    def _on_start(self) -> None:
        names, tool = self._chosen(), self._tool
        self._card.hide()
        self._bar.setRange(0, 0)
        self._bar.show()
        self._state.setText(self.tr("Starting\u2026"))
        copies = tuple(item.path for item in self.context.tools.copies(tool))
        self._work.start(lambda progress: run(tool, copies, names, progress))
        self._update()

    def _on_progress(self, done: int, of: int) -> None:
        if not of:  # the first run lasts
            return
        self._bar.setRange(0, of)
        self._bar.setValue(done)
        self._state.setText(self.tr("Run {done} of {all}").format(done=done, all=of))

    def _on_done(self, outcome: Comparison) -> None:
        self._bar.hide()
        self._state.setText(self.tr("{count} runs with each value. It says what changes with what, not why.").format(count=outcome.runs))
        clear(self._verdict)
        for sentence in outcome.sentences:
            self._verdict.addWidget(label(sentence, wrap=True))
        for sentence in outcome.notes:
            self._verdict.addWidget(label(sentence, "muted", wrap=True))
        self._card.show()
        self._update()
        self.fit()

    def _on_failed(self, message: str) -> None:
        self._bar.hide()
        self._state.setText(message)
        self._update()


def run(tool: str, copies: tuple[str, ...], names: list[str], progress: Progress) -> Comparison:
    """Compare, on a thread of its own."""
    from core.watch.compare_runner import compare_tool
    from core.watch.compare_start import start_of

    return compare_tool(tool, replace(start_of(tool), copies=copies), names, RUNS, progress)

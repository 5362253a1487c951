"""Try a tool with invented values in place of the person's own: run, cancel, and what of them it sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar

from gui.background import Background
from gui.dialogs.base import Dialog
from gui.widgets.basic import clear, column, frame, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.watch.canary import Outcome
    from gui.background import Progress
    from gui.context import Context


class CanaryDialog(Dialog):
    """Runs the tool once on an invented machine, in a network of its own; nothing of the person's is used or sent."""

    def __init__(self, context: Context, parent: QWidget, tool: str) -> None:
        """Say what will happen; nothing runs yet."""
        super().__init__(context, parent, self.tr("Try {tool} with invented values").format(tool=context.tools.name(tool)), 620, 520)
        self._tool = tool
        self._work = Background(self)
        self.say(self.tr("The tool starts once with invented, unique names, numbers, folders and Git settings, and is asked one question."))
        proof = self.tr("What of them it sends is thereby proved without any real value. It reaches nothing but this computer meanwhile.")
        self.say(proof, "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
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
        self._start = self.add_button(self.tr("Try it"), "primary", self.tr("Starts the tool on an invented machine"))
        self._start.clicked.connect(self._on_start)
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self.finished.connect(lambda _result: self._work.cancel())
        self._update()

    def _update(self) -> None:
        is_synthetic = self.context.store.is_synthetic
        self._start.setEnabled(not self._work.is_running and not is_synthetic)
        self._close.setText(self.tr("Cancel") if self._work.is_running else self.tr("Close"))
        if is_synthetic:
            self._state.setText(self.tr("This is an invented machine, so no tool can be started on it."))

    def _on_start(self) -> None:
        tool, copies = self._tool, tuple(item.path for item in self.context.tools.copies(self._tool))
        self._card.hide()
        self._bar.show()
        self._state.setText(self.tr("The tool runs\u2026"))
        self._work.start(lambda progress: run(tool, copies, progress))
        self._update()

    def _on_done(self, outcome: Outcome) -> None:
        from core.watch import canary_words as words

        self._bar.hide()
        self._state.setText("")
        clear(self._verdict)
        titles = {item: signal.title for item, signal in self.context.store.signals.items()}
        self._verdict.addWidget(label(words.heading(outcome), "heading", wrap=True))
        for item in words.signals(outcome):
            line = self.tr("{signal}: {places}").format(signal=titles.get(item, item), places=words.places(outcome, item))
            self._verdict.addWidget(label(line, wrap=True))
        if outcome.not_found:
            names = ", ".join(titles.get(item, item) for item in outcome.not_found)
            self._verdict.addWidget(label(self.tr("Not found, and that is no proof: {names}.").format(names=names), wrap=True))
        for sentence in (*outcome.failures, words.coverage(outcome), words.LIMITS):
            self._verdict.addWidget(label(sentence, "muted", wrap=True))
        self._card.show()
        self._update()
        self.fit()

    def _on_failed(self, message: str) -> None:
        self._bar.hide()
        self._state.setText(message)
        self._update()


def run(tool: str, copies: tuple[str, ...], progress: Progress) -> Outcome:
    """Try the tool, on a thread of its own; what `progress` raises ends it at once."""
    from core.watch.canary import try_canary
    from core.watch.compare_start import start_of

    return try_canary(tool, replace(start_of(tool), copies=copies), on_wait=lambda: progress(0, 0))

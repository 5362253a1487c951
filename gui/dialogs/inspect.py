"""Start a tool through Telltale: which one, what is recorded, and the command for those who type it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox

from gui.dialogs.base import Dialog
from gui.widgets.basic import label
from gui.widgets.choice import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.context import Context


class InspectDialog(Dialog):
    """Opens a terminal window in which the tool runs with the chosen things hidden, and recorded as ticked."""

    def __init__(self, context: Context, parent: QWidget, tool: str = "", *, is_inspected: bool = True) -> None:
        """Offer the tools that have a command."""
        heading = self.tr("Start a tool under inspection") if is_inspected else self.tr("Start a tool with these things hidden")
        super().__init__(context, parent, heading, 600, 560)
        self.say(
            self.tr("The tool starts in a terminal window, with everything hidden that is switched on for it. No running tool is touched.")
        )
        self._tools = ChoiceBox(context.theme, context.icons, self.tr("Tool"), self.tr("Tools here that start with a command"))
        for item in context.tools.installed:
            known = context.tools.tools.get(item)
            if known is not None and known.commands:
                self._tools.addItem(context.tools.name(item), item)
        self._tools.setCurrentIndex(max(0, self._tools.findData(tool)))
        self._tools.currentIndexChanged.connect(self._update)
        self.body.addWidget(self._tools)
        self._hidden = label("", "muted", wrap=True)
        self.body.addWidget(self._hidden)
        inspects = self.tr(
            "Through a small proxy on this computer that ends with the tool. Everything passes unchanged; kept are findings, sizes, "
            "hosts and times. What goes around it is named."
        )
        traces = self.tr("Which files it opens and which calls it makes. Slower. Reading its environment leaves no trace.")
        answers = self.tr("A small server on this computer takes the vendor's place: no account, no network, nothing is sent.")
        self._options = {
            "--inspect": self._option(self.tr("Record what it sends"), inspects, is_on=is_inspected),
            "--answer": self._option(self.tr("Answer from this computer"), answers, is_on=False),
            "--trace": self._option(self.tr("Record what it reads"), traces, is_on=False),
        }
        self._command = label("", wrap=True)
        self._command.setFont(context.theme.font(0.96, mono=True))
        self.body.addWidget(self._command)
        self._note = label("", "muted", wrap=True)
        self.body.addWidget(self._note)
        self.body.addStretch(1)
        self.add_close(self.tr("Cancel"))
        self._copy = self.add_button(self.tr("Copy command"))
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._command.text()))
        self._start = self.add_button(self.tr("Open a terminal"), "primary", self.tr("Starts the tool in a terminal window"))
        self._start.clicked.connect(self._on_start)
        self._update()

    def _option(self, text: str, words: str, *, is_on: bool) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(is_on)
        box.setAccessibleDescription(words)
        box.toggled.connect(self._update)
        self.body.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)
        self.say(words, "small")
        return box

    @property
    def command(self) -> str:
        """The command that would run."""
        return self._command.text()

    def _arguments(self) -> list[str]:
        chosen = [name for name, box in self._options.items() if box.isEnabled() and box.isChecked()]
        return ["run", *chosen, str(self._tools.currentData())]

    def _update(self) -> None:
        from core.toggles.terminal import shown_command

        has_tool = self._tools.count() > 0
        self._options["--answer"].setEnabled(self._options["--inspect"].isChecked())
        tool = str(self._tools.currentData() or "")
        count = len({signal for name, signal in self.context.changes.hidden if name == tool})
        text = self.tr("{count} signals are hidden from it.") if count else self.tr("Nothing is switched on for it; it starts as always.")
        self._hidden.setText(text.format(count=count) if has_tool else "")
        self._tools.setVisible(has_tool)
        self._command.setText(shown_command(self._arguments()) if has_tool else "")
        is_synthetic = self.context.store.is_synthetic
        self._start.setEnabled(has_tool and not is_synthetic)
        self._copy.setEnabled(has_tool)
        if is_synthetic:
            self._note.setText(self.tr("This is an invented machine, so nothing can be started on it."))
        elif not has_tool:
            self._note.setText(
                self.tr("No tool with a command was found here. Any command can be inspected: telltale run --inspect COMMAND")
            )

    def _on_start(self) -> None:
        from core.toggles.terminal import open_terminal

        arguments = self._arguments()
        self._start.setEnabled(False)
        self.context.session.run(lambda: open_terminal(arguments), lambda _none: self.accept(), self._on_failed)

    def _on_failed(self, message: str) -> None:
        self._note.setText(message)
        self._start.setEnabled(True)

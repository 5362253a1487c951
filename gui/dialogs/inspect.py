"""Start a tool under inspection: which one, what happens, and the command for those who type it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gui.dialogs.base import Dialog
from gui.widgets.basic import label
from gui.widgets.choice import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.context import Context


class InspectDialog(Dialog):
    """Opens a terminal window in which the tool runs through the inspector."""

    def __init__(self, context: Context, parent: QWidget, tool: str = "") -> None:
        """Offer the tools that have a command."""
        super().__init__(context, parent, self.tr("Start a tool under inspection"), 560, 440)
        for text in (
            self.tr("The tool starts in a terminal window, through a small proxy that runs on this computer only and ends with the tool."),
            self.tr("Everything passes unchanged. Kept are findings, sizes, hosts and times; no values, no keys, no bodies."),
            self.tr("What goes around the proxy is named with the capture. No tool that runs already is touched."),
        ):
            self.say(text)
        self._tools = ChoiceBox(context.theme, context.icons, self.tr("Tool"), self.tr("Tools here that start with a command"))
        for item in context.tools.installed:
            known = context.tools.tools.get(item)
            if known is not None and known.commands:
                self._tools.addItem(context.tools.name(item), item)
        self._tools.setCurrentIndex(max(0, self._tools.findData(tool)))
        self._tools.currentIndexChanged.connect(self._update)
        self.body.addWidget(self._tools)
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

    @property
    def command(self) -> str:
        """The command that would run."""
        return self._command.text()

    def _arguments(self) -> list[str]:
        return ["run", "--inspect", str(self._tools.currentData())]

    def _update(self) -> None:
        from core.toggles.terminal import shown_command

        has_tool = self._tools.count() > 0
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

"""What is publicly known about a scheme of hidden markers; Telltale itself opens none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from gui.dialogs.base import Dialog
from gui.widgets.basic import ElidedButton, button, label, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from gui.context import Context


class SourcesDialog(Dialog):
    """Lists addresses; a click hands one to the person's own browser."""

    def __init__(self, context: Context, parent: QWidget, title: str, sources: Sequence[str], answer: str) -> None:
        """Show sources and the vendor's answer."""
        super().__init__(context, parent, title or self.tr("Sources"), 620, 400)
        if answer:
            self.body.addWidget(label(self.tr("The vendor's side"), "section"))
            self.say(answer)
        self.body.addWidget(label(self.tr("Public reports"), "section"))
        for address in sources:
            line = row(spacing=8)
            link = ElidedButton(address, self.tr("Opens in your browser"))
            link.clicked.connect(lambda _=False, item=address: QDesktopServices.openUrl(QUrl(item)))
            copy = button(self.tr("Copy"), name=self.tr("Copy {address}").format(address=address))
            copy.clicked.connect(lambda _=False, item=address: QGuiApplication.clipboard().setText(item))
            line.addWidget(link, 1)
            line.addWidget(copy)
            self.body.addLayout(line)
        self.say(self.tr("Telltale itself goes nowhere; a click hands the address to your browser."), "small")
        self.body.addStretch(1)
        self.add_close(self.tr("Close"))

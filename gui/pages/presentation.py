"""Presentation: lock all values for an audience, and show an invented machine instead of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from gui.i18n import QT_TRANSLATE_NOOP
from gui.pages.base import Page
from gui.widgets.basic import button, column, frame, label, row, set_look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFrame, QPushButton

    from gui.context import Context

_KNOWN: Final = {
    "developer-laptop": QT_TRANSLATE_NOOP("Personas", "Developer's laptop"),
    "office-desktop": QT_TRANSLATE_NOOP("Personas", "Office desktop"),
}


def persona_title(name: str) -> str:
    """Return a persona's title; unknown ones by their file's name."""
    return QCoreApplication.translate("Personas", _KNOWN[name]) if name in _KNOWN else name.replace("-", " ").capitalize()


class PresentationPage(Page):
    """Mode and machine."""

    def __init__(self, context: Context) -> None:
        """Show both choices."""
        super().__init__(context, self.tr("Presentation"), self.tr("Show Telltale to others without showing your own life."))
        self._machines: dict[str, QPushButton] = {}
        self._state = label("", wrap=True)
        self._toggle = button("", "primary")
        self._toggle.clicked.connect(context.presentation.toggle)
        self.body.addWidget(self._make_mode())
        self.body.addWidget(self._make_machines())
        self.body.addStretch(1)
        context.presentation.changed.connect(self._update)
        context.session.persona_changed.connect(self._update)
        self._update()

    def _make_mode(self) -> QFrame:
        card = frame("card")
        layout = column(margins=(18, 15, 18, 16), spacing=10)
        layout.addWidget(label(self.tr("Lock all values"), "heading"))
        layout.addWidget(self._state)
        line = row(spacing=12)
        line.addWidget(self._toggle)
        line.addWidget(label(self.tr("Key: F5"), "muted"))
        line.addStretch(1)
        layout.addLayout(line)
        card.setLayout(layout)
        return card

    def _make_machines(self) -> QFrame:
        from core.paths import resource_names

        card = frame("card")
        layout = column(margins=(18, 15, 18, 16), spacing=10)
        layout.addWidget(label(self.tr("Machine on screen"), "heading"))
        text = self.tr(
            "The invented machines are made up for workshops. Every screen says so, and nothing of this computer is read for them."
        )
        layout.addWidget(label(text, "muted", wrap=True))
        line = row(spacing=10)
        names = [name.removesuffix(".toml") for name in resource_names("personas") if name.endswith(".toml")]
        for name in ["", *names]:
            title = persona_title(name) if name else self.tr("This computer")
            made = button(title, description=self.tr("Show this machine"))
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, item=name: self.context.session.open(item))
            self._machines[name] = made
            line.addWidget(made)
        line.addStretch(1)
        layout.addLayout(line)
        card.setLayout(layout)
        return card

    def _update(self, *_ignored: object) -> None:
        is_on = self.context.presentation.is_on
        self._toggle.setText(self.tr("End presentation") if is_on else self.tr("Start presentation"))
        self._toggle.setAccessibleName(self._toggle.text())
        set_look(self._toggle, "" if is_on else "primary")
        text = (
            self.tr("Values are locked: no key and no button shows them. A bar at the top says so.")
            if is_on
            else self.tr("While a presentation runs, no key and no button can show a value, and a bar at the top says so.")
        )
        self._state.setText(text)
        for name, made in self._machines.items():
            made.setChecked(name == self.context.session.persona)

"""Presentation: lock all values for an audience, show an invented machine instead of this one, and a story to tell with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.i18n import QT_TRANSLATE_NOOP
from gui.pages.base import BOTTOM, Page
from gui.widgets.basic import button, column, frame, label, row, scroll, set_look
from gui.widgets.floating_bar import FloatingBar
from gui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFrame, QPushButton

    from gui.context import Context

MACHINE: Final = "developer-laptop"
COMMAND: Final = f"telltale --present --persona {MACHINE}"
_KNOWN: Final = {
    "developer-laptop": QT_TRANSLATE_NOOP("Personas", "Developer's laptop"),
    "office-desktop": QT_TRANSLATE_NOOP("Personas", "Office desktop"),
}
_ABOUT: Final = {
    "": QT_TRANSLATE_NOOP("Personas", "What is really there, with all values masked."),
    "developer-laptop": QT_TRANSLATE_NOOP("Personas", "Linux: AI tools that run, a proxy, Git, keys, and the policy of an invented firm."),
    "office-desktop": QT_TRANSLATE_NOOP("Personas", "Windows: an ordinary office computer in an invented company."),
}
_STORY: Final = (
    ("overview", QT_TRANSLATE_NOOP("Story", "What any program you start can read, counted, and the signals that say the most."), 2),
    ("tools", QT_TRANSLATE_NOOP("Story", "Which AI tools are here, what each could see, and what the organisation says of them."), 2),
    ("requests", QT_TRANSLATE_NOOP("Story", "What a tool sent: facts about a person in a request, and characters that carry a mark."), 3),
    ("signals", QT_TRANSLATE_NOOP("Story", "Hide one signal. The switch shows what was measured afterwards, not the click."), 3),
    ("changes", QT_TRANSLATE_NOOP("Story", "The receipt: before, after, and how it was measured. Then take everything back."), 2),
)


def persona_title(name: str) -> str:
    """Return a persona's title; unknown ones by their file's name."""
    return QCoreApplication.translate("Personas", _KNOWN[name]) if name in _KNOWN else name.replace("-", " ").capitalize()


class PresentationPage(Page):
    """Mode, machine and story."""

    def __init__(self, context: Context) -> None:
        """Show the choices."""
        super().__init__(context, self.tr("Presentation"), self.tr("Show Telltale to others without showing your own life."), scrolls=True)
        self._machines: dict[str, QPushButton] = {}
        self._state = label("", wrap=True)
        self._toggle = button("", "primary")
        self._toggle.clicked.connect(context.presentation.toggle)
        content = QWidget()
        cards = column(margins=(0, 0, 0, BOTTOM), spacing=14)
        for card in (self._make_mode(), self._make_machines(), self._make_story(), self._make_start()):
            cards.addWidget(card)
        cards.addStretch(1)
        content.setLayout(cards)
        area = scroll(content)
        self.body.addWidget(area, 1)
        self._bar = FloatingBar(area, self)
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
            "The invented machines are made up for workshops. Every screen says so, and this computer is not looked at meanwhile."
        )
        layout.addWidget(label(text, "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        names = [name.removesuffix(".toml") for name in resource_names("personas") if name.endswith(".toml")]
        for number, name in enumerate(["", *names]):
            about = QCoreApplication.translate("Personas", _ABOUT[name]) if name in _ABOUT else ""
            made = button(persona_title(name) if name else self.tr("This computer"), description=about or self.tr("Show this machine"))
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, item=name: self._on_machine(item))
            self._machines[name] = made
            grid.addWidget(made, number, 0)
            grid.addWidget(label(about, "muted", wrap=True), number, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(grid)
        card.setLayout(layout)
        return card

    def _on_machine(self, name: str) -> None:
        """Show a machine; the one that is shown stays."""
        if name == self.context.session.persona:
            self._update()
        else:
            self.context.session.open(name)

    def _make_story(self) -> QFrame:
        from gui.pages.registry import PAGES

        card = frame("card")
        layout = column(margins=(18, 15, 18, 16), spacing=10)
        layout.addWidget(label(self.tr("A story of twelve minutes"), "heading"))
        text = self.tr("Five pages in this order, best on the developer's laptop. Nothing of it needs an account or a network.")
        layout.addWidget(label(text, "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        titles = {entry.id: entry.translated() for entry in PAGES}
        for number, (page, text, minutes) in enumerate(_STORY):
            goes = button(
                self.tr("{number}. {page}").format(number=number + 1, page=titles[page]), "link", description=self.tr("Opens this page")
            )
            goes.clicked.connect(lambda _=False, item=page: self.context.navigator.show_page(item))
            grid.addWidget(goes, number, 0)
            grid.addWidget(label(QCoreApplication.translate("Story", text), wrap=True), number, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label(self.tr("{count} minutes").format(count=minutes), "small"), number, 2)
        layout.addLayout(grid)
        card.setLayout(layout)
        return card

    def _make_start(self) -> QFrame:
        card = frame("card")
        layout = column(margins=(18, 15, 18, 16), spacing=10)
        layout.addWidget(label(self.tr("Locked from the first moment"), "heading"))
        text = self.tr("This command starts Telltale locked and on an invented machine, so that nothing of yours is ever on the screen.")
        layout.addWidget(label(text, "muted", wrap=True))
        line = FlowLayout(12)
        shown = label(COMMAND)
        shown.setFont(self.context.theme.font(0.96, mono=True))
        copy = button(self.tr("Copy"), description=self.tr("Copies the command"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(COMMAND))
        line.addWidget(shown)
        line.addWidget(copy)
        layout.addLayout(line)
        always = button(self.tr("Lock every start\u2026"), "link", description=self.tr("Opens Settings"))
        always.clicked.connect(lambda: self.context.navigator.show_page("settings"))
        layout.addWidget(always, 0, Qt.AlignmentFlag.AlignLeft)
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

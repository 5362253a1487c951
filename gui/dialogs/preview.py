"""What would be changed, to the letter, before anything is: per switch what it hides, its exact lines, side effect, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDir, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QSplitter

from core.toggles.model import Plan
from core.toggles.places import needs_project
from gui.change_words import place, whom, words
from gui.dialogs.base import Dialog
from gui.i18n import QT_TRANSLATE_NOOP
from gui.switch_words import names_text
from gui.widgets.basic import button, column, frame, label
from gui.widgets.diff_text import diff_box

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from core.toggles.model import Change
    from gui.context import Context
    from gui.models.changes import ChangeDesk

WHOLE_COMPUTER: Final = "system-setting"


class PreviewDialog(Dialog):
    """Shows a plan; what is unticked is left out. `accepted_plan` brings what the person agreed to."""

    accepted_plan = Signal(object, bool)

    def __init__(self, context: Context, desk: ChangeDesk, parent: QWidget, plan: Plan) -> None:
        """Show every switch of a plan with its lines."""
        self._groups = _grouped(plan)
        heading = QT_TRANSLATE_NOOP("Changes", "Review 1 change") if len(self._groups) == 1 else ""
        if self._groups and all(change.is_reset for change in plan.changes):
            heading = QT_TRANSLATE_NOOP("Changes", "Reset to the vendor's default")
        elif not self._groups:
            heading = QT_TRANSLATE_NOOP("Changes", "What can be changed here")
        text = words(heading or QT_TRANSLATE_NOOP("Changes", "Review {count} changes")).format(count=len(self._groups))
        super().__init__(context, parent, text, 680, 640)
        self._desk, self._plan = desk, plan
        self._boxes: dict[str, QCheckBox] = {}
        self.say(self.tr("Nothing is changed before you agree. Every change is written down first and can be undone."), "muted")
        if desk.is_synthetic:
            self.say(
                self.tr("This is an invented machine: agreeing shows what would happen and changes nothing on this computer."), "muted"
            )
        if plan.whole:
            self.say(self.tr("These belong together: if one of them cannot be made, all of them are taken back."), "muted")
        for warning in plan.warnings:
            self.body.addWidget(self._note(warning))
        for name, changes in self._groups.items():
            self.body.addWidget(self._make_group(name, changes))
        self._add_system_consent()
        self._add_project_choice()
        self._add_refused()
        self.body.addStretch(1)
        self.add_close(self.tr("Cancel"))
        self._agree = self.add_button("", "primary", self.tr("Makes the ticked changes and measures again"))
        self._agree.clicked.connect(self._on_agree)
        self._update()

    def _make_group(self, name: str, changes: list[Change]) -> QFrame:
        card = frame("sunken")
        layout = column(margins=(14, 10, 14, 12), spacing=6)
        toggle = self._desk.toggle(name)
        tools = list(dict.fromkeys(whom(self.context.tools, change) for change in changes))
        box = self._boxes[name] = QCheckBox(toggle.title if toggle else name)
        box.setProperty("look", "heading")
        box.setChecked(True)
        box.setAccessibleDescription(self.tr("Untick to leave this out"))
        box.toggled.connect(self._update)
        layout.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)
        if changes[0].is_reset:
            box.setText(self.tr("{what}: back to the vendor's default").format(what=box.text()))
            layout.addWidget(
                label(self.tr("This entry is taken away, whatever stands there, so that the vendor's default applies."), wrap=True)
            )
            layout.addWidget(label(self.tr("Undo brings back what stood there before Telltale changed it."), "small", wrap=True))
        elif toggle is not None:
            hides = names_text(self.context.store.titles(toggle.hides))
            layout.addWidget(label(toggle.plain, wrap=True))
            if hides:
                layout.addWidget(
                    label(self.tr("Hides: {what}, from {whom}.").format(what=hides, whom=names_text(tools)), "small", wrap=True)
                )
            side = self.tr("Side effect: {what}").format(what=toggle.side_effect)
            for text in (toggle.from_when, side, self.tr("Undo: {how}").format(how=toggle.undo)):
                layout.addWidget(label(text, "small", wrap=True))
        shown: set[tuple[str, str]] = set()
        for change in changes:
            key = (place(change) if change.consent else change.kind, change.diff)
            if key not in shown:
                shown.add(key)
                layout.addWidget(label(place(change), "small", wrap=True))
                layout.addWidget(diff_box(self.context, change.diff or str(change.after or "")))
        card.setLayout(layout)
        return card

    def _note(self, text: str) -> QFrame:
        made = frame("warning")
        layout = column(margins=(12, 8, 12, 8))
        layout.addWidget(label(text, wrap=True))
        made.setLayout(layout)
        return made

    def _add_system_consent(self) -> None:
        self._system: QCheckBox | None = None
        if any(change.kind == WHOLE_COMPUTER for change in self._plan.changes):
            self._system = QCheckBox(self.tr("I agree that this changes the whole computer, for every program and user"))
            self._system.setAccessibleDescription(self.tr("Without this, changes of the whole computer are left out"))
            self._system.toggled.connect(self._update)
            self.body.addWidget(self._system)

    def _project_toggles(self) -> list[str]:
        """Return what waits for a project's folder to be chosen."""
        waiting = [name for name in self._plan.refused if (toggle := self._desk.toggle(name)) is not None and needs_project(toggle)]
        return [] if self._desk.is_synthetic else waiting

    def _add_project_choice(self) -> None:
        names = self._project_toggles()
        if not names:
            return
        titles = [toggle.title for name in names if (toggle := self._desk.toggle(name)) is not None]
        text = self.tr("Kept in a project's folder, which only you can name: {what}.")
        self.body.addWidget(label(self.tr("Choose a project"), "section"))
        self.say(text.format(what=names_text(titles)), "small")
        self._project_said = label("", "small", wrap=True)
        self._project_said.hide()
        choose = button(
            self.tr("Choose the project's folder\u2026"), description=self.tr("Then shows the exact change; nothing is written yet")
        )
        choose.clicked.connect(self._on_choose_project)
        self.body.addWidget(choose, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._project_said)

    def _on_choose_project(self) -> None:
        if folder := ask_folder(self, self.tr("The project's folder"), self.context.theme.px):
            self.choose_project(folder)

    def choose_project(self, folder: str) -> None:
        """Plan again with a project's folder and show that instead; a folder that may not be used is said."""
        pairs = [(name, tool) for name in self._project_toggles() if (toggle := self._desk.toggle(name)) for tool in toggle.tools]
        self._desk.plan(pairs, self._show_with_project, project=folder, failed=self._say_of_project)

    def _say_of_project(self, text: str) -> None:
        self._project_said.setText(text)
        self._project_said.show()
        self.fit()

    def _show_with_project(self, found: Plan) -> None:
        if not found.changes:
            self._say_of_project(" ".join(dict.fromkeys(found.refused.values())) or self.tr("It is so already in this project."))
            return
        old = self.agreed()
        refused = {name: why for name, why in old.refused.items() if name not in {change.toggle for change in found.changes}}
        warnings = tuple(dict.fromkeys((*old.warnings, *found.warnings)))
        parent = self.parentWidget()
        self.reject()
        merged = Plan((*old.changes, *found.changes), refused, warnings, (*old.in_effect, *found.in_effect), old.whole)
        self.context.navigator.preview_plan(merged, parent if parent is not None else self)

    def _add_refused(self) -> None:
        reasons: dict[str, list[str]] = {}
        waiting = self._project_toggles()
        for name, reason in self._plan.refused.items():
            if name in waiting:
                continue
            toggle = self._desk.toggle(name)
            reasons.setdefault(reason, []).append(toggle.title if toggle else name)
        if reasons:
            self.body.addWidget(label(self.tr("Left out, and why"), "section"))
        for reason, names in reasons.items():
            self.say(f"{names_text(names)}: {reason}", "small")
        if self._plan.in_effect:
            self.say(self.tr("Already so: {count}").format(count=len(self._plan.in_effect)), "small")

    def agreed(self) -> Plan:
        """Return the part of the plan that is ticked."""
        is_system = self._system is not None and self._system.isChecked()
        wanted = [
            change
            for change in self._plan.changes
            if self._boxes[change.toggle].isChecked() and (is_system or change.kind != WHOLE_COMPUTER)
        ]
        return Plan(tuple(wanted), self._plan.refused, self._plan.warnings, self._plan.in_effect, self._plan.whole)

    def _update(self) -> None:
        count = len({change.toggle for change in self.agreed().changes})
        text = self.tr("Make 1 change") if count == 1 else self.tr("Make {count} changes").format(count=count)
        self._agree.setText(text)
        self._agree.setAccessibleName(text)
        self._agree.setEnabled(count > 0)

    def _on_agree(self) -> None:
        plan = self.agreed()
        self.accepted_plan.emit(plan, self._system is not None and self._system.isChecked())
        self.accept()


def ask_folder(parent: QWidget, title: str, px: Callable[[float], int]) -> str:
    """Let the person choose a folder, from the home folder on, in the desktop's own chooser or in one that is large enough."""
    chooser = QFileDialog(parent, title, QDir.homePath())
    chooser.setFileMode(QFileDialog.FileMode.Directory)
    chooser.setOption(QFileDialog.Option.ShowDirsOnly)
    chooser.setViewMode(QFileDialog.ViewMode.List)
    room = parent.screen().availableSize()
    chooser.resize(min(px(660), room.width() - 40), min(px(480), room.height() - 60))
    for parts in chooser.findChildren(QSplitter):  # none in the desktop's own chooser
        parts.setSizes([px(150), px(510)])
    folder = chooser.selectedFiles()[0] if chooser.exec() and chooser.selectedFiles() else ""
    chooser.deleteLater()
    return folder


def _grouped(plan: Plan) -> dict[str, list[Change]]:
    groups: dict[str, list[Change]] = {}
    for change in plan.changes:
        groups.setdefault(change.toggle, []).append(change)
    return groups

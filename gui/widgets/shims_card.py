"""Settings: a tool started by typing its name starts through Telltale; set up after a preview, taken away with one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from gui.widgets.basic import button, column, label, row, set_look
from gui.widgets.settings_card import field, settings_card

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from core.toggles.shims_plan import ShimsPlan, ShimsState, TakenAway
    from gui.context import Context


class ShimsCard(QWidget):
    """What it does, how it stands, and the two buttons."""

    def __init__(self, context: Context, preview: Callable[[ShimsPlan], QDialog]) -> None:
        """Show the card; how it stands is read only when the page is seen. What would be made is shown by `preview`."""
        super().__init__()
        self._context = context
        self._dialog = preview
        self._said, self._is_bad = "", False
        self._came_from: tuple[QPushButton, QWidget | None] | None = None
        card, layout = settings_card(self.tr("Typing a tool's name"))
        what = self.tr("A command-line tool that you start by its name in a terminal, or from the menu, starts with what you chose hidden.")
        description = self.tr("Shows every file and line first; nothing is made before you agree")
        self._make = button(self.tr("Set up\u2026"), name=self.tr("Set up typing a tool's name\u2026"), description=description)
        self._make.clicked.connect(self._on_make)
        description = self.tr("Takes away every file and line that setting up has made; the tools themselves stay")
        self._remove = button(self.tr("Remove"), name=self.tr("Remove typing a tool's name"), description=description)
        self._remove.clicked.connect(self._on_remove)
        buttons = row(spacing=8)
        buttons.addWidget(self._make)
        buttons.addWidget(self._remove)
        layout.addLayout(field(self.tr("Start through Telltale"), what, buttons))
        self._note = label("", "small", wrap=True)
        self._note.hide()
        layout.addWidget(self._note)
        self._state = label("", "small", wrap=True)
        layout.addWidget(self._state)
        outer = column()
        outer.addWidget(card)
        self.setLayout(outer)
        self._set_enabled(can_make=False, can_remove=False)
        context.store.opened.connect(self.measure)

    def measure(self) -> None:
        """Read how it stands, off the main thread; of an invented machine nothing is read."""
        store = self._context.store
        catalogue = store.catalogue
        if store.host is None or catalogue is None or not self.isVisible():
            return
        if store.is_synthetic:
            self._set_enabled(can_make=False, can_remove=False)
            self._state.setText(self.tr("This is an invented machine, so nothing is set up or removed on this computer."))
            return

        def look() -> ShimsState:
            from core.toggles import shims_plan  # loaded only when the page is seen, and beside the main thread

            return shims_plan.state(catalogue.toggles)

        self._context.session.run(look, self._show, self._fail)

    def _set_enabled(self, *, can_make: bool, can_remove: bool) -> None:
        self._make.setEnabled(can_make)
        self._remove.setEnabled(can_remove)
        if self._came_from is not None and can_make:
            (pressed, went_to), self._came_from = self._came_from, None
            if self.window().focusWidget() is went_to:
                (pressed if pressed.isEnabled() else self._make).setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, pressed: QPushButton) -> None:
        """Switch both buttons off; the keyboard, which Qt moves on from a button that is off, comes back when they are on again."""
        had_keyboard = pressed.hasFocus()
        self._set_enabled(can_make=False, can_remove=False)
        self._came_from = (pressed, self.window().focusWidget()) if had_keyboard else None

    def _show(self, state: ShimsState) -> None:
        if self._context.store.is_synthetic:
            return
        self._tell()
        lines = []
        first = ", ".join(item.name for item in state.found if item.is_first)
        behind = ", ".join(item.name for item in state.found if not item.is_first)
        if first:
            lines.append(self.tr("Reached first: {names}.").format(names=first))
        if behind:
            text = self.tr("Set up, not reached first from here: {names}. Open a new terminal; those already open stay as they are.")
            lines.append(text.format(names=behind))
        if state.entries:
            names = [self._context.tools.name(entry.tool) if entry.tool else entry.name for entry in state.entries]
            lines.append(self.tr("In the menu: {names}.").format(names=", ".join(names)))
        if not (state.found or state.entries):
            lines.append(self.tr("Not set up."))
        self._state.setText("\n".join((*lines, *state.display)))
        self._set_enabled(can_make=True, can_remove=bool(state.found or state.entries))

    def _fail(self, text: str) -> None:
        """Say why it is not known how it stands; both ways stay open."""
        self._tell()
        self._state.setText(text)
        self._set_enabled(can_make=True, can_remove=True)

    def _fail_deed(self, text: str) -> None:
        """Say why it was not done, and how it stands now."""
        self._say(text, is_bad=True)

    def _say(self, text: str, *, is_bad: bool) -> None:
        """Keep what is to be said until it is known again how it stands."""
        self._said, self._is_bad = text, is_bad
        self.measure()

    def _tell(self) -> None:
        set_look(self._note, "warning" if self._is_bad else "small")
        self._note.setMargin(self._context.theme.px(8) if self._is_bad else 0)
        self._note.setText(self._said)
        self._note.setVisible(bool(self._said))
        self._said, self._is_bad = "", False

    def _on_make(self) -> None:
        from core.toggles import shims_plan

        catalogue = self._context.store.catalogue
        if catalogue is None or self._context.store.is_synthetic:
            return
        self._begin(self._make)
        self._context.session.run(
            lambda: shims_plan.plan(shims_plan.typed_tools(catalogue.tools), catalogue.toggles), self._preview, self._fail_deed
        )

    def _preview(self, planned: ShimsPlan) -> None:
        if self._context.store.is_synthetic:  # opened meanwhile
            return
        if planned.is_empty:
            text = self.tr("None of the known command-line tools is on the search path or in the menu, so there is nothing to set up.")
            self._say(text, is_bad=False)
            return
        dialog = self._dialog(planned)
        dialog.rejected.connect(self.measure)
        dialog.accepted.connect(lambda: self._carry_out(planned))
        dialog.open()

    def _carry_out(self, planned: ShimsPlan) -> None:
        from core.toggles import shims_plan

        catalogue = self._context.store.catalogue
        if catalogue is None or self._context.store.is_synthetic:
            return
        self._context.session.run(lambda: shims_plan.carry_out(planned, catalogue.tools, catalogue.toggles), self._on_made, self._fail_deed)

    def _on_made(self, problems: tuple[str, ...]) -> None:
        text = "\n".join((self.tr("Not all of it was made."), *problems)) if problems else self.tr("Done.")
        self._say(text, is_bad=bool(problems))

    def _on_remove(self) -> None:
        from core.toggles import shims_plan

        if self._context.store.is_synthetic:
            return
        self._begin(self._remove)
        self._context.session.run(shims_plan.take_away, self._on_removed, self._fail_deed)

    def _on_removed(self, taken: TakenAway) -> None:
        said = [self.tr("Taken away: {names}.").format(names=", ".join(taken.gone))] if taken.gone else []
        self._say("\n".join((*said, *taken.problems)), is_bad=bool(taken.problems))

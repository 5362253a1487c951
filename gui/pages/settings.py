"""Settings: look, language, start, masking, what is kept, the policy, what Telltale itself reads and writes, and about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTimer
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QWidget

from core import VERSION, paths
from core.selfaudit import Touch, network_connections, of_this_process
from gui import i18n
from gui.pages.base import BOTTOM, Page
from gui.settings import RefreshPace
from gui.theme import TEXT_SIZES, ThemeChoice
from gui.widgets.basic import button, column, label, line, row, scroll, spaced
from gui.widgets.choice import ChoiceBox
from gui.widgets.floating_bar import FloatingBar
from gui.widgets.keeping_card import KeepingCard
from gui.widgets.policy_card import PolicyCard
from gui.widgets.settings_card import field, settings_card
from gui.widgets.shims_card import ShimsCard
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QDialog

    from core.toggles.shims_plan import ShimsPlan
    from gui.context import Context

AUDIT_EVERY_MS: Final = 2000
TOUCHES_SHOWN: Final = 6


class SettingsPage(Page):
    """All choices, as cards below one another."""

    def __init__(self, context: Context) -> None:
        """Show the present choices."""
        super().__init__(context, self.tr("Settings"), self.tr("Changes apply at once and are kept on this computer only."), scrolls=True)
        self._content = QWidget()
        self._cards = column(margins=(0, 0, 0, BOTTOM), spacing=14)
        self._cards.addStretch(1)
        self._content.setLayout(self._cards)
        area = scroll(self._content)
        self.body.addWidget(area, 1)
        self._bar = FloatingBar(area, self)
        self._audit_timer = QTimer(self)
        self._audit_timer.setInterval(AUDIT_EVERY_MS)
        self._audit_timer.timeout.connect(self._measure)
        self._is_in_front = False
        self._to_make = [self._make_shims, self._make_keeping, self._make_policy, self._make_audit, self._make_about]
        self._make_timer = QTimer(self)
        self._make_timer.timeout.connect(self._make_next)
        self._make_timer.start(0)
        for made in (self._make_look(), self._make_start(), self._make_masking()):
            self._add(made)
        context.theme.changed.connect(self._update_look)
        self._update_look()

    def complete(self) -> None:
        """Make the cards below the fold now; else they come in the next turns of the event loop, one in each."""
        while self._to_make:
            self._make_next()

    def shown(self) -> None:
        """Measure Telltale's own connections while the page is visible; the first time, once the rest of the page is made."""
        self._is_in_front = True
        if not self._to_make:
            self._look()

    def left(self) -> None:
        """Stop measuring."""
        self._is_in_front = False
        self._audit_timer.stop()

    def _add(self, card: QWidget) -> None:
        self._cards.insertWidget(self._cards.count() - 1, card)
        if self.isVisible():  # the content grows at once, else all cards would be squeezed, and painted so, for a moment
            card.show()
            QCoreApplication.sendEvent(self._content, QEvent(QEvent.Type.LayoutRequest))

    def _make_next(self) -> None:
        """Make one card, so that nobody waits for those below; in the turn after the last one, look."""
        if self._to_make:
            self._add(self._to_make[0]())
            del self._to_make[0]
            return
        self._make_timer.stop()
        if self._is_in_front:
            self._look()

    def _look(self) -> None:
        self._measure()
        self._keeping.measure()
        self._shims.measure()
        self._audit_timer.start()

    def _make_shims(self) -> QWidget:
        self._shims = ShimsCard(self.context, self._shims_dialog)
        return self._shims

    def _make_keeping(self) -> QWidget:
        self._keeping = KeepingCard(self.context)
        return self._keeping

    def _make_policy(self) -> QWidget:
        return PolicyCard(self.context)

    def _shims_dialog(self, planned: ShimsPlan) -> QDialog:
        from gui.dialogs.shims import ShimsDialog  # opened by few, so loaded only here

        return ShimsDialog(self.context, self.window(), planned)

    def _make_look(self) -> QFrame:
        card, layout = settings_card(self.tr("Look"))
        self._themes = QButtonGroup(self)
        choices = row(spacing=6)
        for number, (choice, title, icon) in enumerate(
            (
                (ThemeChoice.SYSTEM, self.tr("As the system"), "monitor"),
                (ThemeChoice.LIGHT, self.tr("Light"), "sun"),
                (ThemeChoice.DARK, self.tr("Dark"), "moon"),
            )
        ):
            made = button(spaced(title), name=self.tr("Theme: {name}").format(name=title))
            made.setCheckable(True)
            self.context.icons.bind(made, icon, "text_muted", 16)
            made.clicked.connect(lambda _=False, item=choice: self._on_theme(item))
            self._themes.addButton(made, number)
            choices.addWidget(made)
        layout.addLayout(field(self.tr("Theme"), "", choices))
        layout.addWidget(line())
        hint = self.tr("Text and everything around it grows together")
        self._sizes = ChoiceBox(self.context.theme, self.context.icons, self.tr("Text size"), hint)
        for percent in TEXT_SIZES:
            self._sizes.addItem(f"{percent} %", percent)
        self._sizes.activated.connect(self._on_size)
        layout.addLayout(field(self.tr("Text size"), self.tr("Text and everything around it grows together."), self._sizes))
        layout.addWidget(line())
        self._motion = Switch(self.context.theme, self.tr("Reduce motion"), self.tr("Nothing fades or slides"))
        self._motion.setChecked(self.context.settings.choices.reduced_motion)
        self._motion.toggled.connect(self._on_motion)
        layout.addLayout(field(self.tr("Reduce motion"), self.tr("Nothing fades or slides."), self._motion))
        layout.addWidget(line())
        layout.addLayout(self._make_language())
        return card

    def _make_language(self) -> QHBoxLayout:
        found = i18n.languages()
        if not found:
            hint = self.tr("There is no translation yet. CONTRIBUTING.md says how one is added; it can be chosen here then.")
            return field(self.tr("Language"), hint, label(self.tr("English"), "muted"))
        hint = self.tr("From the next start on.")
        box = ChoiceBox(self.context.theme, self.context.icons, self.tr("Language"), hint)
        box.addItem(self.tr("As the system"), "")
        box.addItem(self.tr("English"), i18n.ENGLISH)
        for code in found:
            box.addItem(QLocale(code).nativeLanguageName(), code)
        box.setCurrentIndex(max(0, box.findData(self.context.settings.choices.language)))
        box.activated.connect(lambda: self.context.settings.change(language=box.currentData()))
        return field(self.tr("Language"), hint, box)

    def _make_start(self) -> QFrame:
        card, layout = settings_card(self.tr("Starting and looking"))
        settings = self.context.settings
        hint = self.tr(
            "Telltale starts among the system's small icons, without its window, and closing the window sends it back there. Where the "
            "desktop has no place for such icons, the window opens as usual."
        )
        self._tray = Switch(self.context.theme, self.tr("Start in the tray"), hint)
        self._tray.setChecked(settings.choices.starts_in_tray)
        self._tray.toggled.connect(lambda is_on: settings.change(starts_in_tray=is_on))
        layout.addLayout(field(self.tr("Start in the tray"), hint, self._tray))
        layout.addWidget(line())
        hint = self.tr("Changes that the system announces appear at once either way; for the rest Telltale looks again at this pace.")
        self._paces = ChoiceBox(self.context.theme, self.context.icons, self.tr("How often Telltale looks again"), hint)
        for pace, title in ((RefreshPace.LIVE, self.tr("Live")), (RefreshPace.SAVING, self.tr("Rarely, to save power"))):
            self._paces.addItem(title, pace.value)
        self._paces.setCurrentIndex(self._paces.findData(settings.pace.value))
        self._paces.activated.connect(lambda: settings.change(pace=self._paces.currentData()))
        layout.addLayout(field(self.tr("Looking again"), hint, self._paces))
        return card

    def _make_masking(self) -> QFrame:
        card, layout = settings_card(self.tr("Hidden values"))
        for text in (
            self.tr("Values are masked in the data itself: on screen, in tooltips, for screen readers, when you copy and when you drag."),
            self.tr("Hold the eye beside a value, or hold R on a selected row, to see that one value. Letting go masks it again."),
            self.tr("Presentation mode (F5) locks all values: nothing can show them until it ends."),
            self.tr("Of secrets Telltale keeps only that they exist, their kind and a rough length. They are never stored."),
        ):
            layout.addWidget(label(text, "muted", wrap=True))
        layout.addWidget(line())
        hint = self.tr("Every start begins in presentation mode; F5 ends it.")
        self._locked = Switch(self.context.theme, self.tr("Start with all values locked"), hint)
        self._locked.setChecked(self.context.settings.choices.starts_presenting)
        self._locked.toggled.connect(lambda is_on: self.context.settings.change(starts_presenting=is_on))
        layout.addLayout(field(self.tr("Start with all values locked"), hint, self._locked))
        return card

    def _make_audit(self) -> QFrame:
        card, layout = settings_card(self.tr("What Telltale itself reads and writes"))
        self._connections = label("", "pill-good")
        layout.addLayout(
            field(
                self.tr("Network connections of this app"),
                self.tr("Counted live. Telltale itself never goes online."),
                self._connections,
            )
        )
        layout.addWidget(line())
        layout.addLayout(self._make_key())
        layout.addWidget(line())
        layout.addWidget(
            label(self.tr("Reads: the places listed with each signal, as your own user, and its own catalogue."), "muted", wrap=True)
        )
        layout.addWidget(label(self.tr("Writes, readable by you only:"), "muted", wrap=True))
        for place, what in self._own_folders():
            shown = label(paths.home_relative(str(place)), "small", wrap=True)
            shown.setFont(self.context.theme.font(0.92, mono=True))
            layout.addWidget(shown)
            layout.addWidget(label(what, "small", wrap=True))
        text = self.tr("Files of a tool or of the system are written only by a change you agreed to; each one stands under Changes.")
        layout.addWidget(label(text, "muted", wrap=True))
        layout.addWidget(line())
        hint = self.tr("Done since the window opened, most frequent places first (counted by Python; Qt's own files are not):")
        layout.addWidget(label(hint, "muted", wrap=True))
        self._touches = label("", "small", wrap=True)
        layout.addWidget(self._touches)
        return card

    def _own_folders(self) -> tuple[tuple[Path, str], ...]:
        return (
            (paths.config_dir(), self.tr("These settings, your own presets and how tools start")),
            (paths.state_dir(), self.tr("History, recorded requests, the record of changes, how the window stood")),
            (paths.cache_dir(), self.tr("What can be made again at any time")),
        )

    def _make_key(self) -> QHBoxLayout:
        hint = self.tr(
            "To read a tool's own requests Telltale makes a key, for this computer only and never in the system's list of trusted keys. "
            "A tool that is being recorded cannot connect any more once it is removed; the next recording makes a new one."
        )
        self._key = button(self.tr("Remove"), name=self.tr("Remove the inspector's key and certificates"), description=hint)
        self._key.clicked.connect(self._on_remove_key)
        return field(self.tr("Key for recording what tools send"), hint, self._key)

    def _on_remove_key(self) -> None:
        from core.watch.inspector_run import remove_authority  # starts programs, so it is loaded only when asked for

        self._key.setEnabled(False)
        self.context.session.run(remove_authority, self._on_key_removed)

    def _on_key_removed(self, was_there: bool) -> None:
        self._key.setText(self.tr("Removed") if was_there else self.tr("There was none"))

    def _deeds(self, touches: Sequence[Touch]) -> list[str]:
        """Return the commonest places of each kind."""
        lines = []
        for deed, words in _deed_words().items():
            counts: Counter[str] = Counter()
            for touch in touches:
                if touch.deed == deed:
                    counts[touch.place] += touch.count  # places that differ only under their masks are told together
            of_kind = counts.most_common()
            shown = of_kind[:TOUCHES_SHOWN]
            lines += [words.format(count=count, place=place) for place, count in shown]
            if len(of_kind) > len(shown):
                lines.append(self.tr("\u2026 and {count} more such places").format(count=len(of_kind) - len(shown)))
        return lines

    def _make_about(self) -> QFrame:
        card, layout = settings_card(self.tr("About Telltale"))
        layout.addWidget(label(self.tr("Version {number}").format(number=VERSION)))
        layout.addWidget(label(self.tr("See what AI tools can see of your computer, give away less, with proof."), "muted", wrap=True))
        layout.addWidget(label(self.tr("Licence: Apache 2.0. Icons: Lucide (ISC). Window: Qt for Python (LGPL)."), "muted", wrap=True))
        return card

    def _update_look(self) -> None:
        order = [ThemeChoice.SYSTEM, ThemeChoice.LIGHT, ThemeChoice.DARK]
        self._themes.button(order.index(self.context.theme.choice)).setChecked(True)
        self._sizes.setCurrentIndex(self._sizes.findData(self.context.theme.text_percent))

    def _on_theme(self, choice: ThemeChoice) -> None:
        self.context.settings.change(theme=choice.value)
        self.context.theme.set_choice(choice)

    def _on_size(self) -> None:
        percent = int(self._sizes.currentData())
        self.context.settings.change(text_percent=percent)
        self.context.theme.set_text_percent(percent)

    def _on_motion(self, is_reduced: bool) -> None:
        self.context.theme.reduced_motion = is_reduced
        self.context.settings.change(reduced_motion=is_reduced)

    def _measure(self) -> None:
        """Count off the main thread; a count of connections reads the system's tables."""
        self.context.session.run(lambda: (network_connections(), of_this_process().touches()), self._show_audit)

    def _show_audit(self, found: tuple[int, tuple[Touch, ...]]) -> None:
        count, touches = found
        self._touches.setText("\n".join(self._deeds(touches)))
        self._connections.setText(str(count))
        self._connections.setAccessibleName(self.tr("Network connections of this app: {count}").format(count=count))
        self._connections.setToolTip(self._connections.accessibleName())


def _deed_words() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "connects": translate("SelfAudit", "Tried a connection, {count} times: {place}"),
        "runs": translate("SelfAudit", "Ran, {count} times: {place}"),
        "writes": translate("SelfAudit", "Wrote, {count} times: {place}"),
        "reads": translate("SelfAudit", "Read, {count} times: {place}"),
    }

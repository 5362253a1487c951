"""Everything about one signal: meaning, sources apart, history of this run, how it could be hidden, caveats, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QToolTip, QVBoxLayout, QWidget

from core.model import Agreement, Reach
from core.probes.result import Ok
from gui.marks import mark_of_reading, mark_word
from gui.switching import review
from gui.tips import plain_tip
from gui.widgets.basic import ElidedButton, ElidedLabel, IconLabel, button, clear, column, frame, icon_button, label, line, row, scroll
from gui.widgets.legend import MarkLabel
from gui.widgets.toggle_row import ToggleRow
from gui.widgets.value_row import ValueRow
from gui.words import AGREEMENTS, GROUPS, ORIGINS, REACHES, SENSITIVITIES, SUPPORTS, clock_time, day, result_reason, value_text, word

if TYPE_CHECKING:
    from core.model import Neutral, Reading, Source
    from core.model import Signal as CatalogueSignal
    from core.toggles.model import Toggle
    from gui.context import Context


MOST_TOOLS: Final = 8


class SignalPanel(QFrame):
    """The side panel of the Signals page."""

    closed = Signal()

    def __init__(self, context: Context) -> None:
        """Start without a signal."""
        super().__init__()
        self.setProperty("look", "panel")
        self._context = context
        self._signal_id = ""
        self._shows_technical = False
        self.setAccessibleName(self.tr("About the selected signal"))
        self._icon = IconLabel(context.theme, context.icons, "eye", "accent", 20)
        self._title = ElidedLabel("", "panel-title")
        close = icon_button(context.icons, "x", self.tr("Close the panel"))
        close.clicked.connect(self.closed)
        head = row(margins=(16, 12, 10, 10), spacing=10)
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        content = QWidget()
        self._list: QVBoxLayout = column(margins=(16, 12, 8, 16), spacing=6)
        content.setLayout(self._list)
        self._area = scroll(content)
        layout = column()
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._area, 1)
        self.setLayout(layout)
        context.store.changed.connect(self._on_changed)
        context.tools.cells_changed.connect(lambda pairs: self._on_changed([signal for _, signal in pairs]))
        context.theme.changed.connect(self._fill)

    @property
    def signal_id(self) -> str:
        """The signal shown."""
        return self._signal_id

    def show_signal(self, signal_id: str) -> None:
        """Show another signal from its top."""
        if signal_id != self._signal_id:
            self._signal_id = signal_id
            self._fill()
            self._area.verticalScrollBar().setValue(0)

    def _on_changed(self, signal_ids: list[str]) -> None:
        if self._signal_id in signal_ids and self.isVisible():
            self._fill()

    def _fill(self) -> None:
        signal = self._context.store.signals.get(self._signal_id)
        if signal is None:
            return
        reading = self._context.store.reading(signal.id)
        clear(self._list)
        self._icon.set_icon(signal.icon, "accent")
        self._title.set_text(signal.title)
        self._add_meaning(signal)
        self._add_value(reading)
        self._add_switches(signal.id)
        self._add_tools(signal)
        if reading is not None:
            self._add_sources(reading)
        self._add_history(signal)
        self._add_neutral(signal.neutral)
        self._add_sentences(self.tr("Good to know"), signal.caveats)
        self._add_evidence(signal)
        self._list.addStretch(1)

    def _section(self, title: str) -> None:
        self._list.addSpacing(10)
        self._list.addWidget(label(title, "section"))

    def _add_meaning(self, signal: CatalogueSignal) -> None:
        self._list.addWidget(label(signal.plain, wrap=True))
        facts = f"{word(GROUPS[signal.group])} \u00b7 {word(SENSITIVITIES[signal.sensitivity])}"
        self._list.addWidget(label(facts, "small", wrap=True))
        technical = label(signal.technical, "muted", wrap=True)
        technical.setVisible(self._shows_technical)
        toggle = button("", "link")
        toggle.setCheckable(True)
        toggle.setChecked(self._shows_technical)

        def show(is_shown: bool) -> None:
            self._shows_technical = is_shown
            technical.setVisible(is_shown)
            toggle.setText(self.tr("Hide technical detail") if is_shown else self.tr("Technical detail"))
            toggle.setAccessibleName(toggle.text())

        toggle.toggled.connect(show)
        show(self._shows_technical)
        holder = row()
        holder.addWidget(toggle)
        holder.addStretch(1)
        self._list.addLayout(holder)
        self._list.addWidget(technical)

    def _add_value(self, reading: Reading | None) -> None:
        mark = mark_of_reading(reading)
        state = row(spacing=8)
        state.addWidget(MarkLabel(self._context.theme, mark))
        state.addWidget(label(self.tr("Any program running as you: {state}").format(state=mark_word(mark).lower()), wrap=True), 1)
        self._section(self.tr("What is there now"))
        self._list.addLayout(state)
        if reading is not None and isinstance(reading.result, Ok):
            self._list.addWidget(ValueRow(self._context, reading.result, "", is_boxed=True))
        elif reading is not None:
            reason = result_reason(reading.result)
            if reason:
                self._list.addWidget(label(reason, "muted", wrap=True))
        support = self._context.store.support(self._signal_id)
        if support.reason:
            self._list.addWidget(label(f"{word(SUPPORTS[support.state])}. {support.reason}", "small", wrap=True))

    def _add_tools(self, signal: CatalogueSignal) -> None:
        tools = self._context.tools
        if not tools.installed:
            return
        self._section(self.tr("AI tools here"))
        for tool in tools.installed[:MOST_TOOLS]:
            line_ = row(spacing=8)
            holder = column(margins=(0, 4, 0, 0))
            holder.addWidget(MarkLabel(self._context.theme, tools.mark(tool, signal.id)))
            holder.addStretch(1)
            line_.addLayout(holder)
            texts = column(spacing=0)
            link = button(tools.name(tool), "link", description=self.tr("Show this signal on the tool's page"))
            link.clicked.connect(lambda _=False, item=tool: self._context.navigator.show_tool(item, signal.id))
            texts.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            texts.addWidget(label(tools.sentence(tool, signal.id) or self.tr("Not measured yet."), "small", wrap=True))
            line_.addLayout(texts, 1)
            self._list.addLayout(line_)
        if len(tools.installed) > MOST_TOOLS:
            text = self.tr("and {count} more, in the table").format(count=len(tools.installed) - MOST_TOOLS)
            self._list.addWidget(label(text, "small"))

    def _add_sources(self, reading: Reading) -> None:
        if not reading.sources:
            return
        self._section(self.tr("Where it stands"))
        verdict = row(spacing=8)
        look = {Agreement.DIFFER: "pill-warning", Agreement.AGREE: "pill-good"}.get(reading.agreement, "pill")
        verdict.addWidget(label(word(AGREEMENTS[reading.agreement]), look))
        verdict.addStretch(1)
        self._list.addLayout(verdict)
        if reading.verdict:
            self._list.addWidget(label(reading.verdict, "small", wrap=True))
        box = frame("sunken")
        inner = column(margins=(10, 6, 8, 6), spacing=4)
        for number, source in enumerate(reading.sources):
            if number:
                inner.addWidget(line())
            inner.addWidget(ValueRow(self._context, source.result, f"{source.name}  \u00b7  {word(ORIGINS[source.origin])}"))
        box.setLayout(inner)
        self._list.addWidget(box)

    def _add_history(self, signal: CatalogueSignal) -> None:
        history = self._context.store.history(signal.id)
        self._section(self.tr("In this run"))
        if len(history) < 2:
            since = clock_time(history[0].taken_at if history else self._context.store.started_at)
            self._list.addWidget(label(self.tr("No change since {time}.").format(time=since), "muted", wrap=True))
            return
        for reading in list(reversed(history))[:8]:
            entry = row(spacing=10)
            moment = label(clock_time(reading.taken_at), "faint")
            moment.setFont(self._context.theme.font(0.9, mono=True))
            entry.addWidget(moment)
            entry.addWidget(ElidedLabel(value_text(reading)), 1)
            self._list.addLayout(entry)

    def _add_switches(self, signal_id: str) -> None:
        """The switch for all tools here with everything it says, and ways that reach further, which show their diff first."""
        desk = self._context.changes
        toggle = desk.toggle_of(signal_id)
        others = desk.other_ways(signal_id)
        if not desk.tools or (toggle is None and not others):
            return
        self._section(self.tr("Hide it"))
        if toggle is not None:
            self._list.addWidget(ToggleRow(self._context, toggle, desk.tools))
        for item in others:
            self._list.addWidget(self._make_review(item))

    def _make_review(self, toggle: Toggle) -> QPushButton:
        made = ElidedButton(self.tr("Review: {title}").format(title=toggle.title), toggle.plain)

        def say(text: str) -> None:
            QToolTip.showText(made.mapToGlobal(made.rect().bottomLeft()), plain_tip(text), made)
            made.setAccessibleDescription(text)

        made.clicked.connect(lambda: review(self._context, self, [(toggle.id, "")], say))
        return made

    def _add_neutral(self, neutral: Neutral | None) -> None:
        self._section(self.tr("How it could be hidden"))
        if neutral is None or neutral.reach is Reach.NONE:
            text = (
                neutral.how
                if neutral is not None and neutral.how
                else self.tr("There is no uniform value for this signal; it can only be kept out of reach.")
            )
            self._list.addWidget(label(text, "muted", wrap=True))
            return
        text = self.tr("Same value as many others, {reach}:").format(reach=word(REACHES[neutral.reach]))
        self._list.addWidget(label(text, wrap=True))
        value = label(neutral.value, wrap=True)
        value.setFont(self._context.theme.font(0.96, mono=True))
        self._list.addWidget(value)
        self._list.addWidget(label(neutral.how, "muted", wrap=True))

    def _add_sentences(self, title: str, sentences: tuple[str, ...]) -> None:
        if not sentences:
            return
        self._section(title)
        for sentence in sentences:
            item = row(spacing=8)
            item.addWidget(label("\u2022", "muted"), 0, Qt.AlignmentFlag.AlignTop)
            item.addWidget(label(sentence, "muted", wrap=True), 1)
            self._list.addLayout(item)

    def _add_evidence(self, signal: CatalogueSignal) -> None:
        if not signal.evidence:
            return
        self._section(self.tr("How we know"))
        for source in signal.evidence:
            self._list.addWidget(label(self._evidence_text(source), "small", wrap=True))

    def _evidence_text(self, source: Source) -> str:
        checked = self.tr("checked by us") if source.verified else self.tr("not checked by us yet")
        note = f" {source.note}" if source.note else ""
        return f"{source.source} ({day(source.date.isoformat())}, {checked}).{note}"

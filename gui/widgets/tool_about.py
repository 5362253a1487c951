"""What stands beside a tool's signals: copies, sessions, reports with both sides, opt-outs, places, notes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.redact import MaskKind, Sensitive
from core.tools.exposure import any_applies
from core.tools.versions import range_words
from gui.tips import plain_tip
from gui.tool_words import PLACES, WORKS, channel_word, date_words, words
from gui.widgets.basic import clear, column, frame, label, line, row, scroll
from gui.widgets.masked_text import MaskedText
from gui.widgets.toggle_row import ToggleRow
from gui.words import clock_time, day

if TYPE_CHECKING:
    from core.tools.model import Installation, OptOut, Report, Session, Tool
    from gui.context import Context


class ToolAbout(QFrame):
    """Everything about one tool that is not a cell."""

    def __init__(self, context: Context) -> None:
        """Start without a tool."""
        super().__init__()
        self.setProperty("look", "panel")
        self._context, self._tool_id = context, ""
        self._switch_count = 0
        content = QWidget()
        self._list: QVBoxLayout = column(margins=(16, 12, 8, 16), spacing=5)
        content.setLayout(self._list)
        self._area = scroll(content)
        layout = column(margins=(1, 1, 1, 1))
        layout.addWidget(self._area)
        self.setLayout(layout)
        self.setAccessibleName(self.tr("About this tool"))
        for signal in (context.tools.installations_changed, context.tools.sessions_changed, context.theme.changed):
            signal.connect(self._fill)
        context.changes.states_changed.connect(self._on_states)

    def show_tool(self, tool_id: str) -> None:
        """Show a tool from the top."""
        self._tool_id = tool_id
        self._fill()
        self._area.verticalScrollBar().setValue(0)

    def _on_states(self) -> None:
        """Bring the switches once they were measured; afterwards each follows by itself."""
        count = len(self._context.changes.toggles_of(self._tool_id)) if self._tool_id else 0
        if count != self._switch_count:
            self._switch_count = count
            self._fill()

    def _fill(self) -> None:
        clear(self._list)
        if not self._tool_id:
            return
        tools = self._context.tools
        self._add_copies(tools.copies(self._tool_id))
        self._add_sessions(tools.sessions_of(self._tool_id))
        tool = tools.tools.get(self._tool_id)
        if tool is not None:
            self._add_reports(tool)
            self._add_opt_outs(tool.opt_outs)
            self._add_places(tool)
            self._add_sentences(self.tr("Good to know"), (tool.own_sandbox, *tool.notes))
            checked = self.tr("Facts checked with version {version} on {date}.")
            self._list.addSpacing(8)
            self._list.addWidget(
                label(checked.format(version=tool.checked_version, date=day(tool.checked_on.isoformat())), "faint", wrap=True)
            )
        self._list.addStretch(1)

    def _section(self, title: str) -> None:
        self._list.addSpacing(10 if self._list.count() else 0)
        self._list.addWidget(label(title, "section", wrap=True))

    def _add_copies(self, copies: tuple[Installation, ...]) -> None:
        self._section(self.tr("Installed here"))
        if not copies:
            self._list.addWidget(label(self.tr("Not found on this computer."), "muted", wrap=True))
        for item in copies:
            box, layout = _box()
            facts = [item.version or self.tr("version not known"), channel_word(item.channel)]
            facts += [self.tr("changed {date}").format(date=date_words(item.changed_at))] if item.changed_at else []
            layout.addWidget(label(" \u00b7 ".join(part for part in facts if part), wrap=True))
            layout.addWidget(MaskedText(self._context, Sensitive(item.path, MaskKind.PATH), self.tr("the folder of this copy")))
            if item.starts_first and len(copies) > 1:
                layout.addWidget(label(self.tr("Its command starts this copy."), "small", wrap=True))
            if item.note:
                layout.addWidget(label(item.note, "small", wrap=True))
            self._list.addWidget(box)

    def _add_sessions(self, running: tuple[Session, ...]) -> None:
        self._section(self.tr("Running now"))
        if not running:
            self._list.addWidget(label(self.tr("No session of this tool runs now."), "muted", wrap=True))
        for item in running:
            box, layout = _box()
            started = datetime.fromtimestamp(item.started, UTC)
            text = self.tr("Since {time}, {date}; {count} processes, the first is {pid}")
            moment = {"time": clock_time(started)[:5], "date": date_words(started.astimezone())}
            layout.addWidget(label(text.format(**moment, count=len(item.pids), pid=item.pid), wrap=True))
            for fact in self._session_facts(item):
                layout.addWidget(label(fact, "small", wrap=True))
            if item.cwd:
                layout.addWidget(MaskedText(self._context, Sensitive(item.cwd, MaskKind.PATH), self.tr("its working folder")))
            self._list.addWidget(box)

    def _session_facts(self, item: Session) -> list[str]:
        around, signals = item.confinement, self._context.store.signals
        facts = [self.tr("Started from {parent}").format(parent=item.parent)] if item.parent else []
        facts.append(self.tr("Inside {kind}").format(kind=around.kind) if around.kind else self.tr("No sandbox around it was found"))
        if around.own_namespaces:
            facts.append(self.tr("Own namespaces: {names}").format(names=", ".join(around.own_namespaces)))
        if item.listening:
            facts.append(self.tr("Listens on {places}").format(places=", ".join(item.listening)))
        if item.connections:
            masked = ", ".join(Sensitive(text, MaskKind.URL).masked for text in item.connections[:4])
            count = QLocale().toString(len(item.connections))
            facts.append(self.tr("Connections ({count}): {places}").format(count=count, places=masked))
        if item.open_signals:
            titles = ", ".join(signals[name].title for name in item.open_signals if name in signals)
            facts.append(self.tr("Has files open that tell: {signals}").format(signals=titles))
        return facts

    def _add_reports(self, tool: Tool) -> None:
        if not tool.reports:
            return
        self._section(self.tr("In public dispute, both sides"))
        versions = tuple(item.version for item in self._context.tools.copies(tool.id)) or (tool.checked_version,)
        for report in tool.reports:
            self._list.addWidget(self._report(report, any_applies(versions, report.versions)))

    def _report(self, report: Report, applies: bool | None) -> QFrame:
        box, layout = _box()
        layout.addWidget(label(report.title, "heading", wrap=True))
        verdict = {
            True: self.tr("Is about the version installed here"),
            False: self.tr("Is not about the version installed here"),
            None: self.tr("Whether it is about the version here could not be told"),
        }[applies]
        layout.addWidget(label(f"{verdict} ({range_words(report.versions)}).", "small", wrap=True))
        parts = (
            (self.tr("Claimed"), f"{report.claim} ({', '.join(report.claimed_by)}, {day(report.first_date.isoformat())})"),
            (self.tr("Conditions"), " ".join(report.conditions)),
            (self.tr("Vendor's answer"), report.vendor_answer or self.tr("none known to us")),
            (self.tr("Now"), report.state),
            (self.tr("Our own check"), report.own_check),
        )
        for title, text in parts:
            if text:
                layout.addWidget(label(title, "faint"))
                layout.addWidget(label(text, wrap=True))
        layout.addWidget(label("; ".join(report.sources), "faint", wrap=True))
        return box

    def _add_opt_outs(self, opt_outs: tuple[OptOut, ...]) -> None:
        if not opt_outs:
            return
        self._section(self.tr("What its vendor lets you switch off"))
        switches = {toggle.id: toggle for toggle in self._context.changes.toggles_of(self._tool_id)}
        for number, item in enumerate(opt_outs):
            if number:
                self._list.addWidget(line())
            name = label(item.key, wrap=True)
            name.setFont(self._context.theme.font(0.94, mono=True))
            self._list.addWidget(name)
            self._list.addWidget(label(item.effect, "muted", wrap=True))
            facts = [words(WORKS.get(item.works, "")) or item.works, day(item.checked_on.isoformat())]
            facts += [self.tr("side effect: {text}").format(text=item.side_effect)] if item.side_effect else []
            self._list.addWidget(label(" \u00b7 ".join(facts), "faint", wrap=True))
            toggle = switches.pop(item.id, None)
            if toggle is not None:
                self._list.addWidget(ToggleRow(self._context, toggle, (self._tool_id,), shows_plain=False))
        for toggle in switches.values():
            self._list.addWidget(line())
            self._list.addWidget(ToggleRow(self._context, toggle, (self._tool_id,)))

    def _add_places(self, tool: Tool) -> None:
        host = self._context.store.host
        places = [item for item in tool.places if host is None or not item.systems or host.system in item.systems]
        if not places:
            return
        self._section(self.tr("Where it keeps data"))
        for item in places:
            entry = row(spacing=8)
            entry.addWidget(label(words(PLACES.get(item.what, "")) or item.what, "small"), 0, Qt.AlignmentFlag.AlignTop)
            path = label(item.path, wrap=True)
            path.setFont(self._context.theme.font(0.9, mono=True))
            path.setToolTip(plain_tip(item.note))
            entry.addWidget(path, 1)
            self._list.addLayout(entry)

    def _add_sentences(self, title: str, sentences: tuple[str, ...]) -> None:
        said = [sentence for sentence in sentences if sentence]
        if not said:
            return
        self._section(title)
        for sentence in said:
            item = row(spacing=8)
            item.addWidget(label("\u2022", "muted"), 0, Qt.AlignmentFlag.AlignTop)
            item.addWidget(label(sentence, "muted", wrap=True), 1)
            self._list.addLayout(item)


def _box() -> tuple[QFrame, QVBoxLayout]:
    box = frame("sunken")
    layout = column(margins=(10, 7, 8, 8), spacing=3)
    box.setLayout(layout)
    return box, layout

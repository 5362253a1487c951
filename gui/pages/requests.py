"""Requests: what tools sent through the inspector, the facts about the person in it, hidden markers, and what was not seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QMessageBox, QPushButton, QStackedLayout

from gui.models.captures import CaptureDesk, RequestRole
from gui.pages.base import Page
from gui.widgets.basic import button, column, frame, line, scroll, spaced
from gui.widgets.choice import ChoiceBox
from gui.widgets.floating_bar import FloatingBar
from gui.widgets.notice import Notice
from gui.widgets.request_detail import RequestDetail
from gui.widgets.request_view import RequestView
from gui.widgets.two_parts import TwoParts, fit_words
from gui.words import clock_time, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.watch.store_model import CaptureSession, StoredRequest
    from gui.context import Context

LIST_WIDTH: Final = 360


class RequestsPage(Page):
    """Captures, their requests, and what was found in the one that is picked."""

    def __init__(self, context: Context) -> None:
        """Show what is kept; it is asked for when the page is first shown."""
        super().__init__(context, self.tr("What tools sent"))
        self.desk = CaptureDesk(context.store, context.session, self)
        self._export = self._make_export()
        self._start = button(
            spaced(self.tr("Start a tool under inspection")),
            "primary",
            name=self.tr("Start a tool under inspection"),
            description=self.tr("Opens a terminal in which what the tool sends is recorded on this computer"),
        )
        context.icons.bind(self._start, "square-terminal", "on_accent", 17)
        self._start.clicked.connect(self._on_start)
        self._canary = self._make_canary()
        self._words = {made: made.text() for made in (self._export, self._canary, self._start)}
        for made in self._words:
            self.head_actions.addWidget(made)
        self._detail = RequestDetail(context)
        self._detail.sources_asked.connect(self._on_sources)
        self._detail.compare_asked.connect(self._on_compare)
        self._notice = Notice(context.theme, context.icons)
        self._notice.acted.connect(self._on_start)
        self._stack = QStackedLayout()
        self.body.addLayout(self._stack, 1)
        self._stack.addWidget(self._make_notice_card())
        self._parts = self._make_splitter()
        self._stack.addWidget(self._parts)
        self._follow()
        self._update()

    def shown(self) -> None:
        """Look for news while the page is in front."""
        self.desk.set_watching(True)
        self._view.setFocus()

    def left(self) -> None:
        """Stop looking."""
        self.desk.set_watching(False)

    def start_tool(self, tool: str = "") -> None:
        """Offer to start a tool under inspection."""
        from gui.dialogs.inspect import InspectDialog

        InspectDialog(self.context, self, tool).open()

    def _on_start(self) -> None:
        self.start_tool(self.desk.capture.tool if self.desk.capture else "")

    def _follow(self) -> None:
        desk = self.desk
        self.width_changed.connect(self._arrange)
        self.context.theme.changed.connect(lambda: self._arrange(self.width()))
        desk.sessions_changed.connect(self._fill_sessions)
        desk.session_changed.connect(self._detail.show_nothing)
        desk.loaded.connect(self._on_loaded)
        desk.request_loaded.connect(self._on_request)
        desk.failed.connect(self.set_subtitle)
        self.context.store.opened.connect(self._update)
        self.context.tools.installations_changed.connect(self._fill_sessions)

    def _make_canary(self) -> QPushButton:
        made = button(
            spaced(self.tr("Try with invented values")),
            name=self.tr("Try with invented values"),
            description=self.tr("Starts the tool once on an invented machine and tells what of it is sent"),
        )
        self.context.icons.bind(made, "flask-conical", "text", 17)
        made.clicked.connect(self._on_canary)
        self._canary = made
        return made

    def _make_export(self) -> QPushButton:
        made = button(spaced(self.tr("Export")), name=self.tr("Export"), description=self.tr("Write it to a file, or remove it"))
        self.context.icons.bind(made, "download", "text", 17)
        menu = QMenu(made)
        menu.addAction(self.tr("HAR, without values\u2026")).triggered.connect(lambda: self._on_export("har"))
        menu.addAction(self.tr("JSON, findings only\u2026")).triggered.connect(lambda: self._on_export("json"))
        menu.addSeparator()
        menu.addAction(self.tr("Remove this recording\u2026")).triggered.connect(self._on_remove)
        made.setMenu(menu)
        return made

    def _make_notice_card(self) -> QFrame:
        card = frame("card")
        layout = column()
        layout.addWidget(self._notice)
        card.setLayout(layout)
        return card

    def _make_splitter(self) -> TwoParts:
        left = frame("card")
        layout = column(margins=(1, 0, 1, 1))
        top = column(margins=(12, 12, 12, 10), spacing=8)
        hint = self.tr("Each is one run of a tool under inspection, the newest first")
        self._sessions = ChoiceBox(self.context.theme, self.context.icons, self.tr("Recording"), hint)
        self._sessions.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._sessions.activated.connect(lambda: self.desk.show_session(str(self._sessions.currentData())))
        top.addWidget(self._sessions)
        layout.addLayout(top)
        layout.addWidget(line())
        self._view = RequestView(self.context, self.desk.requests)
        self._view.picked.connect(self.desk.ask_request)
        layout.addWidget(self._view, 1)
        left.setLayout(layout)
        area = scroll(self._detail)
        self._bar = FloatingBar(area, self)
        return TwoParts(self.context.theme, left, area, LIST_WIDTH)

    def _arrange(self, width: int) -> None:
        self._parts.arrange(width)
        fit_words(self._words, width)

    def _fill_sessions(self) -> None:
        self._sessions.clear()
        for item in self.desk.sessions:
            self._sessions.addItem(self._session_title(item), item.id)
        self._sessions.setCurrentIndex(max(0, self._sessions.findData(self.desk.current)))
        self._update()

    def _session_title(self, item: CaptureSession) -> str:
        moment = datetime.fromtimestamp(item.started, UTC)
        parts = [f"{self.context.tools.name(item.tool)} {item.version}".strip()]
        parts += [day(moment.astimezone().date().isoformat()), clock_time(moment)]
        parts += [self.tr("running")] if item.state == "running" else []
        return " \u00b7 ".join(parts)

    def _on_loaded(self) -> None:
        self._sessions.setCurrentIndex(max(0, self._sessions.findData(self.desk.current)))
        self._detail.show_coverage(self.desk.capture, self.desk.bypasses, self.desk.troubles)
        if not self._view.currentIndex().isValid() and self.desk.requests.rowCount() and self.desk.is_whole:
            self._view.setCurrentIndex(self.desk.requests.index(self._first_telling()))
        self._update()

    def _first_telling(self) -> int:
        """Return the newest request with a marker or a fact, else the newest one."""
        found = [self.desk.requests.request(row) for row in range(min(200, self.desk.requests.rowCount()))]
        for wanted in ("marker_count", "fact_count"):
            row = next((number for number, item in enumerate(found) if item is not None and getattr(item, wanted)), None)
            if row is not None:
                return row
        return 0

    def _on_request(self, request: StoredRequest) -> None:
        current: StoredRequest | None = self._view.currentIndex().data(RequestRole.REQUEST)
        if current is not None and current.number == request.number:
            self._detail.show_request(request)

    def _update(self, *_ignored: object) -> None:
        capture = self.desk.capture
        self._export.setEnabled(capture is not None)
        self._canary.setEnabled(bool(self._canary_tool()))
        self._stack.setCurrentIndex(1 if self.desk.sessions else 0)
        if capture is None:
            self.set_title(self.tr("What tools sent"))
            self.set_subtitle(self.tr("What a tool sent while Telltale recorded it; the recording stays on this computer."))
            self._say_why_empty()
            return
        self.set_title(self.tr("What {tool} sent").format(tool=self.context.tools.name(capture.tool)))
        if self.desk.is_synthetic:
            text = self.tr("{count} synthetic requests, made up from an invented machine. Nothing was sent.")
        elif capture.state == "running":
            text = self.tr("{count} requests so far, recorded on this computer. Nothing is changed on the way.")
        else:
            text = self.tr("{count} requests recorded on this computer. Nothing was changed on the way.")
        self.set_subtitle(text.format(count=QLocale().toString(capture.requests)))

    def _say_why_empty(self) -> None:
        if not self.desk.has_looked:
            self._notice.show_state("send", self.tr("Looking for recordings"), self.tr("This takes a moment."))
            return
        text = self.tr(
            "Start a tool under inspection to see which facts about you stand in its requests, and where. "
            "It runs through a small proxy on this computer; nothing is changed and no values are kept."
        )
        self._notice.show_state("send", self.tr("Nothing was recorded yet"), text, self.tr("Start a tool under inspection"))

    def _on_export(self, form: str) -> None:
        name = f"telltale-{self.desk.current}.{form}"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export without values"), name)
        if path:
            self.desk.export(path, form, self.set_subtitle)

    def _on_remove(self) -> None:
        text = self.tr(
            "Remove this recording? What was found in it stays in the history and the matrix, masked, for as long as those are kept. "
            "This cannot be undone."
        )
        if QMessageBox.question(self, self.tr("Remove recording"), text) == QMessageBox.StandardButton.Yes:
            self.desk.forget()

    def _on_sources(self, scheme: str) -> None:
        from core.watch.captures import sources_of
        from gui.dialogs.sources import SourcesDialog

        def show(found: tuple[str, Sequence[str], str]) -> None:
            SourcesDialog(self.context, self, found[0], found[1], found[2]).open()

        self.context.session.run(lambda: sources_of(scheme), show)

    def _on_canary(self) -> None:
        from gui.dialogs.canary import CanaryDialog

        CanaryDialog(self.context, self, self._canary_tool()).open()

    def _canary_tool(self) -> str:
        return self.desk.capture.tool if self.desk.capture else next(iter(self.context.tools.installed), "")

    def _on_compare(self) -> None:
        from gui.dialogs.compare import CompareDialog

        if self.desk.capture is not None:
            CompareDialog(self.context, self, self.desk.capture.tool).open()

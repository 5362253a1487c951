"""Ties the tool desk of each machine to the session: made when an engine starts, closed before it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.models.signal_table import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.engine import Engine
    from gui.activity_feed import ActivityFeed
    from gui.bridge import Mailbox
    from gui.marks import Mark
    from gui.models.signal_table import SignalTable
    from gui.models.tools import ToolStore
    from gui.session import Session
    from gui.tool_desk import ToolDesk


class ToolWork(QObject):
    """Keeps one desk for the machine shown; what an older desk still posts is dropped."""

    def __init__(self, session: Session, tools: ToolStore, feed: ActivityFeed, mailbox: Mailbox, signals: SignalTable) -> None:
        """Follow the session; show the installed tools as columns of the signals."""
        super().__init__(session)
        self._tools, self._feed, self._mailbox, self._signals = tools, feed, mailbox, signals
        self._desk: ToolDesk | None = None
        self._generation = 0
        session.starting.connect(self._on_starting)
        session.stopping.connect(self._on_stopping)
        tools.installations_changed.connect(self._on_installations)
        tools.opened.connect(self._on_installations)
        tools.cells_changed.connect(self._on_cells)

    @property
    def desk(self) -> ToolDesk | None:
        """The desk of the machine shown."""
        return self._desk

    def look_again(self) -> None:
        """Detect and measure now."""
        if self._desk is not None:
            self._desk.look_again()

    def look_at_starts(self) -> None:
        """See now whether something was switched for the start of a tool, and measure what it could see then."""
        if self._desk is not None:
            self._desk.look_at_starts()

    def _on_starting(self, engine: Engine) -> None:
        from core.history import History
        from gui.memory_history import MemoryHistory
        from gui.tool_desk import ToolDesk

        self._generation += 1
        self._tools.open({})
        history = MemoryHistory() if engine.host.is_synthetic else History()
        self._feed.open(history)
        self._desk = ToolDesk(engine, self._tools, self._poster(self._generation), history, self._feed.take)

    def _on_stopping(self) -> None:
        self._generation += 1
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        self._feed.open(None)

    def _poster(self, generation: int) -> Callable[[Callable[[], None]], None]:
        def post(call: Callable[[], None]) -> None:
            self._mailbox.post(lambda: call() if generation == self._generation else None)

        return post

    def _on_installations(self) -> None:
        tools = self._tools
        self._signals.set_tools([viewer_of(tools, item) for item in tools.installed])

    def _on_cells(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._signals.cells_changed(pairs)


def viewer_of(tools: ToolStore, tool: str) -> Viewer:
    """Return the column of a tool."""
    name = tools.name(tool)

    def mark(signal: str) -> Mark:
        return tools.mark(tool, signal)

    def sentence(signal: str) -> str:
        return tools.sentence(tool, signal)

    return Viewer(tool, name, name, mark, tools.mark_icon(tool) or "-", sentence)

"""Makes the parts that the first frame did not need, in the order in which they depend on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.activity_feed import ActivityFeed
from gui.bridge import Mailbox
from gui.context import Context
from gui.models.changes import ChangeDesk
from gui.models.signal_table import SignalTable
from gui.models.store import Store
from gui.models.tools import ToolStore
from gui.session import Session
from gui.tool_marks import ToolMarks
from gui.tool_work import ToolWork

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from core.redact import RevealGate
    from gui.context import Navigator
    from gui.icons import Icons
    from gui.presentation import Presentation
    from gui.settings import Settings
    from gui.theme import Theme


def make_context(  # noqa: PLR0913, PLR0917  the composition root's second half takes what its first half made
    owner: QObject,
    theme: Theme,
    icons: Icons,
    settings: Settings,
    gate: RevealGate,
    presentation: Presentation,
    navigator: Navigator,
) -> Context:
    """Return all parts, owned by the application."""
    store = Store(owner)
    mailbox = Mailbox(owner)
    session = Session(store, mailbox, owner)
    signals = SignalTable(store, owner)
    tools = ToolStore(owner)
    store.tool_marks = tools.marks
    feed = ActivityFeed(store, session, owner)
    work = ToolWork(session, tools, feed, mailbox, signals)
    marks = ToolMarks(theme)
    changes = ChangeDesk(store, tools, session, lambda: feed.history, owner)
    changes.told.connect(feed.take)
    signals.set_switches(changes.switch)
    changes.states_changed.connect(signals.switches_changed)
    changes.changes_changed.connect(work.look_at_starts)
    return Context(theme, icons, settings, store, session, gate, presentation, signals, navigator, tools, marks, feed, work, changes)

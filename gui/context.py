"""What every page and widget is given instead of reaching for globals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from core.redact import RevealGate
    from core.toggles.model import Plan
    from gui.activity_feed import ActivityFeed
    from gui.icons import Icons
    from gui.models.changes import ChangeDesk
    from gui.models.signal_table import SignalTable
    from gui.models.store import Query, Store
    from gui.models.tools import ToolStore
    from gui.presentation import Presentation
    from gui.session import Session
    from gui.settings import Settings
    from gui.theme import Theme
    from gui.tool_marks import ToolMarks
    from gui.tool_work import ToolWork


class Navigator(Protocol):
    """How a page asks the window to go elsewhere."""

    def show_page(self, page_id: str) -> None:
        """Show a page."""
        ...

    def show_query(self, query: Query) -> None:
        """Show the signals a query asks for."""
        ...

    def show_signal(self, signal_id: str) -> None:
        """Show one signal with its panel."""
        ...

    def show_tool(self, tool_id: str, signal_id: str = "") -> None:
        """Show a tool's own page, with one of its signals picked if named."""
        ...

    def compare_tools(self, tool_ids: tuple[str, ...]) -> None:
        """Show tools side by side."""
        ...

    def preview_plan(self, plan: Plan, parent: QWidget) -> None:
        """Show what a plan would change, and make it if the person agrees."""
        ...


@dataclass(slots=True)
class Context:
    """The parts of the running application; `navigator` is the window."""

    theme: Theme
    icons: Icons
    settings: Settings
    store: Store
    session: Session
    gate: RevealGate
    presentation: Presentation
    signals: SignalTable
    navigator: Navigator
    tools: ToolStore
    tool_marks: ToolMarks
    feed: ActivityFeed
    tool_work: ToolWork
    changes: ChangeDesk

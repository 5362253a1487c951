"""What every page and widget is given instead of reaching for globals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.redact import RevealGate
    from gui.icons import Icons
    from gui.models.signal_table import SignalTable
    from gui.models.store import Query, Store
    from gui.presentation import Presentation
    from gui.session import Session
    from gui.settings import Settings
    from gui.theme import Theme


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

"""Which pages exist: a page is one class and one entry here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from PySide6.QtCore import QCoreApplication

from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from gui.context import Context
    from gui.pages.base import Page


class PageEntry(NamedTuple):
    """A page of the sidebar: `place` is `module:Class` and is imported when the page is first shown."""

    id: str
    title: str
    icon: str
    place: str
    at_foot: bool = False

    def translated(self) -> str:
        """Return the title in the person's language."""
        return QCoreApplication.translate("Pages", self.title)

    def build(self, context: Context) -> Page:
        """Import and make the page."""
        module, _, name = self.place.partition(":")
        return cast("Page", getattr(importlib.import_module(module), name)(context))


PAGES: Final = (
    PageEntry("overview", QT_TRANSLATE_NOOP("Pages", "Overview"), "layout-dashboard", "gui.pages.overview:OverviewPage"),
    PageEntry("tools", QT_TRANSLATE_NOOP("Pages", "AI tools"), "bot", "gui.pages.tools:ToolsPage"),
    PageEntry("signals", QT_TRANSLATE_NOOP("Pages", "Signals"), "eye", "gui.pages.signals:SignalsPage"),
    PageEntry("requests", QT_TRANSLATE_NOOP("Pages", "Requests"), "send", "gui.pages.requests:RequestsPage"),
    PageEntry("activity", QT_TRANSLATE_NOOP("Pages", "Activity"), "activity", "gui.pages.activity:ActivityPage"),
    PageEntry("changes", QT_TRANSLATE_NOOP("Pages", "Changes"), "undo-2", "gui.pages.changes:ChangesPage"),
    PageEntry(
        "presentation", QT_TRANSLATE_NOOP("Pages", "Presentation"), "presentation", "gui.pages.presentation:PresentationPage", at_foot=True
    ),
    PageEntry("settings", QT_TRANSLATE_NOOP("Pages", "Settings"), "settings", "gui.pages.settings:SettingsPage", at_foot=True),
)


def module_of(page_id: str) -> str:
    """Return the name of a page's module (of the first page's where there is no such page)."""
    entry = next((item for item in PAGES if item.id == page_id), PAGES[0])
    return entry.place.partition(":")[0]


def import_pages() -> None:
    """Import the modules of all pages."""
    for entry in PAGES:
        importlib.import_module(module_of(entry.id))

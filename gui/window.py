"""The window: sidebar, banners, pages made when first shown, finder, commands, remembered size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6 import QtCore
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.registry import PAGES, PageEntry
from gui.settings import RefreshPace, WindowState
from gui.theme import TEXT_SIZES, ThemeChoice
from gui.widgets.basic import column, label, row
from gui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QHideEvent, QPaintEvent, QResizeEvent, QShowEvent

    from core.toggles.model import Plan
    from gui.commands import Commands
    from gui.context import Context
    from gui.icons import Icons
    from gui.models.store import Query
    from gui.pages.base import Page
    from gui.presentation import Presentation
    from gui.settings import Settings
    from gui.theme import Theme
    from gui.widgets.finder import Find, Finder

MINIMUM: Final = QSize(960, 640)
COMPACT_BELOW: Final = 4.6


class MainWindow(QMainWindow):
    """Telltale's only window; it is the navigator of all pages.

    The first frame shows sidebar and banners only; `attach` brings the rest right after it.
    """

    first_painted = Signal()

    def __init__(self, theme: Theme, icons: Icons, settings: Settings, presentation: Presentation) -> None:
        """Build what the first frame shows."""
        super().__init__()
        self._theme, self._settings, self._presentation = theme, settings, presentation
        self._context: Context | None = None
        self.commands: Commands
        self.setMinimumSize(MINIMUM)
        self._entries: dict[str, PageEntry] = {entry.id: entry for entry in PAGES}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._has_painted = self._is_leaving = False
        self._finder: Finder | None = None
        self._sidebar = Sidebar(theme, icons)
        self._banners: QVBoxLayout = column()
        self._masked: QLabel | None = None
        self._synthetic: QLabel | None = None
        self._stack = QStackedWidget()
        self._build()
        self._update_banners()
        self._restore()

    @property
    def context(self) -> Context:
        """The parts of the application; there from the first frame on."""
        if self._context is None:
            raise RuntimeError("the window was asked for its parts before its first frame")
        return self._context

    def attach(self, context: Context) -> None:
        """Bring everything the first frame did not need: commands, pages, what follows the store."""
        from gui.commands import Commands
        from gui.focus import FocusFollower

        self._context = context
        FocusFollower(self)
        self._sidebar.describe()
        self.commands = Commands(self)
        self._add_commands()
        context.presentation.changed.connect(self._update_banners)
        context.store.opened.connect(self._update_banners)
        context.store.opened.connect(self._update_counts)
        context.tools.opened.connect(self._update_counts)
        context.tools.installations_changed.connect(self._update_counts)
        context.changes.changes_changed.connect(self._update_counts)
        context.theme.changed.connect(self._fit)
        context.settings.changed.connect(self._update_pace)
        page, self._current = self._current, ""
        self.show_page(page)

    def _build(self) -> None:
        for entry in PAGES:
            self._sidebar.add(entry.id, entry.translated(), entry.icon, at_foot=entry.at_foot)
        self._sidebar.chosen.connect(self.show_page)
        right = column()
        right.addLayout(self._banners)
        right.addWidget(self._stack, 1)
        layout = row()
        layout.addWidget(self._sidebar)
        layout.addLayout(right, 1)
        shell = QWidget()
        shell.setObjectName("shell")
        shell.setLayout(layout)
        self.setCentralWidget(shell)

    def _restore(self) -> None:
        state = self._settings.window
        self.resize(max(MINIMUM.width(), state.width), max(MINIMUM.height(), state.height))
        if state.is_maximized:
            self.setWindowState(QtCore.Qt.WindowState.WindowMaximized)
        self.show_page(state.page if state.page in self._entries else PAGES[0].id)

    @property
    def current_page(self) -> str:
        """The id of the page in front."""
        return self._current

    def page(self, page_id: str) -> Page:
        """Return a page, whole, made when first asked for."""
        made = self._page(page_id)
        made.complete()
        return made

    def _page(self, page_id: str) -> Page:
        made = self._pages.get(page_id)
        if made is None:
            made = self._pages[page_id] = self._entries[page_id].build(self.context)
            self._stack.addWidget(made)
        return made

    def show_page(self, page_id: str) -> None:
        """Bring a page to the front."""
        if page_id == self._current:
            return
        self._sidebar.select(page_id)
        if self._context is None:
            self._current = page_id
            return
        if self._current in self._pages:
            self._pages[self._current].left()
        made = self._page(page_id)
        self._current = page_id
        self._stack.setCurrentWidget(made)
        self.setWindowTitle(self.tr("{page} \u2013 Telltale").format(page=self._entries[page_id].translated()))
        made.shown()

    def show_page_if_known(self, page_id: str) -> bool:
        """Bring a page to the front if there is one of this name."""
        if page_id in self._entries:
            self.show_page(page_id)
        return page_id in self._entries

    def show_query(self, query: Query) -> None:
        """Show the signals a query asks for."""
        from gui.pages.signals import SignalsPage

        self.show_page("signals")
        page = self.page("signals")
        if isinstance(page, SignalsPage):
            page.show_query(query)

    def show_signal(self, signal_id: str) -> None:
        """Show one signal with its panel."""
        from gui.pages.signals import SignalsPage

        self.show_page("signals")
        page = self.page("signals")
        if isinstance(page, SignalsPage):
            page.show_signal(signal_id)

    def show_tool(self, tool_id: str, signal_id: str = "") -> None:
        """Show a tool's own page, with one of its signals picked if named."""
        from gui.pages.tools import ToolsPage

        self.show_page("tools")
        page = self.page("tools")
        if isinstance(page, ToolsPage):
            page.show_tool(tool_id, signal_id)

    def compare_tools(self, tool_ids: tuple[str, ...]) -> None:
        """Show tools side by side."""
        from gui.pages.tools import ToolsPage

        self.show_page("tools")
        page = self.page("tools")
        if isinstance(page, ToolsPage):
            page.compare(tool_ids)

    def preview_plan(self, plan: Plan, parent: QWidget) -> None:
        """Show what a plan would change, and make it if the person agrees."""
        from gui.dialogs.preview import PreviewDialog

        work = self.context.changes
        dialog = PreviewDialog(self.context, work, parent, plan)
        dialog.accepted_plan.connect(lambda agreed, is_system: work.apply(agreed, confirm_system=is_system))
        dialog.open()

    def come_forward(self) -> None:
        """Raise the window (a second start asks for it)."""
        self.setWindowState(self.windowState() & ~QtCore.Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def stays_in_tray(self) -> bool:
        """Whether the person wants Telltale in the tray, and the desktop has one."""
        if not self._settings.choices.starts_in_tray:
            return False
        from gui import tray

        return tray.is_there()

    def leave(self) -> None:
        """End Telltale, also from the tray."""
        was_shown, self._is_leaving = self.isVisible(), True
        self.close()
        if not was_shown:
            QtCore.QCoreApplication.quit()

    def open_finder(self) -> None:
        """Show the finder over the window."""
        from gui.widgets.finder import Finder

        if self._finder is None:
            self._finder = Finder(self.context, self)
            self._finder.closed.connect(self._on_finder_closed)
        self.commands.update()
        self._finder.open(self._things())

    def _things(self) -> list[Find]:
        from gui.widgets.finder import Find

        pages = [Find(entry.translated(), self.tr("Page"), entry.icon, self._go_to(entry.id)) for entry in PAGES]
        actions = [
            Find(command.title, self.tr("Action"), command.icon, self.commands.action(command.id).trigger, shortcut=command.shortcut)
            for command in self.commands
            if command.id != "find" and not command.id.startswith("page-") and self.commands.action(command.id).isEnabled()
        ]
        signals = [
            Find(signal.title, self.tr("Signal"), signal.icon, self._go_to_signal(signal.id), signal.plain)
            for signal in self.context.store.signals.values()
        ]
        tools = [
            Find(self.context.tools.name(item), self.tr("AI tool"), "bot", self._go_to_tool(item)) for item in self.context.tools.installed
        ]
        return [*pages, *actions, *tools, *signals]

    def _go_to(self, page_id: str) -> Callable[[], None]:
        return lambda: self.show_page(page_id)

    def _go_to_signal(self, signal_id: str) -> Callable[[], None]:
        return lambda: self.show_signal(signal_id)

    def _go_to_tool(self, tool_id: str) -> Callable[[], None]:
        return lambda: self.show_tool(tool_id)

    def _on_finder_closed(self) -> None:
        page = self._pages.get(self._current)
        if page is not None and self._finder is not None and not self._finder.give_back():
            page.setFocus()

    def _add_commands(self) -> None:
        from gui.commands import FINDER_KEY, Command

        add, session = self.commands.add, self.context.session
        add(Command("find", self.tr("Find anything"), self.open_finder, FINDER_KEY, "search"))
        for number, entry in enumerate(PAGES, start=1):
            title = self.tr("Go to {page}").format(page=entry.translated())
            add(Command(f"page-{entry.id}", title, self._go_to(entry.id), f"Ctrl+{number}", entry.icon))
        add(Command("filter", self.tr("Filter signals"), self._focus_filter, "Ctrl+F", "list-filter"))
        add(Command("refresh", self.tr("Look again now"), session.refresh, "Ctrl+R", "refresh-cw", lambda: session.engine is not None))
        title = self.tr("Start or end presentation mode")
        add(Command("presentation", title, self.context.presentation.toggle, "F5", "presentation"))
        self._add_look_commands()
        add(Command("quit", self.tr("Quit Telltale"), self.leave, "Ctrl+Q", "log-out"))

    def _add_look_commands(self) -> None:
        from gui.commands import Command

        add, theme = self.commands.add, self.context.theme
        add(Command("light", self.tr("Light theme"), lambda: self._set_theme(ThemeChoice.LIGHT), icon="sun"))
        add(Command("dark", self.tr("Dark theme"), lambda: self._set_theme(ThemeChoice.DARK), icon="moon"))
        add(Command("system-theme", self.tr("Theme as the system"), lambda: self._set_theme(ThemeChoice.SYSTEM), icon="monitor"))
        larger, smaller = self.tr("Larger text"), self.tr("Smaller text")
        add(Command("larger", larger, lambda: self._step_text(1), "Ctrl++", "plus", lambda: theme.text_percent < TEXT_SIZES[-1]))
        add(Command("smaller", smaller, lambda: self._step_text(-1), "Ctrl+-", "minus", lambda: theme.text_percent > TEXT_SIZES[0]))

    def _focus_filter(self) -> None:
        from gui.pages.signals import SignalsPage

        self.show_page("signals")
        page = self.page("signals")
        if isinstance(page, SignalsPage):
            page.focus_filter()

    def _set_theme(self, choice: ThemeChoice) -> None:
        self.context.settings.change(theme=choice.value)
        self.context.theme.set_choice(choice)

    def _step_text(self, by: int) -> None:
        theme = self.context.theme
        place = min(range(len(TEXT_SIZES)), key=lambda number: abs(TEXT_SIZES[number] - theme.text_percent)) + by
        percent = TEXT_SIZES[max(0, min(len(TEXT_SIZES) - 1, place))]
        self.context.settings.change(text_percent=percent)
        theme.set_text_percent(percent)
        self.commands.update()

    def _update_banners(self, *_ignored: object) -> None:
        """Show what must be said on every screen; a banner is made when it is first needed."""
        if self._presentation.is_on and self._masked is None:
            self._masked = self._make_banner(
                self.tr("MASKED \u00b7 Presentation mode: no value can be shown. F5 ends it."), "banner-masked"
            )
        if self._masked is not None:
            self._masked.setVisible(self._presentation.is_on)
        if self._context is None:
            return
        store = self._context.store
        if store.is_synthetic and self._synthetic is None:
            self._synthetic = self._make_banner("", "banner-synthetic")
        if self._synthetic is not None:
            self._synthetic.setText(self.tr("Synthetic machine: {eyes}. Nothing here is from this computer.").format(eyes=store.eyes))
            self._synthetic.setVisible(store.is_synthetic)

    def _make_banner(self, text: str, look: str) -> QLabel:
        made = label(text, look)
        made.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._banners.addWidget(made)
        return made

    def _update_counts(self) -> None:
        self._sidebar.set_count("signals", len(self.context.store.signals))
        self._sidebar.set_count("tools", len(self.context.tools.installed))
        self._sidebar.set_count("changes", len(self.context.changes.active))

    def _update_pace(self) -> None:
        if self._context is None:
            return
        from core.engine import Pace

        is_hidden = not self.isVisible() or self.isMinimized()
        is_saving = self.context.settings.pace is RefreshPace.SAVING
        self.context.session.set_pace(Pace.HIDDEN if is_hidden else Pace.SAVING if is_saving else Pace.VISIBLE)

    def _fit(self) -> None:
        self._sidebar.set_compact(self.width() < self._sidebar.wanted_width() * COMPACT_BELOW)

    def _remember(self) -> None:
        is_maximized = self.isMaximized()
        old = self._settings.window
        size = QSize(old.width, old.height) if is_maximized else self.size()
        self._settings.remember(WindowState(size.width(), size.height(), is_maximized, self._current))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the sidebar to the width."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell about the first frame: reading starts only after it."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            self.first_painted.emit()

    def changeEvent(self, event: QtCore.QEvent) -> None:
        """Look rarely while minimised."""
        super().changeEvent(event)
        if self._context is not None and event.type() == QtCore.QEvent.Type.WindowStateChange:
            self._update_pace()

    def showEvent(self, event: QShowEvent) -> None:
        """Look eagerly while shown."""
        super().showEvent(event)
        self._update_pace()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look rarely while hidden."""
        super().hideEvent(event)
        self._update_pace()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window stood; go back to the tray if Telltale lives there."""
        self._remember()
        self._settings.save()
        if self._context is not None and not self._is_leaving and self.stays_in_tray():
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)

"""The running application: what the first frame needs is made at once, the rest right after it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core.redact import RevealGate
from gui import i18n
from gui.ahead import AFTER_FIRST_FRAME, CodeReader
from gui.garbage import MainThreadCollector
from gui.icons import Icons, logo
from gui.pages.registry import import_pages, module_of
from gui.presentation import Presentation
from gui.settings import Settings
from gui.theme import Theme
from gui.window import MainWindow

if TYPE_CHECKING:
    from gui.app import Options
    from gui.context import Context
    from gui.single import SingleInstance

WARM_AFTER_MS: Final = 700
BUILT_AHEAD: Final = "signals"


class Application(QObject):
    """The running application: owns every part and closes them in order."""

    completed = Signal()

    def __init__(self, app: QApplication, options: Options, settings: Settings | None = None) -> None:
        """Make what the first frame needs, and nothing else."""
        super().__init__(app)
        self._collector = MainThreadCollector(self)
        self._options = options
        self._instance: SingleInstance | None = None
        self._settings = settings or Settings(parent=self)
        i18n.install(app, self._settings.choices.language)
        self._theme = Theme(app, self._settings.theme, self._settings.choices.text_percent)
        self._theme.reduced_motion = self._settings.choices.reduced_motion
        self._theme.apply()
        self._icons = Icons(self._theme)
        self._gate = RevealGate()
        self._presentation = Presentation(self._gate, self)
        self._presentation.set_on(options.is_presenting or self._settings.choices.starts_presenting)
        self.window = MainWindow(self._theme, self._icons, self._settings, self._presentation)
        if options.page:
            self.window.show_page_if_known(options.page)
        self.window.first_painted.connect(self._on_first_painted)
        self._reader = CodeReader((*AFTER_FIRST_FRAME, module_of(self.window.current_page)), self)
        self._reader.done.connect(self.complete)  # told on another thread, so it comes by the event loop
        app.aboutToQuit.connect(self.close)
        self._is_complete = self._is_closed = False

    @property
    def context(self) -> Context:
        """All parts; they are there once `completed` was emitted."""
        return self.window.context

    def show(self) -> None:
        """Show the window; or only the icon in the tray, if the person chose so and asked for nothing special now."""
        if self.window.stays_in_tray() and not any(self._options):
            self._on_first_painted()
        else:
            self.window.show()

    def complete(self) -> None:
        """Make the rest and start to look; called after the first frame."""
        if self._is_complete or self._is_closed:
            return
        from core.selfaudit import of_this_process
        from gui.parts import make_context
        from gui.tray import Tray

        of_this_process().start()
        self._is_complete = True
        self._theme.follow_system()
        self.window.setWindowIcon(QIcon(logo(64)))
        context = make_context(self, self._theme, self._icons, self._settings, self._gate, self._presentation, self.window)
        self.window.attach(context)
        self._tray = Tray(context, self.window.come_forward, self.window.leave, self)
        context.store.scanning_changed.connect(self._on_scanning)
        QTimer.singleShot(1, self, self._open)  # with 0 Qt would call it before it paints
        self.completed.emit()

    def _open(self) -> None:
        """Look at the machine once the page is painted: while its catalogue is read, painting would take twice as long."""
        if not self._is_closed:
            self.context.session.open(self._options.persona)

    def listen(self, name: str) -> None:
        """Come forward when a later start asks."""
        from gui.single import SingleInstance

        self._instance = SingleInstance(name, self)
        self._instance.raised.connect(self.window.come_forward)
        self._instance.listen()

    def close(self) -> None:
        """Close in order: listener, session with its engine and mailbox, files."""
        if self._is_closed:
            return
        self._is_closed = True
        self._reader.close()
        if self._instance is not None:
            self._instance.close()
        if self._is_complete:
            self.context.session.close()
        self._settings.save()
        self._collector.close()

    def _on_scanning(self, is_scanning: bool) -> None:
        """Once the first scan is over, prepare for the person's first steps while nothing else is to do."""
        if not is_scanning:
            self.context.store.scanning_changed.disconnect(self._on_scanning)
            QTimer.singleShot(WARM_AFTER_MS, self, self._warm)

    def _warm(self) -> None:
        """Read the code of all pages off the main thread and build the one that takes longest, so that opening them is quick.

        What is there by now stays there; the collector of garbage need not look at it again and again.
        """
        if self._is_closed:
            return
        gc.collect()
        gc.freeze()
        self.context.session.run(import_pages, lambda _none: self._build_ahead())

    def _build_ahead(self) -> None:
        if not self._is_closed:
            self.window.page(BUILT_AHEAD)

    def _on_first_painted(self) -> None:
        """Let the main thread show what is there while the code of the rest is read beside it."""
        QTimer.singleShot(0, self._reader.start)


def make_application() -> QApplication:
    """Return the process's QApplication, named and styled."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["telltale", "-style", "Fusion"])  # QApplication.setStyle would load the whole QStyle before the first frame
    app.setApplicationName("telltale")
    app.setApplicationDisplayName("Telltale")
    app.setDesktopFileName("telltale")
    return app

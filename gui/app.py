"""The composition root: makes the parts, shows the window, and only after the first frame starts to look."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core.redact import RevealGate
from gui import i18n
from gui.bridge import Mailbox
from gui.context import Context
from gui.icons import Icons, logo
from gui.models.signal_table import SignalTable
from gui.models.store import Store
from gui.presentation import Presentation
from gui.session import Session
from gui.settings import Settings
from gui.theme import Theme
from gui.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.single import SingleInstance

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of the window."""

    persona: str = ""
    is_presenting: bool = False
    page: str = ""


def parse(argv: Sequence[str]) -> Options:
    """Read the window's own options."""
    parser = argparse.ArgumentParser(prog="telltale", description="Open the window.")
    parser.add_argument("--persona", default="", metavar="NAME", help="show an invented machine instead of this computer")
    parser.add_argument("--present", action="store_true", help="start in presentation mode: no value can be shown")
    parser.add_argument("--page", default="", metavar="ID", help="start with this page")
    given = parser.parse_args(list(argv))
    return Options(given.persona, given.present, given.page)


class Application(QObject):
    """The running application: owns every part and closes them in order."""

    def __init__(self, app: QApplication, options: Options, settings: Settings | None = None) -> None:
        """Make everything that the first frame needs, and nothing else."""
        super().__init__(app)
        self._options = options
        self._instance: SingleInstance | None = None
        settings = settings or Settings(parent=self)
        theme = Theme(app, settings.theme, settings.choices.text_percent)
        theme.reduced_motion = settings.choices.reduced_motion
        theme.apply()
        store = Store(self)
        self.mailbox = Mailbox(self)
        gate = RevealGate()
        self._presentation = Presentation(gate, self)
        self._presentation.set_on(options.is_presenting)
        session = Session(store, self.mailbox, self)
        icons, signals = Icons(theme), SignalTable(store, self)

        def make_context(window: MainWindow) -> Context:
            return Context(theme, icons, settings, store, session, gate, self._presentation, signals, window)

        self.window = MainWindow(make_context)
        self.context = self.window.context
        if options.page:
            self.window.show_page_if_known(options.page)
        self.window.first_painted.connect(self._on_first_painted)
        app.setWindowIcon(QIcon(logo(64)))
        app.aboutToQuit.connect(self.close)

    def adopt(self, instance: SingleInstance) -> None:
        """Come forward when a later start asks."""
        self._instance = instance
        instance.raised.connect(self.window.come_forward)

    def close(self) -> None:
        """Close in order: listener, session with its engine and mailbox, files."""
        if self._instance is not None:
            self._instance.close()
        self.context.session.close()
        self.context.settings.save()

    def _on_first_painted(self) -> None:
        QTimer.singleShot(0, self, self._look)

    def _look(self) -> None:
        self.context.session.open(self._options.persona)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, or bring the one that is open to the front; return the exit status."""
    options = parse(sys.argv[1:] if argv is None else argv)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    app.setApplicationName("telltale")
    app.setApplicationDisplayName("Telltale")
    app.setDesktopFileName("telltale")
    app.setStyle("Fusion")
    i18n.install(app)
    from gui.single import SingleInstance, ask_first_window, socket_name

    name = socket_name()
    if ask_first_window(name):
        return 0
    running = Application(app, options)
    instance = SingleInstance(name, running)
    instance.listen()
    running.adopt(instance)
    running.window.show()
    return int(app.exec())

"""A running window on an invented machine, without a screen."""

from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QWidget

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.host.recorded import load_persona
from gui.app import Options
from gui.application import Application, make_application
from gui.bridge import Batch
from gui.models.signal_table import SignalTable
from gui.models.store import Store
from gui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from core.catalogue import Catalogue
    from core.host.recorded import RecordedHost
    from core.model import Reading

PERSONA = "developer-laptop"


@pytest.fixture(autouse=True)
def same_look_for_every_test(qapp: QApplication) -> Iterator[None]:
    """Give every test the font, colours and style sheet of a fresh process; garbage goes on this thread, as in the window."""
    gc.disable()
    font, palette = QFont(qapp.font()), QPalette(qapp.palette())
    yield
    qapp.setStyleSheet("")
    qapp.setFont(font)
    qapp.setPalette(palette)
    gc.enable()


@pytest.fixture(autouse=True)
def no_work_outlives_its_test() -> Iterator[None]:
    """Wait for the threads of a closed window, which end by themselves: they would go on in the home of the next test."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("telltale-tools") or thread.name == "recorder":
            thread.join(20)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(cache_folder=tmp_path_factory.mktemp("catalogue-cache"))


@pytest.fixture(scope="session")
def persona() -> RecordedHost:
    return load_persona(PERSONA)


@pytest.fixture(scope="session")
def scanned(catalogue: Catalogue, persona: RecordedHost) -> tuple[Reading, ...]:
    return scan_once(persona, catalogue)


@pytest.fixture
def store(qapp: object, catalogue: Catalogue, persona: RecordedHost, scanned: tuple[Reading, ...]) -> Store:
    made = Store()
    made.open(persona, catalogue, lambda _signal: ())
    made.take(Batch({reading.signal: reading for reading in scanned}, is_scanning=False))
    return made


@pytest.fixture
def table(store: Store) -> SignalTable:
    return SignalTable(store)


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Application]]:
    """Return a function that opens the window and waits for the first scan."""
    running: list[Application] = []

    def begin(persona: str = PERSONA, *, is_presenting: bool = False) -> Application:
        app = make_application()
        application = Application(app, Options(persona, is_presenting), Settings(tmp_path / "config", tmp_path / "state"))
        running.append(application)
        application.window.resize(1280, 800)
        application.window.show()
        application.complete()
        store = application.context.store
        qtbot.waitUntil(lambda: bool(store.error) or (store.has_readings and not store.is_scanning), timeout=20_000)
        return application

    yield begin
    for application in running:
        application.window.hide()
        application.close()
        application.window.ensurePolished()
        for widget in application.window.findChildren(QWidget):
            widget.ensurePolished()  # see `gui.widgets.basic.drop`
        application.window.deleteLater()
        application.deleteLater()
    running.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def application(start: Callable[..., Application]) -> Application:
    return start()

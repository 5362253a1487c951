"""What is looked at now: opens a machine off the main thread, runs its engine, and closes everything in order."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from core.engine import Engine, Pace
from core.errors import TelltaleError
from core.model import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.inference import Conclusion
    from core.loop import Notifier
    from core.model import Reading
    from gui.bridge import Batch, Mailbox
    from gui.models.store import Store
    from gui.system_news import SystemNews

log = logging.getLogger(__name__)
INFER_AFTER_MS: Final = 250
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A machine that was opened: its eyes, the catalogue, and what notices its changes."""

    host: Host
    catalogue: Catalogue
    notifier: Notifier | None = None


class Session(QObject):
    """Owns the engine and one background worker; everything it learns goes through the mailbox into the store."""

    persona_changed = Signal(str)
    starting = Signal(object)
    stopping = Signal()

    def __init__(self, store: Store, mailbox: Mailbox, parent: QObject | None = None) -> None:
        """Deliver the mailbox to the store."""
        super().__init__(parent)
        self._store = store
        self._mailbox = mailbox
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="telltale-window")
        self._engine: Engine | None = None
        self._news: SystemNews | None = None
        self._pace = Pace.VISIBLE
        self._generation = 0
        self.persona = ""
        self._infer_timer = QTimer(self)
        self._infer_timer.setSingleShot(True)
        self._infer_timer.setInterval(INFER_AFTER_MS)
        self._infer_timer.timeout.connect(self._infer)
        mailbox.delivered.connect(self._on_delivered)

    @property
    def engine(self) -> Engine | None:
        """The engine that runs now."""
        return self._engine

    def open(self, persona: str = "") -> None:
        """Look at this computer, or at a persona by name; returns at once."""
        self._generation += 1
        self.persona = persona
        self.persona_changed.emit(persona)
        generation = self._generation
        self.run(lambda: _load(persona), lambda loaded: self._start(loaded, generation), self._store.fail)

    def open_host(self, host: Host, catalogue: Catalogue) -> None:
        """Look at a machine that is already at hand."""
        self._generation += 1
        self._start(Loaded(host, catalogue), self._generation)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[str], None] | None = None) -> None:
        """Run work off the main thread, one piece after the other, and hand its answer back on the main thread."""

        def task() -> None:
            try:
                answer = work()
            except TelltaleError as error:
                message = str(error)
                self._mailbox.post(lambda: failed(message) if failed else None)
            except Exception as error:  # noqa: BLE001  the boundary of the worker: a person gets a sentence, never a traceback
                log.debug("background work stopped with %s", type(error).__name__)
                message = self.tr(
                    "Telltale could not finish this; nothing was changed. Try again; \u201ctelltale doctor\u201d may say why."
                )
                self._mailbox.post(lambda: failed(message) if failed else None)
            else:
                self._mailbox.post(lambda: done(answer))

        self._worker.submit(task)

    def refresh(self) -> None:
        """Look at everything again."""
        if self._engine is not None:
            self._engine.refresh(None)

    def set_pace(self, pace: Pace) -> None:
        """Look eagerly, or rarely while nobody looks at the window."""
        self._pace = pace
        if self._engine is not None:
            self._engine.set_pace(pace)

    def close(self) -> None:
        """Stop in order: engine, worker, mailbox."""
        self._generation += 1
        self._mailbox.delivered.disconnect(self._on_delivered)
        self._infer_timer.stop()
        self._stop_engine()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._mailbox.close()

    def _listen(self, engine: Engine) -> None:
        """Hand the desktop's announcements to the engine."""
        from gui.system_news import SERVICE, SETTING, SystemNews

        wanted = (*engine.wanted_notifications(SERVICE), *engine.wanted_notifications(SETTING))
        self._news = SystemNews(wanted, engine.notified, self)
        self._news.listen()

    def _stop_engine(self) -> None:
        if self._news is not None:
            self._news.setParent(None)
            self._news.deleteLater()
            self._news = None
        if self._engine is not None:
            self.stopping.emit()
            self._engine.close()
            self._engine = None

    def _start(self, loaded: Loaded, generation: int) -> None:
        if generation != self._generation:
            return
        self._stop_engine()
        self._mailbox.forget()
        host, catalogue = loaded.host, loaded.catalogue
        engine = Engine(host, catalogue, notifier=loaded.notifier)
        self._store.open(host, catalogue, engine.history)
        engine.set_pace(self._pace)
        engine.subscribe(self._mailbox.put)
        self._engine = engine
        self.starting.emit(engine)
        engine.start()
        if not host.is_synthetic and host.system is System.LINUX:
            self._listen(engine)

    def _on_delivered(self, batch: Batch) -> None:
        self._store.take(batch)
        if batch.readings or batch.is_scanning is False:
            self._infer_timer.start()

    def _infer(self) -> None:
        catalogue = self._store.catalogue
        if catalogue is None or self._store.is_scanning:
            return
        readings = dict(self._store.readings())
        generation = self._generation

        def done(conclusions: tuple[Conclusion, ...]) -> None:
            if generation == self._generation:
                self._store.set_conclusions(conclusions)

        self.run(lambda: _conclude(readings, catalogue), done)


def _load(persona: str) -> Loaded:
    """Read catalogue and machine (off the main thread: both read files)."""
    from core.catalogue import load_catalogue
    from core.live import notifier_for
    from core.probes.registry import load
    from gui.ahead import make_ready

    load()
    host, catalogue = _open_host(persona), load_catalogue()
    make_ready(catalogue, is_synthetic=host.is_synthetic)
    return Loaded(host, catalogue, notifier_for(host))


def _open_host(persona: str) -> Host:
    if persona:
        from core.host.recorded import load_persona

        return load_persona(persona)
    from core.host.real import RealHost

    return RealHost()


def _conclude(readings: Mapping[str, Reading], catalogue: Catalogue) -> tuple[Conclusion, ...]:
    from core.inference import infer

    return infer(readings, catalogue)

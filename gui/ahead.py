"""Reads code and data beside the main thread, before the main thread asks for them: a module takes milliseconds to be loaded.

Whatever fails here fails again where it is needed, and is told there.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue import Catalogue

AFTER_FIRST_FRAME: Final = ("gui.parts", "gui.tray", "gui.commands", "gui.single", "core.selfaudit", "core.toggles.presets")
WITH_A_MACHINE: Final = ("gui.system_news", "core.history", "gui.memory_history", "gui.tool_desk", "core.toggles.diary")
INVENTED: Final = ("core.toggles.demo",)
REAL: Final = ("core.toggles.senses", "core.toggles.service")


class CodeReader(QObject):
    """Imports modules on a thread of its own and tells the main thread when they are there."""

    done = Signal()

    def __init__(self, modules: Iterable[str], parent: QObject | None = None) -> None:
        """Read nothing before `start`."""
        super().__init__(parent)
        self._modules = tuple(modules)
        self._is_wanted = True
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="telltale-code", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self) -> None:
        """Say nothing any more."""
        with self._lock:
            self._is_wanted = False

    def _run(self) -> None:
        from core.host.thrift import one_arena

        one_arena()
        for module in self._modules:
            if self._is_wanted:
                import_all((module,))
        with self._lock:
            if self._is_wanted:
                self.done.emit()


def import_all(modules: Iterable[str]) -> None:
    """Import modules; one that cannot be imported is left to whoever needs it."""
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def make_ready(catalogue: Catalogue, *, is_synthetic: bool) -> None:
    """Load what starts together with the engine of a machine: its desks' code, and the catalogue of tools and toggles."""
    import_all((*WITH_A_MACHINE, *(INVENTED if is_synthetic else REAL)))
    catalogue.toggles  # noqa: B018  read when first asked for

"""Garbage with widgets in it goes on the main thread."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.garbage import MainThreadCollector

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Held(QObject):
    """An object in a cycle with itself."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def test_other_threads_never_collect_while_the_window_lives(qtbot: QtBot) -> None:
    owner = QObject()
    collector = MainThreadCollector(owner)
    lost = weakref.ref(Held())
    ended_on: list[threading.Thread] = []
    weakref.finalize(lost(), lambda: ended_on.append(threading.current_thread()))
    busy = threading.Thread(target=lambda: [[[] for _ in range(1000)] for _ in range(200)])
    busy.start()
    busy.join()
    assert lost() is not None
    collector.close()
    assert lost() is None
    assert ended_on == [threading.main_thread()]
    gc.disable()


def test_the_timer_collects_what_has_piled_up(qtbot: QtBot) -> None:
    owner = QObject()
    collector = MainThreadCollector(owner)
    lost = weakref.ref(Held())
    piled: list[list[int]] = [[] for _ in range(5_000)]
    collector._collect_if_due()
    assert lost() is None
    assert len(piled) == 5_000
    collector.close()
    gc.disable()

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from gui.ahead import AFTER_FIRST_FRAME, INVENTED, REAL, WITH_A_MACHINE, CodeReader, import_all, make_ready

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from core.catalogue import Catalogue


def test_modules_are_read_beside_the_main_thread_and_told_on_it(qtbot: QtBot) -> None:
    reader = CodeReader(["json"])
    threads: list[int] = []
    reader.done.connect(lambda: threads.append(threading.get_ident()))
    with qtbot.waitSignal(reader.done):
        reader.start()
    assert threads == [threading.get_ident()]


def test_a_closed_reader_says_nothing(qtbot: QtBot) -> None:
    reader = CodeReader(["json"])
    with qtbot.assertNotEmitted(reader.done, wait=50):
        reader.close()
        reader.start()


def test_a_module_that_is_not_there_stops_nothing(qtbot: QtBot) -> None:
    reader = CodeReader(["gui.not_there", "gui.also_not_there"])
    with qtbot.waitSignal(reader.done):
        reader.start()


def test_every_module_named_exists() -> None:
    named = (*AFTER_FIRST_FRAME, *WITH_A_MACHINE, *INVENTED, *REAL)
    import_all(named)
    assert [name for name in named if name not in sys.modules] == []


def test_the_catalogue_has_its_toggles_before_the_window_asks(catalogue: Catalogue) -> None:
    make_ready(catalogue, is_synthetic=True)
    assert "_loaded_toggles" in vars(catalogue)

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from core.engine import EngineEvent, EventKind
from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import open_text
from gui.bridge import Batch, Mailbox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

from datetime import UTC, datetime


def reading(signal: str, value: str) -> Reading:
    return Reading(signal, Ok((open_text(value),)), (), Agreement.SINGLE, "", datetime.now(UTC), "test")


def test_news_from_other_threads_arrive_on_the_main_thread_only(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    threads: set[int] = set()
    seen: dict[str, Reading] = {}

    def take(batch: Batch) -> None:
        threads.add(threading.get_ident())
        seen.update(batch.readings)

    mailbox.delivered.connect(take)

    def post(start: int) -> None:
        for number in range(start, start + 250):
            mailbox.put(EngineEvent(EventKind.READINGS, (reading(f"signal-{number}", "x"),)))

    workers = [threading.Thread(target=post, args=(start,)) for start in (0, 250, 500, 750)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    qtbot.waitUntil(lambda: len(seen) == 1000)
    assert threads == {threading.get_ident()}


def test_only_the_newest_value_of_a_signal_is_delivered(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    batches: list[Batch] = []
    mailbox.delivered.connect(batches.append)
    for number in range(50):
        mailbox.put(EngineEvent(EventKind.READINGS, (reading("time-zone", str(number)),)))
    qtbot.waitUntil(lambda: bool(batches))
    assert len(batches) == 1
    assert batches[0].readings["time-zone"].result == Ok((open_text("49"),))


def test_a_scan_is_told_to_start_and_finish(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    states: list[bool | None] = []
    mailbox.delivered.connect(lambda batch: states.append(batch.is_scanning))
    mailbox.put(EngineEvent(EventKind.SCAN_STARTED))
    qtbot.waitUntil(lambda: states == [True])
    mailbox.put(EngineEvent(EventKind.SCAN_FINISHED))
    qtbot.waitUntil(lambda: states == [True, False])


def test_calls_run_on_the_main_thread(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    threads: list[int] = []
    worker = threading.Thread(target=lambda: mailbox.post(lambda: threads.append(threading.get_ident())))
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.get_ident()]


def test_long_calls_let_other_events_come_between(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    order: list[str] = []

    def long(name: str) -> None:
        order.append(name)
        time.sleep(0.02)

    for name in ("one", "two", "three"):
        mailbox.post(lambda name=name: long(name))  # type: ignore[misc]  # a default binds the name
    QTimer.singleShot(0, lambda: order.append("between"))
    qtbot.waitUntil(lambda: len(order) == 4)
    assert order == ["one", "between", "two", "three"]


def test_what_comes_while_calls_wait_is_delivered_too(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    batches: list[Batch] = []
    order: list[str] = []
    mailbox.delivered.connect(batches.append)

    def long() -> None:
        order.append("long")
        time.sleep(0.02)
        mailbox.put(EngineEvent(EventKind.READINGS, (reading("time-zone", "x"),)))
        mailbox.post(lambda: order.append("last"))

    mailbox.post(long)
    mailbox.post(lambda: order.append("short"))
    qtbot.waitUntil(lambda: order == ["long", "short", "last"] and len(batches) == 1)


def test_a_closed_mailbox_delivers_nothing(qtbot: QtBot) -> None:
    mailbox = Mailbox()
    delivered: list[object] = []
    mailbox.delivered.connect(delivered.append)
    mailbox.put(EngineEvent(EventKind.READINGS, (reading("time-zone", "x"),)))
    mailbox.close()
    mailbox.put(EngineEvent(EventKind.READINGS, (reading("time-zone", "y"),)))
    qtbot.wait(120)
    assert delivered == []

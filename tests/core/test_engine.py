from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

import pytest

from core.engine import Engine, EngineEvent, EventKind, Pace, scan_once
from core.host.real import RealHost
from core.host.recorded import RecordedHost
from core.live import notifier_for
from core.loop import Source
from core.model import Changes, System
from core.probes import registry
from core.probes.result import Absent, Failed, Ok, display
from core.redact import open_text
from tests.fakes.machines import catalogue, machine, signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.host.base import Host
    from core.model import Reading

    Answering = Callable[[Host], object]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Answering], None]:
    """Give a signal of the test's catalogue its probe."""
    registry.load()

    def set_probe(name: str, function: Answering) -> None:
        monkeypatch.setitem(registry._PROBES, (name, System.LINUX), function)

    return set_probe


@pytest.fixture
def started() -> Iterator[list[Engine]]:
    """Close at the end what a test started."""
    engines: list[Engine] = []
    yield engines
    for engine in engines:
        engine.close()


class Inbox:
    """Collects events and waits for the one a test wants."""

    def __init__(self, engine: Engine) -> None:
        self.events: queue.SimpleQueue[EngineEvent] = queue.SimpleQueue()
        engine.subscribe(self.events.put)

    def wait_for(self, kind: EventKind) -> EngineEvent:
        while True:
            event = self.events.get(timeout=10)
            if event.kind is kind:
                return event

    def reading(self, name: str, text: str) -> Reading:
        while True:
            for reading in self.wait_for(EventKind.READINGS).readings:
                if reading.signal == name and display(reading.result) == text:
                    return reading


def test_one_scan_answers_every_signal_in_catalogue_order(answer: Callable[[str, Answering], None]) -> None:
    for name in ("third", "first", "second"):
        answer(name, lambda _host, name=name: Ok((open_text(name),)))
    readings = scan_once(machine(), catalogue(signal("third"), signal("first"), signal("second")))
    assert [display(reading.result) for reading in readings] == ["third", "first", "second"]


def test_only_the_wanted_signals_are_asked(answer: Callable[[str, Answering], None]) -> None:
    asked: list[str] = []
    for name in ("one", "two"):
        answer(name, lambda _host, name=name: asked.append(name) or Absent())
    assert [reading.signal for reading in scan_once(machine(), catalogue(signal("one"), signal("two")), only={"two"})] == ["two"]
    assert asked == ["two"]


def test_a_hung_probe_costs_its_own_row_and_the_exit_does_not_wait(answer: Callable[[str, Answering], None]) -> None:
    hold = threading.Event()
    answer("hung", lambda _host: hold.wait(60) and Absent())
    answer("good", lambda _host: Ok((open_text("here"),)))
    begun = time.monotonic()
    hung, good = scan_once(machine(), catalogue(signal("hung"), signal("good")), workers=1, limit_s=0.1)
    assert time.monotonic() - begun < 30
    assert isinstance(hung.result, Failed)
    assert "took too long" in hung.result.reason
    assert display(good.result) == "here"
    hold.set()


def test_a_late_answer_is_dropped(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    hold = threading.Event()
    came_back = threading.Event()

    def slow(_host: Host) -> Ok:
        hold.wait(60)
        came_back.set()
        return Ok((open_text("too late"),))

    answer("slow", slow)
    engine = Engine(machine(), catalogue(signal("slow")), limit_s=0.1)
    started.append(engine)
    inbox = Inbox(engine)
    engine.start()
    inbox.wait_for(EventKind.SCAN_FINISHED)
    hold.set()
    assert came_back.wait(10)
    answer("slow", lambda _host: Absent("asked anew"))
    while not isinstance(engine.readings()["slow"].result, Absent):
        engine.refresh(["slow"])
        inbox.wait_for(EventKind.SCAN_FINISHED)
    assert [type(reading.result) for reading in engine.history("slow")] == [Failed, Absent]


def test_only_changes_are_told_and_kept(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    value = ["one"]
    answer("changing", lambda _host: Ok((open_text(value[0]),)))
    answer("steady", lambda _host: Ok((open_text("same"),)))
    engine = Engine(machine(), catalogue(signal("changing"), signal("steady")))
    started.append(engine)
    inbox = Inbox(engine)
    engine.start()
    inbox.wait_for(EventKind.SCAN_FINISHED)
    value[0] = "two"
    engine.refresh()
    assert [reading.signal for reading in inbox.wait_for(EventKind.READINGS).readings] == ["changing"]
    inbox.wait_for(EventKind.SCAN_FINISHED)
    assert [display(reading.result) for reading in engine.history("changing")] == ["one", "two"]
    assert len(engine.history("steady")) == 1


def test_the_history_is_bounded(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    count = iter(range(1000))
    answer("counter", lambda _host: Ok((open_text(str(next(count))),)))
    engine = Engine(machine(), catalogue(signal("counter")))
    started.append(engine)
    inbox = Inbox(engine)
    engine.start()
    inbox.wait_for(EventKind.SCAN_FINISHED)
    for _ in range(60):
        engine.refresh()
        inbox.wait_for(EventKind.SCAN_FINISHED)
    assert [display(reading.result) for reading in engine.history("counter")] == [str(number) for number in range(11, 61)]


def test_a_listener_that_breaks_costs_only_itself(
    answer: Callable[[str, Answering], None], started: list[Engine], caplog: pytest.LogCaptureFixture
) -> None:
    answer("one", lambda _host: Ok((open_text("value"),)))
    engine = Engine(machine(), catalogue(signal("one")))
    started.append(engine)

    def broken(_event: EngineEvent) -> None:
        raise ValueError("canary-value-in-an-error")

    engine.subscribe(broken)
    inbox = Inbox(engine)
    engine.start()
    assert inbox.reading("one", "value")
    inbox.wait_for(EventKind.SCAN_FINISHED)
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_nothing_is_told_any_more_after_a_listener_left(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    answer("one", lambda _host: Absent())
    engine = Engine(machine(), catalogue(signal("one")))
    started.append(engine)
    told: list[EngineEvent] = []
    leave = engine.subscribe(told.append)
    leave()
    leave()
    inbox = Inbox(engine)
    engine.start()
    inbox.wait_for(EventKind.SCAN_FINISHED)
    assert told == []


def test_a_polled_signal_is_asked_again_without_being_told(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    count = iter(range(1000))
    answer("polled", lambda _host: Ok((open_text(str(next(count))),)))
    engine = Engine(machine(), catalogue(signal("polled", changes=Changes(poll_s=0.05))))
    started.append(engine)
    inbox = Inbox(engine)
    engine.start()
    assert inbox.reading("polled", "2")


def test_a_notification_from_outside_asks_the_signals_that_want_it(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    asked: list[str] = []
    count = iter(range(1000))
    for name in ("zone", "other"):
        answer(name, lambda _host, name=name: asked.append(name) or Absent(str(next(count))))
    told = "dbus:org.freedesktop.timedate1"
    engine = Engine(machine(), catalogue(signal("zone", changes=Changes(notify=(told,))), signal("other")))
    started.append(engine)
    assert engine.wanted_notifications("dbus:") == (told,)
    inbox = Inbox(engine)
    engine.start()
    inbox.wait_for(EventKind.SCAN_FINISHED)
    asked.clear()
    engine.notified(told)
    assert [reading.signal for reading in inbox.wait_for(EventKind.READINGS).readings] == ["zone"]
    assert asked == ["zone"]


def test_another_periodic_question_rides_along(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    answer("one", lambda _host: Absent())
    engine = Engine(machine(), catalogue(signal("one")))
    started.append(engine)
    engine.start()
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    engine.add_source(Source("tools:installed", lambda: "two tools", answers.put, lambda _why: None))
    assert answers.get(timeout=10) == "two tools"


def test_on_battery_the_pace_is_saving(answer: Callable[[str, Answering], None], started: list[Engine]) -> None:
    class Laptop(RecordedHost):
        is_synthetic = False

    answer("one", lambda _host: Absent())
    host = Laptop({"system": "linux", "battery": {"percent": 50.0, "is_charging": False}}, "laptop")
    engine = Engine(host, catalogue(signal("one")))
    started.append(engine)
    engine.start()
    deadline = time.monotonic() + 10
    while engine.pace is not Pace.SAVING and time.monotonic() < deadline:
        time.sleep(0.01)
    assert engine.pace is Pace.SAVING


@pytest.mark.parametrize("way", ["written", "replaced", "appears", "linked"])
def test_a_changed_file_is_a_new_reading_without_being_asked(
    answer: Callable[[str, Answering], None], started: list[Engine], tmp_path: Path, way: str
) -> None:
    file = tmp_path / "folder" / "config"
    if way != "appears":
        file.parent.mkdir()
        file.write_text("before")
    answer("watched", lambda host: Ok((open_text(host.read_text(str(file)).strip()),)))
    host = RealHost()
    engine = Engine(host, catalogue(signal("watched", changes=Changes(watch=(str(file),)))), notifier=notifier_for(host))
    started.append(engine)
    inbox = Inbox(engine)
    engine.start()
    inbox.wait_for(EventKind.SCAN_FINISHED)
    file.parent.mkdir(exist_ok=True)
    if way in {"written", "appears"}:
        file.write_text("after")
    elif way == "replaced":
        (tmp_path / "new").write_text("after")
        (tmp_path / "new").replace(file)
    else:
        (tmp_path / "target").write_text("after")
        (tmp_path / "new").symlink_to(tmp_path / "target")
        (tmp_path / "new").replace(file)
    assert inbox.reading("watched", "after")


def test_closing_twice_and_closing_before_the_start_are_fine(answer: Callable[[str, Answering], None]) -> None:
    answer("one", lambda _host: Absent())
    Engine(machine(), catalogue(signal("one"))).close()
    engine = Engine(machine(), catalogue(signal("one")))
    engine.start()
    engine.close()
    engine.close()


def test_a_probe_that_is_missing_is_not_measured_rather_than_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.load()
    (reading,) = scan_once(machine(), catalogue(signal("no-such-probe")))
    assert isinstance(reading.result, Failed)
    assert "missing" in reading.result.reason


def test_a_probe_module_that_cannot_be_imported_is_named_and_the_rest_loads(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registry._load_one("core.probes.no_such_module")
    assert "core.probes.no_such_module could not be loaded (ModuleNotFoundError)" in caplog.text

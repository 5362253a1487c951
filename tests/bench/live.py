"""A running engine: what a second pass costs, how soon a change is a reading, and what idling costs."""

from __future__ import annotations

import os
import queue
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalogue import Catalogue, load_catalogue
from core.engine import Engine, EngineEvent, EventKind
from core.host.real import RealHost
from core.live import notifier_for
from tests.bench.measure import Crowd, percentile, precise_cpu_s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.schedule import Pace

_WAIT_S = 20


class Running:
    """An engine on this computer, as the window starts it."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        """Start it and wait for the first scan."""
        host = RealHost()
        self.engine = Engine(host, catalogue or load_catalogue(), notifier=notifier_for(host))
        self.events: queue.SimpleQueue[EngineEvent] = queue.SimpleQueue()
        self.engine.subscribe(self.events.put)
        self.engine.start()
        self.wait_for_scan()

    def wait_for_scan(self) -> None:
        """Return when a scan has ended."""
        while self.events.get(timeout=_WAIT_S).kind is not EventKind.SCAN_FINISHED:
            pass

    def wait_for_reading(self, signal: str) -> None:
        """Return when a changed reading of a signal has come."""
        while True:
            event = self.events.get(timeout=_WAIT_S)
            if event.kind is EventKind.READINGS and any(item.signal == signal for item in event.readings):
                return

    def close(self) -> None:
        """Stop."""
        self.engine.close()


def second_pass(passes: int = 9) -> float:
    """Return the median processor milliseconds of asking every signal again."""
    running = Running()
    costs = []
    for _ in range(passes):
        begun = precise_cpu_s()
        running.engine.refresh()
        running.wait_for_scan()
        costs.append((precise_cpu_s() - begun) * 1000)
        time.sleep(0.2)
    running.close()
    return statistics.median(costs)


def change_to_reading(changes: int = 60) -> tuple[float, float]:
    """Return median and 95th percentile, in ms, from replacing a watched file to the new reading in a listener."""
    before = {name: os.environ.get(name) for name in ("HOME", "XDG_CONFIG_HOME")}
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        os.environ.pop("XDG_CONFIG_HOME", None)
        try:
            times = list(_changes(Path(home), changes))
        finally:
            for name, value in before.items():
                if value is not None:
                    os.environ[name] = value
    return statistics.median(times), percentile(times, 0.95)


def _changes(home: Path, changes: int) -> Iterator[float]:
    running = Running()
    for number in range(changes):
        fresh = home / "fresh"
        fresh.write_text(f"[user]\n\tname = Bench {number}\n\temail = bench{number}@bench.example\n")
        time.sleep(0.15)
        begun = time.perf_counter()
        fresh.replace(home / ".gitconfig")
        running.wait_for_reading("git-identity")
        yield (time.perf_counter() - begun) * 1000
    running.close()


def idle(seconds: float, pace: Pace, processes: int = 160) -> float:
    """Return the share of one core, in percent, that an engine takes while nothing happens."""
    with Crowd(processes):
        running = Running()
        running.engine.set_pace(pace)
        time.sleep(3)
        begun, cpu = time.perf_counter(), precise_cpu_s()
        time.sleep(seconds)
        share = (precise_cpu_s() - cpu) / (time.perf_counter() - begun) * 100
        running.close()
    return share

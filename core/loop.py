"""The live loop: one thread that knows what is due, hands it to the pool, and brings the answers back in order.

It is generic: signals, tool detection and sessions are all `Source`s. Stop order: notifier, loop, pool.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from core.model import Changes
from core.pool import Job, Pool
from core.schedule import Pace, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

log = logging.getLogger(__name__)
LIMIT_S: Final = 3.0
# A live view has time: with a second prober after the usual 4 ms, the window waits twice as long for its turn at the interpreter.
_HELP_AFTER_S: Final = 0.03
NO_CHANGES: Final = Changes()
_SETTLE_S: Final = 0.008  # a tool that saves a file touches it several times
_REST_S: Final = 0.1  # a file that changes all the time is asked about less and less often
_LONGEST_REST_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Source:
    """One question asked again and again.

    `ask` runs on a probe thread; `arrived` gets each answer and `late` is told about a run that was given up or broke
    (with a sentence why), both on the loop's thread.
    """

    key: str
    ask: Callable[[], object]
    arrived: Callable[[object], None]
    late: Callable[[str], None]
    changes: Changes = NO_CHANGES
    limit_s: float = LIMIT_S


class Notifier(Protocol):
    """Something that notices changes on the machine and says which keys are concerned."""

    def start(self, watches: Mapping[str, Changes], changed: Callable[[Iterable[str]], None]) -> frozenset[str]:
        """Begin to notice; `changed` may be called from any thread. Return the keys that need no polling."""
        ...

    def close(self) -> None:
        """Stop noticing and release what was opened."""
        ...


class Loop:
    """Asks sources when they are due, changed or wanted; see the module's docstring."""

    def __init__(
        self,
        *,
        workers: int = 4,
        notifier: Notifier | None = None,
        settled: Callable[[], None] | None = None,
        asking: Callable[[], None] | None = None,
    ) -> None:
        """Prepare the loop; on its thread `asking` is called before each batch of questions, `settled` after each of answers."""
        self._asking = asking or (lambda: None)
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._sources: dict[str, Source] = {}
        self._again: set[str] = set()
        self._dirty: dict[str, float] = {}
        self._rested: dict[str, float] = {}
        self._rest_s: dict[str, float] = {}
        self._schedule = Schedule()
        self._pool = Pool(workers, lambda: self._inbox.put(self._collect), _HELP_AFTER_S)
        self._notifier = notifier
        self._settled = settled or (lambda: None)
        self._thread: threading.Thread | None = None
        self._is_stopping = False

    def add(self, source: Source) -> None:
        """Add a source before `start`, or from any thread later (then without watches: it is polled)."""
        if self._thread is None:
            self._sources[source.key] = source
        else:
            self.post(lambda: self._add_late(source))

    def post(self, action: Callable[[], None]) -> None:
        """Run an action on the loop's thread; from any thread."""
        self._inbox.put(action)

    def start(self) -> None:
        """Start the thread; the first thing it does is to ask every source."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._run, name="telltale-engine", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop the notifier, the thread and the pool; a hung question is left behind, not waited for."""
        if self._thread is None or self._is_stopping:
            return
        self._inbox.put(self._stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)

    def ask(self, keys: Iterable[str]) -> None:
        """Ask these sources now (on the loop's thread only); a source under way is asked once more after it."""
        listed = tuple(keys)
        if listed:
            self._asking()
        for key in listed:
            source = self._sources.get(key)
            if source is None:
                continue
            if self._pool.is_stuck(key):
                source.late("it took too long, and the last try has not come back yet")
            elif self._pool.is_open(key):
                self._again.add(key)
            else:
                self._pool.submit(Job(key, source.ask, source.limit_s))

    def changed(self, keys: Iterable[str]) -> None:
        """Note that something behind these keys changed; they are asked when the burst has settled. From any thread."""
        listed = tuple(keys)
        if listed:
            self._inbox.put(lambda: self._note(listed))

    def set_pace(self, pace: Pace) -> None:
        """Change how eagerly polled sources are asked; from any thread."""
        self.post(lambda: self._schedule.set_pace(pace, time.monotonic()))

    def _stop(self) -> None:
        self._is_stopping = True

    def _run(self) -> None:
        self._begin()
        while not self._is_stopping:
            try:
                self._inbox.get(timeout=self._wait_s())()
                while not self._is_stopping:
                    self._inbox.get_nowait()()
            except queue.Empty:
                pass
            except Exception as error:  # noqa: BLE001  the boundary: one broken action must not end the live view
                log.warning("an action of the live loop stopped with %s", type(error).__name__)
            self._tend_pool()
            self._ask_due()
            self._settled()
        if self._notifier is not None:
            self._notifier.close()
        self._pool.close()

    def _begin(self) -> None:
        self.ask(self._sources)
        covered: frozenset[str] = frozenset()
        if self._notifier is not None:
            try:
                covered = self._notifier.start({key: item.changes for key, item in self._sources.items()}, self.changed)
            except Exception as error:  # noqa: BLE001  without watches everything is polled
                log.warning("watching for changes is not possible here (%s); Telltale asks from time to time instead", type(error).__name__)
        now = time.monotonic()
        for key, source in self._sources.items():
            self._schedule.add(key, poll_interval(source.changes, is_covered=key in covered), now)

    def _add_late(self, source: Source) -> None:
        self._sources[source.key] = source
        self._schedule.add(source.key, poll_interval(source.changes, is_covered=False), time.monotonic())
        self.ask([source.key])

    def _wait_s(self) -> float | None:
        now = time.monotonic()
        waits = [self._pool.wait_s(), self._schedule.wait_s(now), max(0.0, min(self._dirty.values()) - now) if self._dirty else None]
        return min((wait for wait in waits if wait is not None), default=None)

    def _note(self, keys: tuple[str, ...]) -> None:
        now = time.monotonic()
        for key in keys:
            if key not in self._dirty:
                rested = self._rested.get(key, 0.0)
                is_restless = now < rested
                self._rest_s[key] = min(_LONGEST_REST_S, self._rest_s.get(key, _REST_S) * 2) if is_restless else _REST_S
                self._dirty[key] = max(now + _SETTLE_S, rested)

    def _ask_due(self) -> None:
        now = time.monotonic()
        ready = [key for key, when in self._dirty.items() if when <= now]
        for key in ready:
            del self._dirty[key]
            self._rested[key] = now + self._rest_s[key]
        self.ask(ready)
        self.ask(key for key in self._schedule.take_due(now) if not self._pool.is_open(key) and not self._pool.is_stuck(key))

    def _collect(self) -> None:
        for job in self._pool.collect():
            self._came_back(job)

    def _came_back(self, job: Job) -> None:
        source = self._sources[job.key]
        self._schedule.ran(job.key, job.took_s, time.monotonic())
        if job.error:
            source.late(f"its question stopped with {job.error}")
        else:
            source.arrived(job.answer)
        if job.key in self._again:
            self._again.discard(job.key)
            self.ask([job.key])

    def _tend_pool(self) -> None:
        self._collect()
        for job in self._pool.tend():
            self._again.discard(job.key)
            self._schedule.ran(job.key, job.limit_s, time.monotonic())
            self._sources[job.key].late(f"it took too long (more than {job.limit_s:g} s)")


def poll_interval(changes: Changes, *, is_covered: bool) -> float:
    """Return how often to poll: the stated interval; where a stated watch cannot be had and no interval is stated, 30 s."""
    if is_covered or not (changes.watch or changes.notify):
        return changes.poll_s
    return changes.poll_s or 30.0

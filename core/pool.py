"""A few daemon threads that run jobs with a time limit; a job that hangs costs its own answer, never the others'."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_STUCK: Final = 32


class Job:
    """One run of one question: who asked, how long it may take, and when it started."""

    __slots__ = ("answer", "ask", "error", "is_given_up", "key", "limit_s", "started", "took_s")

    def __init__(self, key: str, ask: Callable[[], object], limit_s: float) -> None:
        """Prepare a run of `ask`."""
        self.key = key
        self.ask = ask
        self.limit_s = limit_s
        self.started: float | None = None
        self.took_s = 0.0
        self.answer: object = None
        self.error: str = ""
        self.is_given_up = False


class Pool:
    """Runs jobs on daemon threads and hands finished ones to `deliver` (called on the worker's thread).

    Only the owner's thread calls `submit`, `give_up_late`, `wait_s` and `close`.
    """

    def __init__(self, workers: int, deliver: Callable[[Job], None]) -> None:
        """Start no thread yet; threads appear with the first jobs, `workers` at most at work."""
        self._workers = workers
        self._deliver = deliver
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._open: dict[str, Job] = {}
        self._stuck: list[Job] = []
        self._threads = 0
        self._is_closed = False

    def submit(self, job: Job) -> bool:
        """Queue a job; False if a job of the same key is still under way or stuck."""
        if self._is_closed or job.key in self._open or self.is_stuck(job.key):
            return False
        self._open[job.key] = job
        self._waiting.put(job)
        if self._threads < min(self._workers, len(self._open)):
            self._start_thread()
        return True

    def done(self, job: Job) -> bool:
        """Take a delivered job off the list; False if it had been given up and its answer must be dropped."""
        if job.is_given_up:
            self._stuck = [other for other in self._stuck if other is not job]
            return False
        self._open.pop(job.key, None)
        return True

    def is_stuck(self, key: str) -> bool:
        """Whether an earlier run of this key was given up and has not come back yet."""
        return any(job.key == key for job in self._stuck)

    def is_open(self, key: str) -> bool:
        """Whether a run of this key is queued or at work."""
        return key in self._open

    def give_up_late(self) -> list[Job]:
        """Give up the jobs past their limit and put a fresh thread in place of each stuck one."""
        now = time.monotonic()
        late = [job for job in self._open.values() if job.started is not None and now - job.started >= job.limit_s]
        for job in late:
            job.is_given_up = True
            del self._open[job.key]
            self._stuck.append(job)
            self._threads -= 1
            if len(self._stuck) < _MOST_STUCK and self._open:
                self._start_thread()
        return late

    def wait_s(self) -> float | None:
        """Return how long the owner may sleep before some job can be late; None if nothing is under way."""
        if not self._open:
            return None
        now = time.monotonic()
        ends = [(job.started if job.started is not None else now) + job.limit_s for job in self._open.values()]
        return max(0.0, min(ends) - now)

    def close(self) -> None:
        """Let idle threads end and drop whatever is still under way; waits for nobody."""
        self._is_closed = True
        for job in (*self._open.values(), *self._stuck):
            job.is_given_up = True
        for _ in range(self._workers + len(self._stuck)):
            self._waiting.put(None)

    def _start_thread(self) -> None:
        self._threads += 1
        threading.Thread(target=self._work, name="telltale-probe", daemon=True).start()

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            if self._is_closed:
                continue
            _run(job)
            self._deliver(job)
            if job.is_given_up:
                return  # a fresh thread has taken this one's place


def _run(job: Job) -> None:
    job.started = started = time.monotonic()
    try:
        job.answer = job.ask()
    except Exception as error:  # noqa: BLE001  the boundary: a broken question costs its own answer only
        job.error = type(error).__name__
    job.took_s = time.monotonic() - started

"""A few daemon threads that run jobs with a time limit; a job that hangs costs its own answer, never the others'.

Most questions take microseconds of Python, so more threads would only fight for the interpreter: one thread works the
list off, and another joins only when every one at work has been busy with its present job for a few milliseconds
(waiting for a file, a program, the system). Finished jobs are collected in batches for the same reason.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_STUCK: Final = 32
HELP_AFTER_S: Final = 0.004
_BATCH_S: Final = 0.004


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
    """Runs jobs on daemon threads; `finished` is called on a worker's thread when there is something to `collect`.

    Only the owner's thread calls the public methods; it must `collect` and `tend` whenever `wait_s` has passed.
    """

    def __init__(self, workers: int, finished: Callable[[], None], help_after_s: float = HELP_AFTER_S) -> None:
        """Start no thread yet; at most `workers` are ever at work, not counting stuck ones, and one joins after so much waiting."""
        self._workers, self._help_after_s = workers, help_after_s
        self._tell = finished
        self._open: dict[str, Job] = {}
        self._stuck: list[Job] = []
        self._lock = threading.Lock()  # guards the six below
        self._waiting: deque[Job] = deque()
        self._finished: list[Job] = []
        self._active = 0
        self._parked = 0
        self._last_start = 0.0
        self._is_closed = False
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()

    def submit(self, job: Job) -> bool:
        """Queue a job; False if a job of the same key is still under way or stuck."""
        if self._is_closed or job.key in self._open or self.is_stuck(job.key):
            return False
        self._open[job.key] = job
        with self._lock:
            self._waiting.append(job)
            if not self._active:
                self._call_worker()
        return True

    def collect(self) -> list[Job]:
        """Return the jobs finished since the last call, without those that had been given up."""
        with self._lock:
            finished, self._finished = self._finished, []
        for job in finished:
            if job.is_given_up:
                self._stuck = [other for other in self._stuck if other is not job]
            else:
                del self._open[job.key]
        return [job for job in finished if not job.is_given_up]

    def is_stuck(self, key: str) -> bool:
        """Whether an earlier run of this key was given up and has not come back yet."""
        return any(job.key == key for job in self._stuck)

    def is_open(self, key: str) -> bool:
        """Whether a run of this key is queued or at work."""
        return key in self._open

    def tend(self) -> list[Job]:
        """Call another thread where all are busy, and give up and return the jobs past their limit."""
        now = time.monotonic()
        with self._lock:  # a worker takes it after its job: either it finds the job given up, or the job is not late
            late = [job for job in self._open.values() if job.started is not None and not job.took_s and now - job.started >= job.limit_s]
            for job in late:
                job.is_given_up = True
                del self._open[job.key]
                self._stuck.append(job)
                self._active -= 1
            is_stale = now - self._last_start >= self._help_after_s
            if self._waiting and self._active < self._workers and (is_stale or not self._active) and len(self._stuck) < _MOST_STUCK:
                self._call_worker()
            if self._waiting and not self._active:  # so many are stuck that no thread will come: nobody may wait for these for ever
                for job in self._waiting:
                    del self._open[job.key]
                late += self._waiting
                self._waiting.clear()
        return late

    def wait_s(self) -> float | None:
        """Return how long the owner may sleep before it must tend the pool; None if nothing is under way."""
        if not self._open:
            return None
        now = time.monotonic()
        ends = [(job.started if job.started is not None else now) + job.limit_s for job in self._open.values()]
        return min(max(self._help_after_s, now - self._last_start), max(0.0, min(ends) - now))

    def close(self) -> None:
        """Let idle threads end and drop whatever is still under way; waits for nobody."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()
            parked, self._parked = self._parked, 0
        for job in (*self._open.values(), *self._stuck):
            job.is_given_up = True
        for _ in range(parked):
            self._wake.put(None)

    def _call_worker(self) -> None:
        """Wake or start one more thread (the lock is held)."""
        self._active += 1
        self._last_start = time.monotonic()
        if self._parked:
            self._parked -= 1
            self._wake.put(None)
        else:
            threading.Thread(target=self._work, name="telltale-probe", daemon=True).start()

    def _work(self) -> None:
        told = time.monotonic()
        while True:
            job = self._next()
            if job is None:
                self._tell()
                if self._is_closed:
                    return
                self._wake.get()
                told = time.monotonic()
                continue
            _run(job)
            with self._lock:
                self._finished.append(job)
                is_given_up = job.is_given_up
            if is_given_up:
                self._tell()
                return  # a fresh thread may have taken this one's place
            if time.monotonic() - told >= _BATCH_S:
                self._tell()
                told = time.monotonic()

    def _next(self) -> Job | None:
        with self._lock:
            if self._waiting:
                job = self._waiting.popleft()
                job.started = self._last_start = time.monotonic()
                return job
            self._active -= 1
            self._parked += not self._is_closed
            return None


def _run(job: Job) -> None:
    started = time.monotonic()
    try:
        job.answer = job.ask()
    except Exception as error:  # noqa: BLE001  the boundary: a broken question costs its own answer only
        job.error = type(error).__name__
    job.took_s = max(time.monotonic() - started, 1e-9)

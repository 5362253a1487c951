"""Measuring side by side: every command once per round, medians over the rounds, so that a busy machine hits all alike."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self


@dataclass(slots=True)
class Candidate:
    """A command to time; `missing` says why it cannot run here."""

    name: str
    argv: list[str]
    missing: str = ""
    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    out_bytes: int = 0

    @property
    def wall(self) -> float:
        """The median time on the clock."""
        return statistics.median(self.wall_ms)

    @property
    def cpu(self) -> float:
        """The median processor time, children included."""
        return statistics.median(self.cpu_ms)


def race(candidates: Sequence[Candidate], rounds: int) -> None:
    """Run every candidate once to warm up and then once in each round."""
    runners = [item for item in candidates if not item.missing]
    for item in runners:
        try:
            code, item.out_bytes, *_ = _run(item.argv)
        except OSError as error:
            item.missing = f"did not start ({type(error).__name__})"
            continue
        if code not in {0, 3}:
            item.missing = f"ended with status {code}"
    for _ in range(rounds):
        for item in runners:
            if not item.missing:
                _, _, wall_ms, cpu_ms = _run(item.argv)
                item.wall_ms.append(wall_ms)
                item.cpu_ms.append(cpu_ms)


def _run(argv: list[str]) -> tuple[int, int, float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    wall_ms = (time.perf_counter() - begun) * 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_ms = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
    return done.returncode, len(done.stdout), wall_ms, cpu_ms


def own_cpu_s() -> float:
    """Return the processor seconds of this process and its finished children so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def precise_cpu_s() -> float:
    """Return the same from the counters with microseconds."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in both)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Crowd:
    """Idle processes that this bench starts and ends itself."""

    def __init__(self, count: int) -> None:
        """Say how many."""
        self._count = count
        self._members: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Start them."""
        self._members = [subprocess.Popen(["sleep", "100000"]) for _ in range(self._count)]
        return self

    def __exit__(self, *_: object) -> None:
        """End them by their own ids."""
        for member in self._members:
            member.kill()
        for member in self._members:
            member.wait()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---' for _ in head)}|"
    yield from (f"| {' | '.join(row)} |" for row in rows)

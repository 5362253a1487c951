"""Which questions are due: polled ones in grouped turns, slower when nobody looks or the battery runs, never above a budget."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final


class Pace(StrEnum):
    """How eagerly to poll."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    SAVING = "saving"


_FACTOR: Final = {Pace.VISIBLE: 1.0, Pace.HIDDEN: 4.0, Pace.SAVING: 10.0}
BUDGET: Final = {Pace.VISIBLE: 0.0008, Pace.HIDDEN: 0.0004, Pace.SAVING: 0.0002}
_OWN_SHARE: Final = 0.25
_LONGEST_S: Final = 900.0
_SMOOTHING: Final = 0.5


class Schedule:
    """Polling times by key; `budget` is the share of one core that all polling together may take."""

    def __init__(self, pace: Pace = Pace.VISIBLE) -> None:
        """Start with nothing to poll."""
        self.pace = pace
        self._poll_s: dict[str, float] = {}
        self._cost_s: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._share: dict[str, float] = {}
        self._load = 0.0

    def add(self, key: str, poll_s: float, now: float) -> None:
        """Poll `key` every `poll_s` seconds from now on (0: never)."""
        self.remove(key)
        if poll_s > 0:
            self._poll_s[key] = poll_s
            self._due[key] = self._turn(now, key)

    def remove(self, key: str) -> None:
        """Stop polling `key`."""
        self._poll_s.pop(key, None)
        self._due.pop(key, None)
        self._cost_s.pop(key, None)
        self._load -= self._share.pop(key, 0.0)

    def set_pace(self, pace: Pace, now: float) -> None:
        """Change the pace and plan all turns anew."""
        if pace is not self.pace:
            self.pace = pace
            for key in self._cost_s:
                self._weigh(key)
            for key in self._poll_s:
                self._due[key] = min(self._due[key], self._turn(now, key)) if pace is Pace.VISIBLE else self._turn(now, key)

    def ran(self, key: str, took_s: float, now: float) -> None:
        """Note that `key` was asked just now and what it cost; its next turn is one interval away."""
        if key in self._poll_s:
            old = self._cost_s.get(key, took_s)
            self._cost_s[key] = old + (took_s - old) * _SMOOTHING
            self._weigh(key)
            self._due[key] = self._turn(now, key)

    def take_due(self, now: float) -> list[str]:
        """Return the keys whose turn has come and plan their next one."""
        due = [key for key, when in self._due.items() if when <= now]
        for key in due:
            self._due[key] = self._turn(now, key)
        return due

    def wait_s(self, now: float) -> float | None:
        """Return how long until the next turn; None if nothing is polled."""
        return max(0.0, min(self._due.values()) - now) if self._due else None

    def interval_s(self, key: str) -> float:
        """Return the present interval of `key`: the wished one, stretched by pace, own cost and everybody's cost."""
        budget = BUDGET[self.pace]
        alone = self._alone_s(key, budget)
        return min(_LONGEST_S, alone * max(1.0, self._load / budget))

    def _alone_s(self, key: str, budget: float) -> float:
        return max(self._poll_s[key] * _FACTOR[self.pace], self._cost_s.get(key, 0.0) / (budget * _OWN_SHARE))

    def _weigh(self, key: str) -> None:
        """Keep the sum of all keys' shares of a core up to date (adding it up at every turn cost more than some probes)."""
        share = self._cost_s[key] / self._alone_s(key, BUDGET[self.pace])
        self._load += share - self._share.get(key, 0.0)
        self._share[key] = share

    def _turn(self, now: float, key: str) -> float:
        """Return the next turn, rounded up so that keys of similar intervals wake the process together."""
        interval = self.interval_s(key)
        grain = 1.0 if interval < 10 else 5.0 if interval < 60 else 15.0
        return math.ceil((now + interval) / grain) * grain if interval >= 1 else now + interval

"""Canary mode: starts a tool in a comparison's room that holds an invented machine's values, and looks for these in its requests.

What is found was sent, and no real value was needed to show it. What is not found is not shown to stay: it may be packed in
an unknown way, sent at another time, or to a host that is not answered here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from core.catalogue import load_catalogue
from core.watch import compare_inside
from core.watch.compare import Setting
from core.watch.compare_room import Names
from core.watch.compare_runner import SECONDS, SandboxRunner
from core.watch.compare_start import CannotCompareError, Start, dimensions, variations
from core.watch.facts import Searcher
from core.watch.facts_canary import make_canary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.watch.bodies import Request
    from core.watch.facts_canary import Canary


_CUT: Final = "The tool asked for more than is looked at; only its first requests were."


@dataclass(frozen=True, slots=True)
class Sent:
    """An invented value seen in a request: of which signal, which part of it, how written, where, to which host, in how many runs."""

    signal: str
    part: str
    encoding: str
    place: str
    host: str
    runs: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Signals that got no invented value, and why."""

    reason: str
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was sent and what was not found, what was not planted, and which hosts were answered (with the number of requests)."""

    tool: str
    runs: int
    sent: tuple[Sent, ...]
    not_found: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    stand_in: str
    vendor_hosts: tuple[str, ...]
    asked: tuple[tuple[str, int], ...]
    failures: tuple[str, ...]


def try_canary(tool: str, start: Start, runs: int = 1, *, seconds: float = SECONDS, on_wait: Callable[[], None] | None = None) -> Outcome:
    """Run the tool with a newly invented machine each time; what `on_wait` raises ends it at once."""
    plain = Setting(tuple((item.name, item.plain) for item in dimensions()))
    sent: Counter[Sent] = Counter()
    asked: Counter[str] = Counter()
    failures: list[str] = []
    canary = make_canary()
    for _ in range(runs):
        canary = make_canary()
        with _runner(start, canary, plain, seconds, on_wait) as runner:
            canary = replace(canary, folder=str(runner.folder))
            requests = runner.run(plain.with_value("host-name", canary.host))
            failures.extend(_failure(ending, seconds) for ending in runner.endings)
            failures.extend([_CUT] if runner.cut else [])
        sent.update(_found(canary, requests))
        asked.update(_host(request) for request in requests)
    listed = sorted((replace(item, runs=number) for item, number in sent.items()), key=lambda item: canary.signals.index(item.signal))
    not_found = tuple(signal for signal in canary.signals if signal not in {item.signal for item in listed})
    return Outcome(
        tool,
        runs,
        tuple(listed),
        not_found,
        left_out(canary.signals),
        plain.value("base-url"),
        start.hosts,
        tuple(asked.most_common()),
        tuple(dict.fromkeys(filter(None, failures))),
    )


def left_out(planted: Sequence[str]) -> tuple[LeftOut, ...]:
    """Return the catalogue's other signals: those with a reason of their own, then all that remain."""
    data = variations()["canary"]
    told = [LeftOut(item["reason"], tuple(item["signals"])) for item in data["left_out"]]
    known = {*planted, *(signal for item in told for signal in item.signals)}
    return (*told, LeftOut(data["others"], tuple(signal for signal in load_catalogue().signals if signal not in known)))


def _runner(start: Start, canary: Canary, plain: Setting, seconds: float, on_wait: Callable[[], None] | None) -> SandboxRunner:
    planted = replace(
        start,
        environment={**start.environment, **canary.environment()},
        files={**start.files, **canary.files()},
        names=Names(canary.user, canary.full_name, canary.machine_id, canary.user, canary.project),
    )
    runner = SandboxRunner(planted, [plain.value("base-url")], seconds=seconds, on_wait=on_wait)
    if not runner.has_own_names:
        runner.close()
        raise CannotCompareError(
            "Invented values need an /etc of one's own, which this system does not allow, so the tool would have seen real ones. "
            "Nothing was run."
        )
    return runner


def _found(canary: Canary, requests: Sequence[Request]) -> set[Sent]:
    searcher = Searcher(canary.readings())
    return {
        Sent(item.signal, item.part, item.encoding, item.place, _host(request), 0)
        for request in requests
        for item in searcher.search(request)
    }


def _host(request: Request) -> str:
    try:
        return urlsplit(request.url).hostname or "a host without a name"
    except ValueError:
        return "a host whose name cannot be read"


def _failure(ending: str, seconds: float) -> str:
    if ending in {"0", compare_inside.GREW_QUIET}:
        return ""
    if ending == compare_inside.TOO_SLOW:
        return f"The tool did not end within {seconds:g} seconds and was ended; what it had sent until then was looked at."
    return "The tool ended with an error; what it had sent until then was looked at."

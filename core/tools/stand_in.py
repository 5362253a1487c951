"""The stand-in: the probe engine itself started the way a tool starts, so that *could see* is measured, not assumed.

With a launch profile there are two children in the same folder: one started plainly, one through the profile. What the second
one no longer gets, and the first one got before and after, is hidden; everything else it gets can be seen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core import paths
from core.errors import TelltaleError, UnreadableError
from core.host.child import Start, answer_in, as_started, ask_child, give_answer, read_question, stand_in_argv, stand_in_places
from core.host.real import RealHost
from core.tools.boxed import BOXED, why_not_from_outside
from core.tools.looks import (
    HIDING,
    SEEING,
    Look,
    Prints,
    Sight,
    View,
    compare,
    compare_all,
    from_wire,
    new_key,
    prints_of,
    to_wire,
    uniform_prints,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.model import Reading
    from core.tools.model import Installation, Session, Tool

    Seen = dict[str, tuple[Reading, Prints]]

__all__ = ["Launch", "main", "measure", "measure_plain", "recorded_view", "session_view", "stand_in_argv", "stand_in_places"]


@dataclass(frozen=True, slots=True)
class Launch:
    """How a tool starts: a whole environment (None: this session's), words before the command or the whole prepared command.

    Whoever starts it in yet another way gives `ask`: it starts `stand_in_argv()`, hands over the question and returns what was
    written; it may raise a `TelltaleError`.
    """

    name: str = ""
    environment: Mapping[str, str] | None = None
    prefix: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()
    cwd: str | None = None
    pass_fds: tuple[int, ...] = ()
    timeout_s: float = 30.0
    ask: Callable[[bytes], bytes] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the folder differs from a start in this session."""
        return self.environment is None and not self.prefix and not self.argv and self.ask is None

    @property
    def command(self) -> tuple[str, ...]:
        """The command that starts the stand-in this way."""
        return self.argv or (*self.prefix, *stand_in_argv())


def measure(
    tool: Tool,
    installation: Installation | None,
    launch: Launch | None = None,
    *,
    catalogue: Catalogue | None = None,
    only: Collection[str] | None = None,
) -> View:
    """Measure what a tool could see if it were started now; a view with a `problem` where that cannot be told.

    The catalogue names the uniform values, which hide the own one although others may have it too.
    """
    version = installation.version if installation is not None else ""
    name = launch.name if launch is not None else ""
    now = datetime.now(UTC)
    if installation is not None and (launch is None or launch.is_plain) and installation.channel in BOXED:
        why = why_not_from_outside(RealHost(), installation)
        return View(tool.id, version, "stand-in", now, {}, name, why)
    try:
        looks = _measured(launch or Launch(), catalogue, only)
    except TelltaleError as error:
        return View(tool.id, version, "stand-in", now, {}, name, str(error))
    return View(tool.id, version, "stand-in", now, looks, name)


def measure_plain(
    tools: Iterable[tuple[Tool, Installation | None]], *, only: Collection[str] | None = None, cwd: str | None = None
) -> tuple[View, ...]:
    """Measure many tools that start without a profile: one stand-in tells for all, since nothing in its start differs."""
    first: View | None = None
    views = []
    for tool, installation in tools:
        if installation is not None and installation.channel in BOXED:
            views.append(measure(tool, installation))
            continue
        first = first or measure(tool, None, Launch(cwd=cwd), only=only)
        version = installation.version if installation is not None else ""
        views.append(View(tool.id, version, first.method, first.at, first.looks, "", first.problem))
    return tuple(views)


def _measured(launch: Launch, catalogue: Catalogue | None, only: Collection[str] | None) -> dict[str, Look]:
    key = new_key()
    if launch.is_plain:
        return compare_all(_ask(launch, key, only).values(), {})
    plain = Launch(cwd=launch.cwd)
    uniform = uniform_prints(catalogue, key) if catalogue is not None else {}
    own = _ask(plain, key, only)
    seen = _ask(launch, key, only)
    looks = compare_all(seen.values(), {signal: prints for signal, (_, prints) in own.items()}, uniform)
    doubtful = [signal for signal, look in looks.items() if look.sight in HIDING or look.sight is Sight.PARTLY]
    again = _ask(plain, key, doubtful) if doubtful else {}
    return {
        signal: _settled(look, seen[signal][1], own.get(signal), again.get(signal), uniform.get(signal, ""))
        for signal, look in looks.items()
    }


def _settled(look: Look, seen: Prints, before: tuple[Reading, Prints] | None, after: tuple[Reading, Prints] | None, uniform: str) -> Look:
    """Take a difference for hiding only if the plain look gave the same before and after: an uptime differs by itself."""
    if before is None or after is None or before[1] == after[1]:
        return look
    later = compare(look.reading, seen, after[1], uniform)
    if look.sight is Sight.OTHER or later.sight in SEEING:
        return Look(look.reading, Sight.SAME)
    return later


def _ask(launch: Launch, key: bytes, only: Collection[str] | None) -> Seen:
    question = json.dumps({"key": key.hex(), "only": sorted(only) if only is not None else None}).encode()
    start = Start(launch.command, launch.environment, launch.cwd, launch.pass_fds, launch.timeout_s)
    answer = ask_child(start, question) if launch.ask is None else answer_in(_asked(launch.ask, question))
    eyes = f"stand-in ({launch.name})" if launch.name else "stand-in"
    try:
        pairs = [from_wire(item, eyes) for item in json.loads(answer)["readings"]]
    except (KeyError, TypeError, ValueError):
        raise UnreadableError("The stand-in's answer could not be read; nothing was measured.") from None
    return {reading.signal: (reading, prints) for reading, prints in pairs}


def _asked(ask: Callable[[bytes], bytes], question: bytes) -> bytes:
    try:
        return ask(question)
    except TelltaleError:
        raise
    except Exception as error:  # noqa: BLE001  the boundary: whoever starts it may fail in its own ways
        raise UnreadableError(f"The stand-in could not be asked ({type(error).__name__}); nothing was measured.") from None


def session_view(session: Session, readings: Sequence[Reading], own: Mapping[str, Reading], catalogue: Catalogue) -> View:
    """Return what a running session can see: its readings through ProcessHost beside our own.

    Another value than ours is hidden only if it is the uniform one of the catalogue; else the session simply has its own.
    """
    key = new_key()
    uniform = uniform_prints(catalogue, key)
    looks = {}
    for reading in readings:
        mine, seen = own.get(reading.signal), prints_of(reading, key)
        look = compare(reading, seen, prints_of(mine, key) if mine is not None else None, uniform.get(reading.signal, ""))
        if look.sight is Sight.OTHER and seen.all != {uniform.get(reading.signal)}:
            look = Look(reading, Sight.SAME)
        looks[reading.signal] = look
    return View(session.tool, session.version, "session", datetime.now(UTC), looks)


def recorded_view(tool: Tool, installation: Installation | None, readings: Iterable[Reading], at: datetime | None = None) -> View:
    """Return the view of a tool on a recorded machine, where every program of its user sees the same."""
    key = new_key()
    looks = compare_all(((reading, prints_of(reading, key)) for reading in readings), {})
    version = installation.version if installation is not None else ""
    return View(tool.id, version, "recorded", at or datetime.now(UTC), looks)


def answer(question: bytes, host: Host, catalogue: Catalogue) -> bytes:
    """Scan through a host and return the masked readings with their prints as JSON (in the child)."""
    from core.engine import scan_once

    asked = json.loads(question)
    key = bytes.fromhex(asked["key"])
    readings = scan_once(host, catalogue, frozenset(asked["only"]) if asked["only"] is not None else None)
    return json.dumps({"readings": [to_wire(reading, key) for reading in readings]}).encode("ascii")


def main() -> int:
    """Be the stand-in: answer the one question on standard input, and leave no file behind."""
    from core.catalogue import load_catalogue

    as_started()
    give_answer(answer(read_question(), RealHost(), load_catalogue(paths.resource_root() / "catalogue")))
    return 0

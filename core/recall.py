"""Not asking twice what cannot have changed: a probe's last reading is used again while everything it looked at is the same.

While a probe runs, a trail notes what it asked of the host: paths (compared by inode, size and times), and answers such as
the list of interfaces (compared as a whole, asked once per round). A probe that ran a command, read kernel files (their times
mean nothing) or failed is always asked again, and so is everything after ten minutes. Only for a host with `signature`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, runtime_checkable

from core.errors import HostError
from core.model import Reading
from core.probes.registry import run_probe
from core.probes.result import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.host.base import Host
    from core.model import Signal

LONGEST_S: Final = 600.0
_FOLLOWED: Final = frozenset({"read", "read_text", "exists", "entries"})
_NOT_FOLLOWED: Final = frozenset({"link", "facts"})
_FICKLE: Final = frozenset({"run", "process_env", "connections", "registry", "registry_names", "registry_keys"})
_SETTLED: Final = frozenset({"system", "eyes", "is_synthetic"})
_PROPERTIES: Final = frozenset({"home", "cwd"})
_FICKLE_PLACES: Final = ("/proc", "/sys")

Look = tuple[object, ...]


@runtime_checkable
class SignedHost(Protocol):
    """A host that can tell cheaply whether a path is still the same."""

    def signature(self, path: str, *, follow: bool) -> tuple[int, ...]:
        """Return numbers that differ when the path's target (or, not followed, the path itself) has changed."""
        ...


class _Trail:
    """Stands in for a host during one probe and notes each question."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.looks: dict[Look, None] = {}
        self.is_fickle = False

    def __hash__(self) -> int:
        """Count as the host itself, for what a probe keeps per host."""
        return hash(self._host)

    def __eq__(self, other: object) -> bool:
        """Count as the host itself."""
        return self._host == (other._host if isinstance(other, _Trail) else other)

    def __getattr__(self, name: str) -> Any:
        if name in _SETTLED:
            return getattr(self._host, name)
        if name in _PROPERTIES:
            self.looks["property", name] = None
            return getattr(self._host, name)
        if name in {"env", "environ"}:
            self.looks["call", "environ"] = None
            return getattr(self._host, name)
        return self._noting(name, getattr(self._host, name))

    def _noting(self, name: str, ask: Callable[..., object]) -> Callable[..., object]:
        def asked(*args: Any, **kwargs: Any) -> object:
            if name in _FICKLE:
                self.is_fickle = True
            elif name in _FOLLOWED or name in _NOT_FOLLOWED:
                self._note_path(str(args[0]), follow=name in _FOLLOWED)
            elif name == "which":
                self._note_search_path()
            else:
                self.looks["call", name, *args] = None
            return ask(*args, **kwargs)

        return asked

    def _note_path(self, path: str, *, follow: bool) -> None:
        if path.startswith(_FICKLE_PLACES):
            self.is_fickle = True
        if not path.startswith(("/", "~")):
            self.looks["property", "cwd"] = None
        self.looks["path", path, follow] = None

    def _note_search_path(self) -> None:
        """A program that comes or goes changes its folder; who may run it is not watched."""
        self.looks["call", "environ"] = None
        for folder in (self._host.env("PATH") or "").split(":"):
            self.looks["path", folder, True] = None


@dataclass(frozen=True, slots=True)
class _Memory:
    """One probe's last reading, what it rests on, and when it was really asked."""

    reading: Reading
    seen: dict[Look, object]
    asked_at: float


class Recall:
    """Answers for one host; `look_afresh` begins a round, within which one look serves all probes (any thread)."""

    def __init__(self, host: Host) -> None:
        """Remember readings of `host`, which must offer `signature`."""
        self._host = host
        self._signed = cast("SignedHost", host)
        self._memories: dict[str, _Memory] = {}
        self._round: dict[Look, object] = {}

    def look_afresh(self) -> None:
        """Forget what was seen, because something may have changed since; probes under way keep their own round."""
        self._round = {}

    def reading(self, signal: Signal) -> Reading:
        """Return the reading of a signal, asked anew only if something it rests on has changed."""
        seen = self._round
        memory = self._memories.get(signal.id)
        if memory is not None and time.monotonic() - memory.asked_at < LONGEST_S and self._still_holds(memory, seen):
            old = memory.reading
            now = datetime.now(UTC)
            return Reading(old.signal, old.result, old.sources, old.agreement, old.verdict, now, old.eyes, old.took_ms)
        return self._asked(signal, seen)

    def _still_holds(self, memory: _Memory, seen: dict[Look, object]) -> bool:
        return all(self._look(look, seen) == before for look, before in memory.seen.items())

    def _asked(self, signal: Signal, seen: dict[Look, object]) -> Reading:
        trail = _Trail(self._host)
        reading = run_probe(signal, cast("Host", trail))
        if trail.is_fickle or isinstance(reading.result, Failed):
            self._memories.pop(signal.id, None)
        else:
            asked_at = time.monotonic()
            self._memories[signal.id] = _Memory(reading, {look: self._look(look, seen) for look in trail.looks}, asked_at)
        return reading

    def _look(self, look: Look, seen: dict[Look, object]) -> object:
        if look not in seen:
            seen[look] = self._looked(look)
        return seen[look]

    def _looked(self, look: Look) -> object:
        kind, name, *rest = look
        if kind == "path":
            return self._signed.signature(str(name), follow=bool(rest[0]))
        try:
            found = getattr(self._host, str(name))
            return found if kind == "property" else found(*rest)
        except HostError as error:
            return type(error)

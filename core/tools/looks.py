"""Comparing two looks at the same machine: the tool's and our own, by keyed prints, so that no raw value travels.

A value counts as seen if any source of a signal still gives it: `TZ=UTC` hides nothing while `/etc/localtime` names the zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

try:  # the same class; hashlib would bring libcrypto along, four megabytes
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

from core.model import Agreement, Origin, Reading, SourceReading
from core.probes.result import Absent, Denied, Failed, Ok, Result, Unsupported, result_name
from core.redact import open_text, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.catalogue import Catalogue

KEY_BYTES: Final = 32
_WITHOUT_VALUES: Final[Mapping[str, type[Absent | Denied | Failed | Unsupported]]] = {
    "absent": Absent,
    "denied": Denied,
    "failed": Failed,
    "unsupported": Unsupported,
}


class Sight(StrEnum):
    """What one look through a tool's eyes gave, beside our own look."""

    SAME = "same"
    PARTLY = "partly"
    OTHER = "other"
    GONE = "gone"
    REFUSED = "refused"
    NOTHING = "nothing"
    DENIED = "denied"
    NOT_ASKED = "not-asked"
    FAILED = "failed"


LAUNCHED: Final = "started through Telltale"
HIDING: Final = frozenset({Sight.OTHER, Sight.GONE, Sight.REFUSED})
SEEING: Final = frozenset({Sight.SAME, Sight.PARTLY})


@dataclass(frozen=True, slots=True)
class Prints:
    """The keyed prints of everything a reading gave: its answer's values and each source's."""

    answer: str
    values: frozenset[str] = frozenset()
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def all(self) -> frozenset[str]:
        """The prints of the answer and of every source."""
        return self.values.union(*self.sources.values())


@dataclass(frozen=True, slots=True)
class Look:
    """One signal through a tool's eyes: the masked reading, how it compares with our own look, and what it still shares with it.

    `still_from` names the sources that give an own value although the answer does not; `shared` of `own` values were seen.
    """

    reading: Reading
    sight: Sight
    still_from: tuple[str, ...] = ()
    shared: int = 0
    own: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """Everything one look through a tool's eyes gave; `method` is stand-in, session or recorded, `launch` the profile's name.

    `problem` is a sentence where nothing could be measured.
    """

    tool: str
    version: str
    method: str
    at: datetime
    looks: Mapping[str, Look] = field(default_factory=dict)
    launch: str = ""
    problem: str = ""


def new_key() -> bytes:
    """Return a random key for one comparison."""
    import secrets  # brings libcrypto along: four megabytes

    return secrets.token_bytes(KEY_BYTES)


def print_of(text: str, key: bytes) -> str:
    """Return the keyed print of one text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=16).hexdigest()


def prints_of(reading: Reading, key: bytes) -> Prints:
    """Return the keyed prints of a reading."""
    sources = {item.name: _of_result(item.result, key) for item in reading.sources if isinstance(item.result, Ok)}
    return Prints(result_name(reading.result), _of_result(reading.result, key), sources)


def _of_result(result: Result, key: bytes) -> frozenset[str]:
    if not isinstance(result, Ok):
        return frozenset()
    if not result.values:
        return frozenset({print_of(result.summary, key)})
    return frozenset(print_of(raw(value), key) for value in result.values)


def to_wire(reading: Reading, key: bytes) -> dict[str, Any]:
    """Return a reading as data for a pipe: masks and keyed prints, no raw value."""
    return {
        "signal": reading.signal,
        **_result_to_wire(reading.result, key),
        "sources": [{"name": item.name, "origin": item.origin.value, **_result_to_wire(item.result, key)} for item in reading.sources],
        "agreement": reading.agreement.value,
        "verdict": reading.verdict,
        "at": reading.taken_at.isoformat(),
        "took_ms": reading.took_ms,
    }


def _result_to_wire(result: Result, key: bytes) -> dict[str, Any]:
    if isinstance(result, Ok):
        masks = [value.masked for value in result.values]
        return {"result": "ok", "masks": masks, "summary": result.summary, "prints": sorted(_of_result(result, key))}
    return {"result": result_name(result), "reason": result.reason}


def from_wire(data: Mapping[str, Any], eyes: str) -> tuple[Reading, Prints]:
    """Return a masked reading and its prints; raises KeyError, TypeError or ValueError for anything `to_wire` did not write."""
    sources = tuple(SourceReading(str(item["name"]), Origin(item["origin"]), _result_from_wire(item)) for item in data["sources"])
    reading = Reading(
        signal=str(data["signal"]),
        result=_result_from_wire(data),
        sources=sources,
        agreement=Agreement(data["agreement"]),
        verdict=str(data["verdict"]),
        taken_at=datetime.fromisoformat(data["at"]),
        eyes=eyes,
        took_ms=float(data["took_ms"]),
    )
    by_source = {str(item["name"]): frozenset(map(str, item["prints"])) for item in data["sources"] if item["result"] == "ok"}
    return reading, Prints(str(data["result"]), frozenset(map(str, data.get("prints", ()))), by_source)


def _result_from_wire(data: Mapping[str, Any]) -> Result:
    if data["result"] == "ok":
        return Ok(tuple(open_text(str(mask)) for mask in data["masks"]), str(data["summary"]))
    return _WITHOUT_VALUES[data["result"]](str(data["reason"]))


def compare(reading: Reading, seen: Prints, own: Prints | None, uniform: str = "") -> Look:
    """Compare what a tool saw with our own look at the same signal (None: there is none, so what it saw counts as real).

    `uniform` is the print of the value many others have too: seeing that one says nothing as long as our own values differ from it.
    """
    mine = _telling(own, uniform)
    sight = _without_value(seen, has_own=bool(mine))
    if sight is not None:
        return Look(reading, sight, own=len(mine))
    if not mine:
        return Look(reading, Sight.SAME)
    shared = seen.all & mine
    if not shared:
        return Look(reading, Sight.OTHER, own=len(mine))
    still = tuple(name for name, prints in seen.sources.items() if prints & mine)
    sight = Sight.SAME if shared == mine else Sight.PARTLY
    return Look(reading, sight, () if seen.values & mine else still, len(shared), len(mine))


def _telling(own: Prints | None, uniform: str) -> frozenset[str]:
    if own is None or own.answer != "ok":
        return frozenset()
    return own.all - {uniform} or own.all


def _without_value(seen: Prints, *, has_own: bool) -> Sight | None:
    match seen.answer:
        case "absent":
            return Sight.GONE if has_own else Sight.NOTHING
        case "denied":
            return Sight.REFUSED if has_own else Sight.DENIED
        case "unsupported":
            return Sight.NOT_ASKED
        case "failed":
            return Sight.FAILED
    return None


def compare_all(
    seen: Iterable[tuple[Reading, Prints]], own: Mapping[str, Prints], uniform: Mapping[str, str] | None = None
) -> dict[str, Look]:
    """Compare many signals at once; `uniform` holds the print of each signal's uniform value."""
    known = uniform or {}
    return {reading.signal: compare(reading, prints, own.get(reading.signal), known.get(reading.signal, "")) for reading, prints in seen}


def uniform_prints(catalogue: Catalogue, key: bytes) -> dict[str, str]:
    """Return the print of every uniform value the catalogue names."""
    return {name: print_of(signal.neutral.value, key) for name, signal in catalogue.signals.items() if signal.neutral is not None}

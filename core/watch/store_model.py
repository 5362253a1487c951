"""What is kept of a capture: sessions, requests, the facts and markers in them, and what was not seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from core.errors import TelltaleError

if TYPE_CHECKING:
    from core.watch.markers_model import CodePoint


class KeepBodies(StrEnum):
    """Whether bodies are kept: not at all, in memory until Telltale ends, or encrypted on disk for a week."""

    NO = "no"
    MEMORY = "memory"
    ENCRYPTED = "encrypted"


class StoreError(TelltaleError):
    """The store cannot be used; the message says why and what that costs."""


class GoneError(StoreError):
    """What belongs to a record is no longer in the store, so trying again is of no use."""


class SessionState(StrEnum):
    """How a capture stands; `broken`: the inspector or Telltale ended before the tool did."""

    RUNNING = "running"
    ENDED = "ended"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class CaptureSession:
    """One run of a tool under the inspector; `coverage` says in one sentence what was and what was not seen."""

    id: str
    tool: str
    version: str
    way: str
    started: float
    ended: float = 0.0
    state: SessionState = SessionState.RUNNING
    coverage: str = ""
    is_complete: bool = False
    requests: int = 0
    facts: int = 0
    markers: int = 0
    bypasses: int = 0


@dataclass(frozen=True, slots=True)
class StoredFact:
    """One fact in a request: the signal, how it was written, where, masked."""

    signal: str
    encoding: str
    place: str
    masked: str
    part: str = ""
    also: tuple[str, ...] = ()
    times: int = 1


@dataclass(frozen=True, slots=True)
class StoredMarker:
    """One marker in a request: kind, where, the characters that stand out, how sure, in words."""

    kind: str
    place: str
    position: int
    code_points: tuple[CodePoint, ...]
    ordinary: str
    confidence: str
    scheme: str = ""
    sentence: str = ""
    context: str = ""
    decoded: str = ""


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """One request: where it went, when, how large; `looked_at` is how much of its body was searched.

    `path` has a star where the real one has a value; `note` says what went wrong, if something did.
    """

    number: int
    at: float
    kind: str
    method: str
    scheme: str
    host: str
    port: int
    path: str
    http: str
    size: int
    looked_at: int
    content_type: str = ""
    header_names: tuple[str, ...] = ()
    status: int = 0
    reply_size: int = 0
    reply_type: str = ""
    seconds: float = 0.0
    note: str = ""
    facts: tuple[StoredFact, ...] = ()
    markers: tuple[StoredMarker, ...] = ()
    has_body: bool = False
    fact_count: int = 0
    marker_count: int = 0


class Answer(NamedTuple):
    """What came back for a request."""

    status: int
    size: int
    content_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Bypass:
    """Connections of the tool that did not go through the inspector, or went through it unread; `why` is a kind of reason."""

    host: str
    address: str
    port: int
    protocol: str
    process: str
    why: str
    count: int = 1
    first: float = 0.0
    last: float = 0.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong during a capture, told in one sentence."""

    at: float
    kind: str
    sentence: str
    host: str = ""
    times: int = field(default=1)

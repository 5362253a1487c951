"""The vocabulary as frozen dataclasses and enums (see ARCHITECTURE in CONTRIBUTING.md); no behaviour beyond small look-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from core.probes.result import Result


class System(StrEnum):
    """An operating system family."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


class Group(StrEnum):
    """What a signal is about, in the order the window shows it."""

    WHERE = "where"
    WHO = "who"
    NETWORK = "network"
    DEVICE = "device"
    SOFTWARE = "software"
    WORK = "work"
    SECRETS = "secrets"


class Sensitivity(IntEnum):
    """How much a signal says about a person; not how sure we are that a tool has it."""

    HARMLESS = 0
    COMMON = 1
    NARROWS = 2
    POINTS = 3
    IDENTIFIES = 4


class Support(StrEnum):
    """What Telltale can do for one signal on one system."""

    WORKS = "works"
    RECORDED = "recorded"
    NOT_POSSIBLE = "not-possible"
    NOT_BUILT = "not-built"


class Origin(StrEnum):
    """Where a source's value comes from."""

    ENVIRONMENT = "environment"
    USER = "user"
    SYSTEM = "system"
    NETWORK = "network"
    PROGRAM = "program"


class Agreement(StrEnum):
    """Whether the sources of one value agree."""

    AGREE = "agree"
    DIFFER = "differ"
    SINGLE = "single"
    SEPARATE = "separate"
    NONE = "none"


class Reach(StrEnum):
    """The least invasive level at which a signal can be made uniform."""

    LAUNCH = "launch"
    SANDBOX = "sandbox"
    PRIVATE_NETWORK = "private-network"
    ACCOUNT = "account"
    COMPUTER = "computer"
    NONE = "none"


class Grade(StrEnum):
    """How Telltale knows that a tool has, or could have, a signal; ordered by nothing: grades are never mixed.

    `absent` (there is no value on this machine) and `denied` (the system refuses every program of this user) are measured, too.
    """

    HIDDEN = "hidden"
    COULD_SEE = "could-see"
    VENDOR_SAYS = "vendor-says"
    REPORTED = "reported"
    SAW_READ = "saw-read"
    SAW_SENT = "saw-sent"
    NOT_MEASURED = "not-measured"
    NOT_POSSIBLE = "not-possible"
    ABSENT = "absent"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class SystemSupport:
    """Support for one signal on one system; `reason` is a sentence wherever the state is not `works`."""

    state: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a change of the signal is noticed on one system: paths to watch, notifications, and a poll in seconds (0: none)."""

    watch: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    poll_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Neutral:
    """The uniform value of a signal, the least invasive way to get it, and a sentence on how."""

    value: str
    reach: Reach
    how: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from: a document or own measurement, with its date; `verified` is by Telltale's makers."""

    source: str
    date: date
    note: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact about machine or person that a program can read; read from `resources/catalogue/signals/<id>.toml`.

    A `restless` one changes by itself all the time, so its changes are no entries of the timeline.
    """

    id: str
    group: Group
    title: str
    plain: str
    technical: str
    sensitivity: Sensitivity
    probe: str
    order: int
    icon: str
    systems: Mapping[System, SystemSupport]
    changes: Mapping[System, Changes]
    neutral: Neutral | None
    caveats: tuple[str, ...]
    evidence: tuple[Source, ...]
    restless: bool = False


@dataclass(frozen=True, slots=True)
class SourceReading:
    """One source's answer: its name (`TZ`, `/etc/localtime`), where it comes from, and its result."""

    name: str
    origin: Origin
    result: Result


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest answer for a signal: result, the sources apart, whether they agree, when, through whose eyes."""

    signal: str
    result: Result
    sources: tuple[SourceReading, ...]
    agreement: Agreement
    verdict: str
    taken_at: datetime
    eyes: str
    took_ms: float = field(compare=False, default=0.0)

"""AI tools as data: what the catalogue says of them, where they are installed, which run, and what they could see."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from core.model import Grade

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from core.model import Reading, Sensitivity, System


class ToolKind(StrEnum):
    """What sort of program an AI tool is; a tool may be several."""

    CLI = "cli"
    IDE = "ide"
    EXTENSION = "extension"
    DESKTOP = "desktop"
    RUNNER = "runner"
    SYSTEM = "system"


class Basis(StrEnum):
    """How Telltale's makers know a fact: seen in an own run, in shipped code, in vendor documents, elsewhere, or from memory."""

    OBSERVED = "observed"
    SHIPPED_CODE = "shipped-code"
    VENDOR_SAYS = "vendor-says"
    REPORTED = "reported"
    UNVERIFIED = "unverified"


class Channel(StrEnum):
    """How an installation came to this machine."""

    NPM = "npm"
    PNPM = "pnpm"
    YARN = "yarn"
    BUN = "bun"
    PIPX = "pipx"
    UV = "uv"
    PIP = "pip"
    BREW = "brew"
    APT = "apt"
    RPM = "rpm"
    FLATPAK = "flatpak"
    SNAP = "snap"
    NATIVE = "native"
    EXTENSION = "extension"
    BUILT_IN = "built-in"
    PLUGIN = "plugin"
    BUNDLE = "bundle"
    INSTALLER = "installer"
    STORE = "store"
    PORT = "port"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finder:
    """One rule that finds installations: `kind` names a built-in finder, `match` its exact arguments (ids, package names, paths)."""

    kind: str
    match: Mapping[str, tuple[str, ...]]
    systems: tuple[System, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Place:
    """One place a tool keeps data; `what` is settings, state, transcripts, logs, identifiers or credentials."""

    what: str
    path: str
    systems: tuple[System, ...]
    basis: Basis
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement that a tool reads or sends a signal, with its grade and everything a reader needs to judge it."""

    signal: str
    grade: Grade
    text: str
    source: str
    seen_on: date
    versions: str
    system: System | None
    limits: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class OptOut:
    """One documented or observed way to switch a collection off; `works` is documented, verified, partly, no-effect or untested."""

    id: str
    kind: str
    key: str
    value: str
    place: str
    effect: str
    side_effect: str
    works: str
    semantics: str
    source: str
    checked_on: date
    checked_version: str
    basis: Basis
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A dispute in public: what was claimed by whom, which versions, the vendor's answer, and how things stand.

    `basis` says whether Telltale's makers saw it too (observed), know it from others (reported), or partly from memory (unverified).
    """

    id: str
    title: str
    claim: str
    claimed_by: tuple[str, ...]
    first_date: date
    versions: str
    first_version: str
    last_version: str
    conditions: tuple[str, ...]
    vendor_answer: str
    state: str
    own_check: str
    signals: tuple[str, ...]
    sources: tuple[str, ...]
    checked_on: date
    basis: Basis = Basis.REPORTED


@dataclass(frozen=True, slots=True)
class Tool:
    """One AI tool of the catalogue, read from `resources/catalogue/tools/<id>.toml`."""

    id: str
    name: str
    vendor: str
    homepage: str
    kinds: tuple[ToolKind, ...]
    mark: str
    summary: str
    checked_version: str
    checked_on: date
    commands: tuple[str, ...]
    finders: tuple[Finder, ...]
    process: Mapping[str, tuple[str, ...]]
    places: tuple[Place, ...]
    hosts: tuple[str, ...]
    base_url_env: tuple[str, ...]
    proxy_env: tuple[str, ...]
    ca_env: tuple[str, ...]
    inspect: Mapping[str, str]
    claims: tuple[Claim, ...]
    opt_outs: tuple[OptOut, ...]
    ignore_files: tuple[str, ...]
    own_sandbox: str
    reports: tuple[Report, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installation:
    """One place and version of a tool on this machine; `path` is raw and wrapped by whoever shows it."""

    tool: str
    version: str
    path: str
    channel: Channel
    finder: str
    changed_at: datetime | None = None
    starts_first: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What surrounds a running session: sandbox kind by name, namespaces of its own, seccomp mode, no_new_privs."""

    kind: str = ""
    own_namespaces: tuple[str, ...] = ()
    seccomp: bool = False
    no_new_privs: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One running process tree of a tool, identified by the root's pid and start time."""

    tool: str
    pid: int
    started: float
    exe: str
    version: str
    cwd: str
    user: str
    parent: str
    pids: tuple[int, ...]
    confinement: Confinement = field(default_factory=Confinement)
    listening: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    open_signals: tuple[str, ...] = ()


SYNTHETIC: Final = "synthetic"  # the method of evidence that was made up for an invented machine


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence for a (tool, signal) pair; `detail` is masked text and `place` a JSON path, header, or file."""

    tool: str
    signal: str
    grade: Grade
    method: str
    at: datetime
    tool_version: str
    source: str
    detail: str = ""
    place: str = ""
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is known about one (tool, signal) pair: every piece of evidence and one sentence.

    `here` is what was measured or seen on this machine for the installed version, `said` what others say of that version (or
    Telltale's makers saw elsewhere); `grade` is the one a single mark shows. `evidence` was gathered here, `elsewhere` was not,
    and `other_versions` does not apply to the copy installed here.
    """

    tool: str
    signal: str
    grade: Grade
    sensitivity: Sensitivity
    evidence: tuple[Evidence, ...]
    sentence: str
    measured: Reading | None = None
    here: Grade = Grade.NOT_MEASURED
    said: Grade | None = None
    elsewhere: tuple[Evidence, ...] = ()
    other_versions: tuple[Evidence, ...] = ()

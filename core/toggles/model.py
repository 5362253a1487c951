"""Toggles as data and as events: what can be changed, what a change would do, what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from core.model import System


class Scope(StrEnum):
    """How far a toggle reaches, from least to most."""

    LAUNCH = "launch"
    SANDBOX = "sandbox"
    ACCOUNT = "account"
    COMPUTER = "computer"
    VENDOR_ACCOUNT = "vendor-account"


class LaunchGroup(StrEnum):
    """Settings that belong together; a half-neutral pair says more than it hides."""

    ZONE = "zone"
    LANGUAGE = "language"
    IDENTITY = "identity"
    DEVICE = "device"
    NETWORK = "network"
    SECRETS = "secrets"
    NONE = "none"


class ToggleState(StrEnum):
    """What a switch shows: the measurement, never the click."""

    OFF = "off"
    ON_VERIFIED = "on-verified"
    ON_RESTART_NEEDED = "on-restart-needed"
    NOT_VERIFIED = "not-verified"
    DRIFTED = "drifted"
    NOT_POSSIBLE = "not-possible"


class ChangeState(StrEnum):
    """Where a journal entry stands; written and synced before each step."""

    PLANNED = "planned"
    APPLIED = "applied"
    VERIFIED = "verified"
    NOT_VERIFIED = "not-verified"
    UNDONE = "undone"
    CONFLICT = "conflict"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChangeSpec:
    """One step of a toggle as the catalogue names it: a built-in kind and its parameters (target, key, value, name ...).

    A parameter that is a list in the file is one text here, its entries joined by line feeds.
    """

    kind: str
    parameters: Mapping[str, str]
    systems: tuple[System, ...]


@dataclass(frozen=True, slots=True)
class Toggle:
    """One reversible change, read from `resources/catalogue/toggles/<id>.toml`; `tools` is empty for every tool.

    `half` is the warning to show where only a part of the changes is possible; for the tools in `whole_for` that is refused.
    """

    id: str
    title: str
    plain: str
    hides: tuple[str, ...]
    tools: tuple[str, ...]
    scope: Scope
    group: LaunchGroup
    changes: tuple[ChangeSpec, ...]
    from_when: str
    side_effect: str
    undo: str
    verify: str
    works: str
    link: str
    source: str
    checked_on: date
    checked_version: str
    half: str = ""
    whole_for: tuple[str, ...] = ()

    @property
    def is_offered(self) -> bool:
        """Whether it may be switched on; what was tried without effect, or by nobody, is only listed."""
        return self.works in {"documented", "verified", "partly"}


@dataclass(frozen=True, slots=True)
class Change:
    """One planned or made step: what, where (raw path, wrapped by whoever shows it), before and after, diff text for the preview.

    `parameters` is what the kind needs to make it; `consent` says that the person must see the diff before.
    """

    id: str
    toggle: str
    tool: str
    kind: str
    target: str
    key: str
    before: str | None
    after: str | None
    state: ChangeState
    at: datetime | None = None
    diff: str = ""
    note: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    consent: bool = True

    @property
    def is_reset(self) -> bool:
        """Whether it takes a setting away, whatever stood there, so that the vendor's default applies."""
        return "reset" in self.parameters


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying toggles would do now; `refused` holds toggle id -> sentence for what is not possible or not allowed.

    `in_effect` names the toggles for which there is nothing to do, because everything they would change is so already.
    A plan that is `whole` (a preset) is made entirely or, if a part of it fails, taken back entirely.
    """

    changes: tuple[Change, ...]
    refused: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    in_effect: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a change did, re-measured: masked values before and after per signal, and whether that proves the effect."""

    change: Change
    verified: bool | None
    before: Mapping[str, str]
    after: Mapping[str, str]
    method: str
    at: datetime
    tool_version: str = ""

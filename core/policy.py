"""What an organisation says about AI tools: allowed, high risk, not allowed from a date, use this instead, hide this.

A policy is not signed: whoever may write its file may say what it says. The system-wide file lies where only an administrator (or
the device management) can write, so the rights of that place are the proof; a signature would need a key that lies beside it. The
system's policy wins over the user's for every tool it speaks about. Telltale shows a policy; it blocks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from core.model import Grade
from core.tools.versions import applies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.tools.model import Exposure, Tool


class Status(StrEnum):
    """What a policy says of a tool, from mildest to strictest; `no-statement` means that nobody said anything."""

    NO_STATEMENT = "no-statement"
    ALLOWED = "allowed"
    HIGH_RISK = "high-risk"
    NOT_ALLOWED = "not-allowed"


class PolicyScope(StrEnum):
    """Whom a policy speaks for."""

    SYSTEM = "system"
    USER = "user"
    FILE = "file"


_STRICTNESS: Final = {status: at for at, status in enumerate(Status)}
_KEPT_AWAY: Final = frozenset({Grade.HIDDEN, Grade.ABSENT, Grade.DENIED})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: for a tool, a vendor's tools, or (neither named) every tool no other rule names; `number` counts from 1."""

    number: int
    status: Status
    tool: str = ""
    vendor: str = ""
    versions: str = "*"
    since: date | None = None
    reason: str = ""
    alternatives: tuple[str, ...] = ()
    contact: str = ""
    sources: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """How exactly the rule names a tool: a version range of a tool most, `unknown` least."""
        named = 2 if self.tool else 1 if self.vendor else 0
        return named * 2 + (self.versions != "*")

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force."""
        return self.since is None or self.since <= day


@dataclass(frozen=True, slots=True)
class Hide:
    """One signal that must be hidden from tools (from all: no tools named)."""

    signal: str
    tools: tuple[str, ...] = ()
    since: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file's content; `place` is its path, for persons."""

    organisation: str
    scope: PolicyScope
    place: str = ""
    contact: str = ""
    issued: date | None = None
    note: str = ""
    sources: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    hides: tuple[Hide, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What holds for one tool today, and what is to come; `uncertain` if its version is unknown and a rule may or may not apply."""

    tool: str
    status: Status
    rule: Rule | None = None
    coming: Rule | None = None
    policy: Policy | None = None
    uncertain: bool = False

    @property
    def speaker(self) -> Rule | None:
        """The rule whose words are shown: the one in force, else the coming one."""
        return self.rule or self.coming

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The tools recommended instead, in the policy's order."""
        rules = (self.coming, self.rule)
        return next((rule.alternatives for rule in rules if rule is not None and rule.alternatives), ())

    @property
    def alternative(self) -> str:
        """The tool recommended first; empty if none."""
        return self.alternatives[0] if self.alternatives else ""

    @property
    def contact(self) -> str:
        """Whom to ask."""
        mine = self.speaker.contact if self.speaker is not None else ""
        return mine or (self.policy.contact if self.policy is not None else "")


@dataclass(frozen=True, slots=True)
class Demand:
    """One signal that must be hidden from one tool, and whether it is; `is_met` is None where that was not measured."""

    hide: Hide
    tool: str
    exposure: Exposure
    is_met: bool | None


def policy_from(content: Mapping[str, Any], scope: PolicyScope, place: str = "") -> Policy:
    """Build a policy from checked content."""
    who = content["organisation"]
    return Policy(
        organisation=who["name"],
        scope=scope,
        place=place,
        contact=who["contact"],
        issued=_day(who.get("issued")),
        note=who["note"],
        sources=tuple(who["sources"]),
        rules=tuple(_rule(number, rule) for number, rule in enumerate(content["rule"], 1)),
        hides=tuple(Hide(item["signal"], tuple(item["tools"]), _day(item.get("from")), item["reason"]) for item in content["hide"]),
    )


def _rule(number: int, content: Mapping[str, Any]) -> Rule:
    return Rule(
        number=number,
        status=Status(content["status"]),
        tool=content.get("tool", ""),
        vendor=content.get("vendor", ""),
        versions=content["versions"],
        since=_day(content.get("from")),
        reason=content["reason"],
        alternatives=tuple(dict.fromkeys(name for name in (content.get("alternative"), *content["alternatives"]) if name)),
        contact=content["contact"],
        sources=tuple(content["sources"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def judge(policies: Sequence[Policy], tool: Tool | str, versions: Sequence[str], today: date) -> Judgement:
    """Return what holds for a tool (an id: one Telltale does not know) with these installed versions; the strictest copy counts.

    Policies come in order: the first that says anything about the tool decides.
    """
    judgements = [_judge_one(policies, tool, version, today) for version in dict.fromkeys(versions or ("",))]
    return max(judgements, key=lambda item: (_STRICTNESS[item.status], -_days_to(item.coming, today)))


def _days_to(rule: Rule | None, today: date) -> int:
    return (rule.since - today).days if rule is not None and rule.since is not None else 1 << 30


def _judge_one(policies: Sequence[Policy], tool: Tool | str, version: str, today: date) -> Judgement:
    name = tool if isinstance(tool, str) else tool.id
    for policy in policies:
        fitting = [rule for rule in policy.rules if _names(rule, tool) and applies(version, rule.versions) is not False]
        if fitting:
            return _decide(Judgement(name, Status.NO_STATEMENT, policy=policy), fitting, version, today)
    return Judgement(name, Status.NO_STATEMENT)


def _names(rule: Rule, tool: Tool | str) -> bool:
    if isinstance(tool, str):
        return rule.tool == tool or not (rule.tool or rule.vendor)
    if rule.tool or rule.vendor:
        return rule.tool == tool.id or (bool(rule.vendor) and rule.vendor.casefold() == tool.vendor.casefold())
    return True


def _decide(judgement: Judgement, rules: Sequence[Rule], version: str, today: date) -> Judgement:
    """Pick the rule in force (the most exact, then the newest, then the strictest) and the next one that will replace it."""
    held = [rule for rule in rules if rule.holds_on(today)]
    now = max(held, key=lambda rule: (rule.rank, rule.since or date.min, _STRICTNESS[rule.status]), default=None)
    least = now.rank if now is not None else 0
    later = [rule for rule in rules if not rule.holds_on(today) and rule.rank >= least]
    coming = min(later, key=lambda rule: (rule.since or date.max, -rule.rank, -_STRICTNESS[rule.status]), default=None)
    doubtful = any(rule is not None and applies(version, rule.versions) is None for rule in (now, coming))
    return replace(judgement, status=now.status if now is not None else judgement.status, rule=now, coming=coming, uncertain=doubtful)


def recommended(policies: Sequence[Policy]) -> frozenset[str]:
    """Return the tools that some rule, now or later, recommends instead of another one."""
    return frozenset(name for policy in policies for rule in policy.rules for name in rule.alternatives)


def hide_rules(policies: Iterable[Policy], tool: str, today: date) -> tuple[Hide, ...]:
    """Return what must be hidden from a tool today; every policy adds its own."""
    return tuple(
        hide
        for policy in policies
        for hide in policy.hides
        if (not hide.tools or tool in hide.tools) and (hide.since is None or hide.since <= today)
    )


def demands(policies: Sequence[Policy], exposures: Iterable[Exposure], today: date) -> tuple[Demand, ...]:
    """Compare what must be hidden with what was measured; what was not measured is never taken as hidden."""
    found = []
    for exposure in exposures:
        for hide in hide_rules(policies, exposure.tool, today):
            if hide.signal == exposure.signal:
                unknown = exposure.here in {Grade.NOT_MEASURED, Grade.NOT_POSSIBLE}
                found.append(Demand(hide, exposure.tool, exposure, None if unknown else exposure.here in _KEPT_AWAY))
    return tuple(found)

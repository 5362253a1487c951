"""A policy's judgement in words, with date arithmetic: a badge of a few words and a banner of a few sentences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from core.policy import Status
from core.tools.versions import range_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from core.policy import Judgement, Rule
    from core.tools.model import Tool

_MONTHS: Final = "January February March April May June July August September October November December".split()
_SOON: Final = 14
_BADGES: Final = {
    Status.ALLOWED: "Allowed",
    Status.HIGH_RISK: "High risk",
    Status.NOT_ALLOWED: "Not allowed",
    Status.NO_STATEMENT: "",
}
_SAYS: Final = {
    Status.ALLOWED: "{who} allows {tool}",
    Status.HIGH_RISK: "{who} counts {tool} as high risk",
    Status.NOT_ALLOWED: "{who} does not allow {tool}",
    Status.NO_STATEMENT: "{who} says nothing about {tool}",
}
_HAS_SAID: Final = {
    Status.ALLOWED: "{who} has allowed {tool}",
    Status.HIGH_RISK: "{who} has counted {tool} as high risk",
    Status.NOT_ALLOWED: "{who} has not allowed {tool}",
}
_WILL: Final = {
    Status.ALLOWED: "it is allowed {when}",
    Status.HIGH_RISK: "it counts as high risk {when}",
    Status.NOT_ALLOWED: "it is not allowed {when}",
    Status.NO_STATEMENT: "",
}


class When(StrEnum):
    """How a day lies to today."""

    ALWAYS = "always"
    SINCE = "since"
    TODAY = "today"
    TOMORROW = "tomorrow"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Moment:
    """A rule's first day beside today, for whoever words it: how it lies, the day, and how many days away."""

    when: When
    day: date | None = None
    days: int = 0


def moment(rule: Rule, today: date) -> Moment:
    """Return how a rule's first day lies to today."""
    if rule.since is None:
        return Moment(When.ALWAYS)
    days = (rule.since - today).days
    when = (
        When.SINCE if days < 0 else When.TODAY if days == 0 else When.TOMORROW if days == 1 else When.SOON if days <= _SOON else When.LATER
    )
    return Moment(when, rule.since, days)


def day_words(day: date, today: date) -> str:
    """Say a day: `10 July`, with the year if it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def moment_words(rule: Rule, today: date) -> str:
    """Say when a rule holds: `since 10 July`, `from today`, `from tomorrow`, `in 3 days`, `from 10 July`; empty if always."""
    found = moment(rule, today)
    if found.day is None:
        return ""
    day = day_words(found.day, today)
    return {
        When.SINCE: f"since {day}",
        When.TODAY: "from today",
        When.TOMORROW: "from tomorrow",
        When.SOON: f"in {found.days} days",
    }.get(found.when, f"from {day}")


def badge(judgement: Judgement, today: date, *, is_recommended: bool = False) -> str:
    """Return a few words for a card: `High risk, not allowed from 10 July`; empty where the policy says nothing."""
    now = _BADGES[judgement.status]
    if judgement.status is Status.NOT_ALLOWED and judgement.rule is not None:
        now = f"{now} {moment_words(judgement.rule, today)}".rstrip()
    coming = judgement.coming
    if coming is not None and coming.status is not judgement.status:
        later = f"{_BADGES[coming.status]} {moment_words(coming, today)}"
        now = f"{now}, {later[0].lower()}{later[1:]}" if now else later
    if is_recommended and judgement.status in {Status.NO_STATEMENT, Status.ALLOWED} and coming is None:
        return "Recommended"
    return f"{now} (version unknown)" if now and judgement.uncertain else now


def banner(judgement: Judgement, tool: Tool | str, tools: Mapping[str, Tool], today: date) -> tuple[str, ...]:
    """Return the sentences of a banner: what holds, from when, why in the organisation's words, what instead, whom to ask."""
    rule, policy = judgement.speaker, judgement.policy
    if rule is None or policy is None:
        return ()
    name = tool if isinstance(tool, str) else tool.name
    lines = [_what(judgement, policy.organisation, name, today)]
    if rule.versions != "*":
        doubt = " The version here could not be told, so the rule may not apply." if judgement.uncertain else ""
        lines.append(f"This is about version {range_words(rule.versions)}.{doubt}")
    if rule.reason:
        lines.append(f'Their reason: "{rule.reason}"')
    if judgement.alternatives:
        names = [tools[name].name if name in tools else name for name in judgement.alternatives]
        lines.append(f"They recommend {' or '.join(names)} instead.")
    if judgement.contact:
        lines.append(f"Ask: {judgement.contact}")
    return tuple(lines)


def _what(judgement: Judgement, who: str, name: str, today: date) -> str:
    rule = judgement.rule
    past = rule is not None and moment(rule, today).when is When.SINCE
    now = (_HAS_SAID if past else _SAYS)[judgement.status].format(who=who, tool=name)
    if rule is not None:
        now = f"{now} {_dated(rule, today)}".rstrip()
    coming = judgement.coming
    if coming is None or coming.status is judgement.status:
        return f"{now}."
    return f"{now}; {_WILL[coming.status].format(when=_dated(coming, today))}."


def _dated(rule: Rule, today: date) -> str:
    """Say when with both the day and the distance, as there is room for it."""
    found = moment(rule, today)
    words = moment_words(rule, today)
    if found.day is None:
        return ""
    if found.when is When.SOON:
        return f"from {day_words(found.day, today)}, {words}"
    if found.when in {When.TODAY, When.TOMORROW}:
        return f"{words} ({day_words(found.day, today)})"
    return words

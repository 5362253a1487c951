"""A policy's judgement in the person's language: a badge of a few words, and the sentences of a banner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from core.policy import Status
from core.policy_words import When, moment
from core.tools.versions import range_words
from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from datetime import date

    from core.policy import Judgement, Rule
    from gui.models.tools import ToolStore

_BADGES: Final = {
    Status.ALLOWED: QT_TRANSLATE_NOOP("Policy", "Allowed"),
    Status.HIGH_RISK: QT_TRANSLATE_NOOP("Policy", "High risk by your policy"),
    Status.NOT_ALLOWED: QT_TRANSLATE_NOOP("Policy", "Not allowed"),
}
_SHORT: Final = {
    Status.ALLOWED: QT_TRANSLATE_NOOP("Policy", "Allowed {when}"),
    Status.HIGH_RISK: QT_TRANSLATE_NOOP("Policy", "High risk {when}"),
    Status.NOT_ALLOWED: QT_TRANSLATE_NOOP("Policy", "Not allowed {when}"),
}
_NOW: Final = {
    Status.ALLOWED: QT_TRANSLATE_NOOP("Policy", "{who} allows {tool} {when}."),
    Status.HIGH_RISK: QT_TRANSLATE_NOOP("Policy", "{who} counts {tool} as high risk {when}."),
    Status.NOT_ALLOWED: QT_TRANSLATE_NOOP("Policy", "{who} does not allow {tool} {when}."),
}
_LATER: Final = {
    Status.ALLOWED: QT_TRANSLATE_NOOP("Policy", "It is allowed {when}."),
    Status.HIGH_RISK: QT_TRANSLATE_NOOP("Policy", "It counts as high risk {when}."),
    Status.NOT_ALLOWED: QT_TRANSLATE_NOOP("Policy", "It is not allowed {when}."),
}
_WHEN: Final = {
    When.ALWAYS: "",
    When.SINCE: QT_TRANSLATE_NOOP("Policy", "since {day}"),
    When.TODAY: QT_TRANSLATE_NOOP("Policy", "from today"),
    When.TOMORROW: QT_TRANSLATE_NOOP("Policy", "from tomorrow"),
    When.SOON: QT_TRANSLATE_NOOP("Policy", "from {day}, in {days} days"),
    When.LATER: QT_TRANSLATE_NOOP("Policy", "from {day}"),
}
_LOOKS: Final = {Status.ALLOWED: "pill-good", Status.HIGH_RISK: "pill-danger", Status.NOT_ALLOWED: "pill-danger"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Policy", text) if text else ""


def long_day(day: date, today: date) -> str:
    """Return a day in the person's own notation, without the year if it is this one."""
    text = "d MMMM" if day.year == today.year else "d MMMM yyyy"
    return QLocale().toString(QDate(day.year, day.month, day.day), text)


def when_words(rule: Rule, today: date) -> str:
    """Say when a rule holds."""
    found = moment(rule, today)
    day = long_day(found.day, today) if found.day is not None else ""
    return _tr(_WHEN[found.when]).format(day=day, days=found.days)


def badge(judgement: Judgement | None, today: date, *, is_recommended: bool = False) -> tuple[str, str]:
    """Return a badge's few words and its look; both empty where the policy says nothing."""
    if judgement is None:
        return "", ""
    if judgement.status is Status.NOT_ALLOWED and judgement.rule is not None:
        return _tr(_SHORT[judgement.status]).format(when=when_words(judgement.rule, today)).strip(), _LOOKS[judgement.status]
    if is_recommended and judgement.status in {Status.NO_STATEMENT, Status.ALLOWED} and judgement.coming is None:
        return QCoreApplication.translate("Policy", "Recommended"), "pill-good"
    if judgement.status in _BADGES:
        return _tr(_BADGES[judgement.status]), _LOOKS[judgement.status]
    if judgement.coming is not None and judgement.coming.status in _SHORT:
        return _tr(_SHORT[judgement.coming.status]).format(when=when_words(judgement.coming, today)), "pill-warning"
    return "", ""


def rule_words(rule: Rule, today: date) -> str:
    """Say in a few words what a rule says and when it holds."""
    versions = _tr(QT_TRANSLATE_NOOP("Policy", "version {versions}")).format(versions=range_words(rule.versions))
    said = _tr(_SHORT[rule.status]).format(when=when_words(rule, today)).strip()
    return f"{said} ({versions})" if rule.versions != "*" else said


def sentences(tools: ToolStore, tool_id: str) -> tuple[str, ...]:
    """Return the sentences of a banner: what holds, from when, what is to come, why in the organisation's words, whom to ask."""
    judgement, today = tools.judgement(tool_id), tools.today
    if judgement is None or judgement.speaker is None or judgement.policy is None:
        return ()
    said: list[str] = []
    if judgement.rule is not None and judgement.status in _NOW:
        text = _tr(_NOW[judgement.status])
        when = when_words(judgement.rule, today)
        said.append(text.format(who=judgement.policy.organisation, tool=tools.name(tool_id), when=when).replace(" .", "."))
    coming = judgement.coming
    if coming is not None and coming.status in _LATER and coming.status is not judgement.status:
        later = _tr(_LATER[coming.status]).format(when=when_words(coming, today))
        said[:] = [" ".join((*said, later))]
    rule = judgement.speaker
    if rule.versions != "*":
        said.append(_tr(QT_TRANSLATE_NOOP("Policy", "This is about version {versions}.")).format(versions=range_words(rule.versions)))
    if judgement.uncertain:
        said.append(_tr(QT_TRANSLATE_NOOP("Policy", "The version here could not be told, so this may not apply.")))
    if rule.reason:
        said.append(_tr(QT_TRANSLATE_NOOP("Policy", "Their reason: \u201c{reason}\u201d")).format(reason=rule.reason))
    if judgement.contact:
        said.append(_tr(QT_TRANSLATE_NOOP("Policy", "Ask: {contact}.")).format(contact=judgement.contact))
    return tuple(said)

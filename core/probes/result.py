"""What a probe answers. Unknown is a value here, never an exception and never "fine"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.model import Agreement, Origin, SourceReading
from core.redact import Sensitive, raw

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Ok:
    """Values a program can read; `summary` replaces the list where the list is long ("3 found") and holds no raw value."""

    values: tuple[Sensitive, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """The place was looked at and holds nothing."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Denied:
    """The system refused; a program running as this user is refused too."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """This system or host cannot answer; `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The probe broke or was too slow; `reason` is a sentence without raw values."""

    reason: str


Result = Ok | Absent | Denied | Unsupported | Failed


@dataclass(frozen=True, slots=True)
class Answer:
    """A probe's full answer: the result and all sources behind it, with a verdict in plain words if they differ."""

    result: Result
    sources: tuple[SourceReading, ...] = ()
    agreement: Agreement = Agreement.NONE
    verdict: str = ""


def result_name(result: Result) -> str:
    """Return the JSON name of a result: ok, absent, denied, unsupported or failed."""
    return type(result).__name__.lower()


def display(result: Result) -> str:
    """Return the masked one-line text of a result; an empty text for everything but `Ok`."""
    if not isinstance(result, Ok):
        return ""
    return result.summary or ", ".join(value.masked for value in result.values)


def source(name: str, origin: Origin, result: Result) -> SourceReading:
    """Return one source's answer (shorthand for probes)."""
    return SourceReading(name=name, origin=origin, result=result)


def one(value: Sensitive) -> Ok:
    """Return an Ok with a single value."""
    return Ok((value,))


def same_value(sources: Iterable[SourceReading]) -> Answer:
    """Join sources that should all tell the same value; the first Ok in order is what a program would use."""
    listed = tuple(sources)
    good = [item.result for item in listed if isinstance(item.result, Ok)]
    if not good:
        return Answer(_worst(listed), listed, Agreement.NONE)
    distinct = {tuple(sorted(raw(value) for value in result.values)) for result in good}
    if len(good) == 1:
        return Answer(good[0], listed, Agreement.SINGLE)
    if len(distinct) == 1:
        return Answer(good[0], listed, Agreement.AGREE, f"All {len(good)} places give the same value.")
    return Answer(good[0], listed, Agreement.DIFFER, _differ_verdict(listed))


def separate_values(sources: Iterable[SourceReading], summary: str = "") -> Answer:
    """Join sources that each add their own values (a list over several places); agreement has no meaning here."""
    listed = tuple(sources)
    good = [item.result for item in listed if isinstance(item.result, Ok)]
    if not good:
        return Answer(_worst(listed), listed, Agreement.NONE)
    values = tuple(dict.fromkeys(value for result in good for value in result.values))
    agreement = Agreement.SINGLE if len(good) == 1 else Agreement.SEPARATE
    return Answer(Ok(values, summary), listed, agreement)


def _worst(listed: tuple[SourceReading, ...]) -> Result:
    """Pick what to say when no source has a value: a failure or refusal outranks an empty place."""
    for kind in (Failed, Denied, Absent, Unsupported):
        for item in listed:
            if isinstance(item.result, kind):
                return item.result
    return Absent()


def _differ_verdict(listed: tuple[SourceReading, ...]) -> str:
    groups: dict[tuple[str, ...], list[str]] = {}
    for item in listed:
        if isinstance(item.result, Ok):
            groups.setdefault(tuple(sorted(raw(value) for value in item.result.values)), []).append(item.name)
    first, *others = (" and ".join(names) for names in groups.values())
    return f"{first} and {', '.join(others)} give different values; programs may see either."

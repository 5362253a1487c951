"""One plain sentence for a cell of the matrix: what is known, how, since when, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.model import Grade
from core.probes.result import Ok
from core.tools.looks import LAUNCHED, Sight
from core.tools.model import SYNTHETIC
from core.tools.versions import applies, range_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.model import Signal
    from core.tools.exposure import Known
    from core.tools.looks import Look
    from core.tools.model import Evidence, Exposure

_MONTHS: Final = "January February March April May June July August September October November December".split()
_DEEDS: Final = {Grade.SAW_SENT: "send", Grade.SAW_READ: "read"}
_VERBS: Final = {Grade.SAW_SENT: "sending", Grade.SAW_READ: "reading"}


def sentence_of(exposure: Exposure, known: Known, signal: Signal, look: Look | None) -> Exposure:
    """Return the exposure with its sentence."""
    name = known.tool.name
    parts = [_first(exposure, name, known, signal, look), _others_say(exposure, known), _older(exposure, name)]
    return replace(exposure, sentence=" ".join(part for part in parts if part))


def day_words(item: Evidence) -> str:
    """Return the day of a piece of evidence in words."""
    return f"{item.at.day} {_MONTHS[item.at.month - 1]} {item.at.year}"


def _first(exposure: Exposure, name: str, known: Known, signal: Signal, look: Look | None) -> str:
    if exposure.here in _DEEDS:
        return _seen(exposure, name)
    if exposure.here is Grade.NOT_POSSIBLE:
        support = signal.systems.get(known.system)
        return f"Not possible to measure here: {support.reason if support is not None else 'this system is not covered.'}"
    if look is None:
        why = known.view.problem if known.view is not None else ""
        return f"Not measured for {name} yet.{' ' + why if why else ''}"
    is_launched = known.view is not None and known.view.launch == LAUNCHED
    return _measured(f"{name} {LAUNCHED}" if is_launched else name, look)


def _seen(exposure: Exposure, name: str) -> str:
    item = max((item for item in exposure.evidence if item.grade is exposure.here), key=lambda item: item.at)
    version = f" {item.tool_version}" if item.tool_version else ""
    place = f" ({item.place})" if item.place else ""
    if item.method == SYNTHETIC:
        return f"Synthetic: requests made up for this invented machine hold it as {name}{version} would send it{place}; no tool ran."
    return f"{name}{version} was seen {_VERBS[item.grade]} this here on {day_words(item)} at {item.at:%H:%M} UTC{place}."


def _measured(name: str, look: Look) -> str:
    reason = "" if isinstance(look.reading.result, Ok) else look.reading.result.reason
    match look.sight:
        case Sight.SAME if look.still_from:
            return f"{name} could see your own value: the first answer is another one, but {_and(look.still_from)} still gives it."
        case Sight.SAME:
            return f"{name} could see this."
        case Sight.PARTLY:
            still = f", through {_and(look.still_from)}" if look.still_from else ""
            return f"{name} could see part of this: {look.shared} of {look.own} values{still}."
        case Sight.OTHER:
            return f"Hidden: {name} gets another value than your own."
        case Sight.GONE:
            return f"Hidden: {name} finds nothing where you have a value."
        case Sight.REFUSED:
            return f"Hidden: the system refuses this to {name}."
        case Sight.NOTHING:
            return f"Nothing there: {name} could look, but this computer has no value."
        case Sight.DENIED:
            return f"The system refuses this to every program of yours, {name} too."
        case Sight.NOT_ASKED | Sight.FAILED:
            return f"Not measured for {name}. {reason}".strip()


def _others_say(exposure: Exposure, known: Known) -> str:
    """Say what the strongest source elsewhere says, and who that is."""
    order = (Grade.SAW_SENT, Grade.SAW_READ, Grade.REPORTED, Grade.VENDOR_SAYS)
    item = next((item for grade in order for item in exposure.elsewhere if item.grade is grade), None)
    if item is None:
        return ""
    versions, day = range_words(item.tool_version), day_words(item)
    doubt = "" if all(known.judged) else " Which version is installed here could not be told, so this may not apply."
    meant = [version for version in known.versions if applies(version, item.tool_version)]
    if meant and len(meant) < len(set(known.versions)):
        doubt = f" Of the copies here this is about {_and(meant)} only."
    if not known.versions:
        doubt = f" It is not installed here; this is about version {known.tool.checked_version}."
    if item.grade in _DEEDS:
        return f"Telltale's makers saw version {versions} {_DEEDS[item.grade]} it ({day}), not on this computer.{doubt}"
    if item.grade is Grade.VENDOR_SAYS:
        return f"{known.tool.vendor} says so ({day}).{doubt}"
    return f"Reported for version {versions} ({day}).{doubt}"


def _older(exposure: Exposure, name: str) -> str:
    """Mention what was seen here but does not decide the grade: before it was hidden, or with another version."""
    past = [item for item in exposure.evidence if item.grade in _DEEDS] if exposure.here is Grade.HIDDEN else []
    if past:
        item = max(past, key=lambda item: item.at)
        return f"Before that, {name} was seen {_VERBS[item.grade]} it on {day_words(item)}."
    seen = [item for item in exposure.other_versions if item.grade in _DEEDS]
    if not seen or exposure.here in _DEEDS or exposure.elsewhere:
        return ""
    item = max(seen, key=lambda item: item.at)
    who = "Telltale's makers saw" if item.method == "makers" else "Here,"
    versions = range_words(item.tool_version)
    if item.method == "makers":
        return f"{who} version {versions} {_DEEDS[item.grade]} it elsewhere; for the version here nothing was seen."
    return f"{who} version {versions} was seen {_VERBS[item.grade]} it; the version here was not."


def _and(names: Iterable[str]) -> str:
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"

"""The join: what was measured, seen, said and reported about one (tool, signal) pair, kept apart, with one plain sentence.

The grade of a single mark is the strongest thing known of the installed version. What was seen here outranks what was measured,
a value measured as hidden outranks what others say, and what Telltale's makers saw elsewhere is a report, never a sighting here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from core.model import Grade, Support
from core.tools.exposure_words import sentence_of
from core.tools.looks import HIDING, SEEING, Look, Sight, View
from core.tools.model import Basis, Evidence, Exposure
from core.tools.versions import applies, same_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.model import Signal, System
    from core.tools.model import Claim, Report, Tool

MAKERS: Final = "makers"
_METHODS: Final = {
    Basis.OBSERVED: MAKERS,
    Basis.SHIPPED_CODE: "shipped-code",
    Basis.VENDOR_SAYS: "vendor",
    Basis.REPORTED: "report",
}
_SEEN: Final = frozenset({Grade.SAW_READ, Grade.SAW_SENT})
_SIGHTS: Final[Mapping[Sight, Grade]] = {
    **dict.fromkeys(SEEING, Grade.COULD_SEE),
    **dict.fromkeys(HIDING, Grade.HIDDEN),
    Sight.NOTHING: Grade.ABSENT,
    Sight.DENIED: Grade.DENIED,
    Sight.NOT_ASKED: Grade.NOT_MEASURED,
    Sight.FAILED: Grade.NOT_MEASURED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the join needs of one tool: installed versions (none: not installed), its newest view, evidence gathered here."""

    tool: Tool
    system: System
    versions: tuple[str, ...] = ()
    view: View | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def judged(self) -> tuple[str, ...]:
        """The versions claims are judged for: the installed ones, else the one the catalogue was checked with."""
        return self.versions or (self.tool.checked_version,)


def expose(known: Known, signal: Signal) -> Exposure:
    """Join everything known about one signal and one tool."""
    look = known.view.looks.get(signal.id) if known.view is not None else None
    mine = [item for item in known.evidence if item.signal == signal.id]
    seen = [item for item in mine if _is_of(item.tool_version, known.versions)]
    claims = [(claim_evidence(known.tool, claim), _judge(claim, known)) for claim in known.tool.claims if _may_show(claim, signal)]
    claims += [
        (report_evidence(known.tool, report, signal.id), _judge_report(report, known))
        for report in known.tool.reports
        if signal.id in report.signals and report.basis is not Basis.UNVERIFIED
    ]
    elsewhere = tuple(item for item, verdict in claims if verdict is not False)
    others = (*(item for item, verdict in claims if verdict is False), *(item for item in mine if item not in seen))
    here = _here(look, seen, known, signal)
    said = _said(elsewhere)
    measured = (_measured(known, signal, look),) if look is not None and known.view is not None else ()
    exposure = Exposure(
        tool=known.tool.id,
        signal=signal.id,
        grade=_mark(here, said),
        sensitivity=signal.sensitivity,
        evidence=tuple(sorted((*seen, *measured), key=lambda item: item.at, reverse=True)),
        sentence="",
        measured=look.reading if look is not None else None,
        here=here,
        said=said,
        elsewhere=elsewhere,
        other_versions=others,
    )
    return sentence_of(exposure, known, signal, look)


def _is_of(version: str, installed: Sequence[str]) -> bool:
    """Whether evidence gathered here is about a copy that is installed; without a version on either side it counts."""
    return not version or not installed or any(not other or same_version(version, other) for other in installed)


def _may_show(claim: Claim, signal: Signal) -> bool:
    return claim.signal == signal.id and claim.basis is not Basis.UNVERIFIED


def _judge(claim: Claim, known: Known) -> bool | None:
    if claim.system is not None and claim.system is not known.system:
        return False
    return any_applies(known.judged, claim.versions)


def _judge_report(report: Report, known: Known) -> bool | None:
    return any_applies(known.judged, report.versions)


def any_applies(versions: Iterable[str], wanted: str) -> bool | None:
    """Whether a range holds any of these versions; None if none is known to be in it and at least one cannot be told."""
    verdicts = [applies(version, wanted) for version in versions]
    return True if True in verdicts else None if None in verdicts else False


def _here(look: Look | None, seen: Sequence[Evidence], known: Known, signal: Signal) -> Grade:
    measured = _SIGHTS[look.sight] if look is not None else Grade.NOT_MEASURED
    if measured is Grade.NOT_MEASURED and _is_impossible(signal, known.system):
        measured = Grade.NOT_POSSIBLE
    is_hidden = measured is Grade.HIDDEN
    at = known.view.at if known.view is not None else None
    counted = {item.grade for item in seen if not (is_hidden and at is not None and item.at < at)}
    for grade in (Grade.SAW_SENT, Grade.SAW_READ):
        if grade in counted:
            return grade
    return measured


def _is_impossible(signal: Signal, system: System) -> bool:
    support = signal.systems.get(system)
    return support is not None and support.state in {Support.NOT_POSSIBLE, Support.NOT_BUILT}


def _said(elsewhere: Iterable[Evidence]) -> Grade | None:
    grades = {Grade.REPORTED if item.grade in _SEEN else item.grade for item in elsewhere}
    return Grade.REPORTED if Grade.REPORTED in grades else Grade.VENDOR_SAYS if grades else None


def _mark(here: Grade, said: Grade | None) -> Grade:
    if said is not None and here in {Grade.COULD_SEE, Grade.NOT_MEASURED, Grade.NOT_POSSIBLE}:
        return said
    return here


def _measured(known: Known, signal: Signal, look: Look) -> Evidence:
    from core.probes.result import display

    view = known.view
    assert view is not None  # noqa: S101  the caller has looked
    sources = {"session": "The running session's own environment and files", "recorded": "A recorded machine"}
    source = sources.get(view.method, "Telltale's probes, started as the tool starts")
    return Evidence(
        tool=known.tool.id,
        signal=signal.id,
        grade=_SIGHTS[look.sight],
        method=view.method,
        at=view.at,
        tool_version=view.version,
        source=f"{source} ({view.launch})" if view.launch else source,
        detail=display(look.reading.result),
        place=", ".join(look.still_from),
        limits="It shows what the tool could read, not that it does.",
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def claim_evidence(tool: Tool, claim: Claim) -> Evidence:
    """Return a claim of the catalogue as evidence; `method` says who it is from (`makers`: Telltale's own runs, elsewhere)."""
    return Evidence(
        tool=tool.id,
        signal=claim.signal,
        grade=claim.grade,
        method=_METHODS.get(claim.basis, "report"),
        at=_noon(claim.seen_on),
        tool_version=claim.versions,
        source=claim.source,
        detail=claim.text,
        limits=claim.limits,
    )


def report_evidence(tool: Tool, report: Report, signal: str) -> Evidence:
    """Return a report of the catalogue as evidence for one of its signals; conditions, answer and present state are its limits."""
    sides = (("Conditions:", " ".join(report.conditions)), ("The vendor's answer:", report.vendor_answer), ("Now:", report.state))
    return Evidence(
        tool=tool.id,
        signal=signal,
        grade=Grade.REPORTED,
        method="report",
        at=_noon(report.first_date),
        tool_version=report.versions,
        source="; ".join(report.sources),
        detail=f"{report.claim} Said by {'; '.join(report.claimed_by)}.",
        place=report.id,
        limits=" ".join(f"{label} {text}" for label, text in sides if text),
    )


def counts(exposures: Iterable[Exposure]) -> Mapping[Grade, int]:
    """Return how many signals have which grade here: plain counts, no score."""
    return Counter(exposure.here for exposure in exposures)


def can_see(exposure: Exposure) -> bool:
    """Whether a tool has, or could have, a signal: seen here or measured as visible."""
    return exposure.here in {Grade.COULD_SEE, *_SEEN}

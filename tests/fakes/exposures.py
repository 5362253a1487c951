"""Readings, tools and looks for tests of what tools could see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from core.model import Agreement, Grade, Origin, Reading, System
from core.probes.result import Ok, Result, source
from core.redact import open_text
from core.tools.looks import Look, Sight, View
from core.tools.model import Basis, Channel, Claim, Evidence, Installation, Report, Tool
from tests.fakes.tools import tool as plain_tool

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reading(signal: str, *values: str, sources: Mapping[str, str] | None = None, result: Result | None = None) -> Reading:
    """Return a reading with these values, each source with one value."""
    answer = result if result is not None else Ok(tuple(map(open_text, values)))
    listed = tuple(source(name, Origin.SYSTEM, Ok((open_text(value),))) for name, value in (sources or {}).items())
    return Reading(signal, answer, listed, Agreement.SINGLE, "", NOW, "test")


def claim(signal: str, grade: Grade, versions: str = "*", *, system: System | None = None, basis: Basis | None = None) -> Claim:
    """Return a claim; what was seen was seen by the makers."""
    seen = grade in {Grade.SAW_READ, Grade.SAW_SENT}
    known = basis or (Basis.OBSERVED if seen else Basis.VENDOR_SAYS if grade is Grade.VENDOR_SAYS else Basis.REPORTED)
    return Claim(signal, grade, "The claim's text.", "a source", date(2026, 11, 19), versions, system, "One version.", known)


def report(signal: str, versions: str) -> Report:
    """Return a report about one signal."""
    return Report(
        id="the-report",
        title="A report",
        claim="It was claimed.",
        claimed_by=("Somebody",),
        first_date=date(2026, 6, 10),
        versions=versions,
        first_version="",
        last_version="",
        conditions=(),
        vendor_answer="The vendor answered.",
        state="Ended.",
        own_check="Seen.",
        signals=(signal,),
        sources=("a page",),
        checked_on=date(2026, 11, 20),
    )


def tool(name: str = "pal", *claims: Claim, reports: tuple[Report, ...] = (), vendor: str = "Example") -> Tool:
    """Return a tool with these claims and reports."""
    return replace(plain_tool(name), claims=claims, reports=reports, vendor=vendor)


def view(name: str, version: str, at: datetime = NOW, **sights: Sight) -> View:
    """Return a view; signal names are written with underscores."""
    looks = {}
    for key, sight in sights.items():
        signal = key.replace("_", "-")
        looks[signal] = Look(reading(signal, "masked"), sight)
    return View(name, version, "stand-in", at, looks)


def seen(name: str, signal: str, grade: Grade, version: str = "1.0", at: datetime = NOW) -> Evidence:
    """Return evidence gathered here."""
    return Evidence(name, signal, grade, "trace", at, version, "a trace", "masked", "/etc/localtime")


def installed(name: str, version: str = "1.0", path: str = "/opt/pal", channel: Channel = Channel.NPM) -> Installation:
    """Return an installation."""
    return Installation(name, version, path, channel, "npm-package", starts_first=True)

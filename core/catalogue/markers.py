"""Schemes of hidden markers known from reports, as data: which line, which characters, what they stood for, and both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.reader import Day, Field, Flag, ListOf, Table, Text
from core.catalogue.resources import list_files
from core.catalogue.signal_schema import ID
from core.model import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.catalogue.problem import CatalogueProblem, Report

_CODE: Final = r"U\+[0-9A-F]{4,6}"
_VALUE: Final = Table(
    {
        "code": Field(Text(pattern=_CODE), "The character"),
        "means": Field(Text(), "What the scheme said with it"),
        "also_ordinary": Field(Flag(), "Whether ordinary text has it here too"),
    }
)
_SLOT: Final = Table(
    {
        "name": Field(Text(pattern="[a-z]+"), "The name used in the line"),
        "about": Field(Text("sentence"), "Which place in the line it is"),
        "ordinary": Field(Text(pattern=_CODE), "The character of ordinary text"),
        "values": Field(ListOf(_VALUE, shortest=1), "The characters that meant something"),
    }
)
_EVIDENCE: Final = Table(
    {
        "source": Field(Text(longest=300), "Where it comes from"),
        "date": Field(Day(), "The day it was looked at"),
        "note": Field(Text("sentence", may_be_empty=True), "What was seen", ""),
        "verified": Field(Flag(), "Whether Telltale's makers saw it themselves", False),
    }
)
SCHEME: Final = Table(
    {
        "id": Field(Text(pattern=ID), "The file's name"),
        "title": Field(Text("title"), "A short title"),
        "summary": Field(Text("sentence"), "What was written how"),
        "tool": Field(Text(pattern=ID), "The tool of the catalogue"),
        "first_version": Field(Text(), "The first version with it"),
        "last_version": Field(Text(), "The last version with it"),
        "versions_note": Field(Text("sentence"), "Which versions were looked at"),
        "line": Field(Text(), "The line with its slots"),
        "conditions": Field(ListOf(Text("technical"), shortest=1), "When it applied and when not"),
        "vendor_answer": Field(Text("sentence"), "The vendor's side"),
        "state": Field(Text("sentence"), "How things stand"),
        "limits": Field(Text("sentence"), "What a find does not prove"),
        "sources": Field(ListOf(Text(pattern="https://[!-~]+"), shortest=1), "Public reports"),
        "slot": Field(ListOf(_SLOT, shortest=1), "The places that varied"),
        "evidence": Field(ListOf(_EVIDENCE, shortest=1), "Who saw it"),
    }
)


@dataclass(frozen=True, slots=True)
class SlotValue:
    """One character of a slot and what the scheme said with it."""

    character: str
    means: str
    also_ordinary: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a scheme's line that varied."""

    name: str
    about: str
    ordinary: str
    values: tuple[SlotValue, ...]


@dataclass(frozen=True, slots=True)
class MarkerScheme:
    """One scheme of hidden markers, read from `resources/catalogue/markers/<id>.toml`."""

    id: str
    title: str
    summary: str
    tool: str
    first_version: str
    last_version: str
    versions_note: str
    line: str
    conditions: tuple[str, ...]
    vendor_answer: str
    state: str
    limits: str
    sources: tuple[str, ...]
    slots: tuple[Slot, ...]
    evidence: tuple[Source, ...]


def check_scheme(document: dict[str, Any], report: Report) -> dict[str, Any]:
    """Check one parsed file; note problems; give back the plain content with defaults filled in."""
    content = SCHEME.read(document, "", report)
    if not isinstance(content, dict) or report.problems:
        return {}
    names = [slot["name"] for slot in document["slot"]]
    for name in names:
        if f"{{{name}}}" not in document["line"]:
            report.add("line", f"does not have the slot {name}")
    if len(set(names)) != len(names):
        report.add("slot", "has the same name twice")
    return content


def load_markers(root: Path | None = None) -> tuple[Mapping[str, MarkerScheme], tuple[CatalogueProblem, ...]]:
    """Read the schemes by id; a file with problems is named and left out."""
    from core.catalogue.loader import read_files  # the loader imports this module when it is asked for markers

    folder = (root or paths.resource_root() / "catalogue") / "markers"
    contents, problems = read_files(list_files(folder), check_scheme)
    return {content["id"]: _scheme(content) for content in contents}, problems


def _scheme(content: dict[str, Any]) -> MarkerScheme:
    plain = {name: content[name] for name in SCHEME.fields if name not in {"slot", "evidence", "conditions", "sources"}}
    return MarkerScheme(
        **plain,
        conditions=tuple(content["conditions"]),
        sources=tuple(content["sources"]),
        slots=tuple(_slot(item) for item in content["slot"]),
        evidence=tuple(
            Source(item["source"], date.fromisoformat(item["date"]), item["note"], item["verified"]) for item in content["evidence"]
        ),
    )


def _slot(item: dict[str, Any]) -> Slot:
    values = tuple(SlotValue(character(entry["code"]), entry["means"], entry["also_ordinary"]) for entry in item["values"])
    return Slot(item["name"], item["about"], character(item["ordinary"]), values)


def character(code: str) -> str:
    """Return the character of a code such as `U+02BC`."""
    return chr(int(code.removeprefix("U+"), 16))

"""The rules that turn places, calls, programs and sockets into signals, read from `resources/catalogue/trace/*.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.problem import Report
from core.catalogue.reader import Field, Flag, ListOf, Table, Text
from core.catalogue.resources import list_files, parse
from core.catalogue.signal_schema import ID
from core.watch.trace_model import TraceError, Who

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SIGNALS: Final = Field(ListOf(Text(pattern=ID), shortest=1), "The signals it tells")
_NOTE: Final = Field(Text("sentence", may_be_empty=True), "What else has to be known about it", "")
_BY: Final = Field(Text(pattern="loader|library", may_be_empty=True), "Who usually does it as part of ordinary work", "")
_PLACES: Final = {
    "paths": Field(ListOf(Text(), shortest=1), "Paths with tokens"),
    "signals": _SIGNALS,
    "by": _BY,
    "note": _NOTE,
    "looking": Field(Flag(), "Whether its mere existence tells", False),
    "listing": Field(Flag(), "Whether only listing it tells", False),
    "others": Field(Flag(), "Whether the tool's own files do not count", False),
}
_TABLES: Final = {
    "file": Table(_PLACES),
    "connection": Table(_PLACES),
    "call": Table(
        {
            "name": Field(Text(pattern="[a-z0-9_]+"), "The call"),
            "holds": Field(Text(pattern="[A-Z0-9_]*", may_be_empty=True), "What its arguments hold", ""),
            "signals": _SIGNALS,
            "by": _BY,
            "note": _NOTE,
        }
    ),
    "program": Table({"names": Field(ListOf(Text(), shortest=1), "Its names"), "signals": _SIGNALS, "note": _NOTE}),
}
_SHOWN: Final = {
    "**/": "(a folder)/",
    "/**": "/...",
    "{own}": "(itself)",
    "{other}": "(another process)",
    "{ancestor}": "(what started it)",
}
_SPECIAL: Final = re.compile(r"\*\*/|/\*\*$|\*|\{own\}|\{other\}|\{ancestor\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What one place, call, program or socket tells."""

    signals: tuple[str, ...]
    who: Who
    note: str = ""
    looking: bool = False
    listing: bool = False
    others: bool = False


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """A rule about paths that fit an expression; `shown` is how a person reads it, `process` whose folder below /proc it is about."""

    expression: str
    shown: str
    rule: Rule
    process: str = ""
    path: str = ""

    def fits(self, path: str) -> bool:
        """Whether a path fits; compiled when first asked for, as one expression of all of them turns most paths away."""
        return _compiled(self.expression).fullmatch(path) is not None

    @property
    def is_process(self) -> bool:
        """Whether the rule is about the folder of a process."""
        return bool(self.process)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules: `files` and `sockets` in order (the first that fits counts), calls by name, programs by name."""

    files: tuple[PlaceRule, ...]
    exact: Mapping[str, Rule]
    sockets: tuple[PlaceRule, ...]
    calls: Mapping[str, tuple[tuple[bytes, Rule], ...]]
    programs: Mapping[str, Rule]


def load_rules(folder: Path | None = None) -> Rules:
    """Read the rules; raises a sentence if a file of them is wrong, as half the rules would tell half the truth."""
    return _shipped() if folder is None else _read(folder)


@cache
def _shipped() -> Rules:
    return _read(paths.resource_root() / "catalogue" / "trace")


def _read(folder: Path) -> Rules:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    for file in list_files(folder):
        report = Report(file.name)
        for kind, entries in parse(file, report).items():
            table = _TABLES.get(kind)
            if table is None:
                report.add(kind, "is not a kind of rule")
                continue
            rows[kind] += ListOf(table).read(entries, kind, report)  # type: ignore[arg-type]  # a checked list of tables
        if report.problems:
            problem = report.problems[0]
            raise TraceError(f"The rules of traces are damaged ({problem.file}: {problem.key} {problem.message}); reinstall Telltale.")
    exact: dict[str, Rule] = {}
    files = []
    for row in rows["file"]:
        for path in row["paths"]:
            if _SPECIAL.search(path) is None:
                exact[path] = _rule(row)
            else:
                files.append(place_rule(path, _rule(row)))
    calls: dict[str, tuple[tuple[bytes, Rule], ...]] = {}
    for row in rows["call"]:
        calls[row["name"]] = (*calls.get(row["name"], ()), (row["holds"].encode(), _rule(row)))
    sockets = tuple(place_rule(path, _rule(row)) for row in rows["connection"] for path in row["paths"])
    programs = {name: _rule(row) for row in rows["program"] for name in row["names"]}
    return Rules(tuple(files), exact, sockets, calls, programs)


def _rule(row: Mapping[str, Any]) -> Rule:
    flags = {name: row.get(name, False) for name in ("looking", "listing", "others")}
    return Rule(tuple(row["signals"]), Who(row.get("by") or "tool"), row["note"], **flags)


def place_rule(path: str, rule: Rule) -> PlaceRule:
    """Compile one path with its tokens."""
    out, at = "", 0
    for found in _SPECIAL.finditer(path):
        out += re.escape(path[at : found.start()])
        token = found[0]
        out += {"**/": "(?:.*/)?" if found.start() == 0 else "(?:[^/]+/)*", "/**": "(?:/.*)?", "*": "[^/]*"}.get(token) or r"\d+"
        at = found.end()
    out += re.escape(path[at:])
    process = next((name for name in ("own", "other", "ancestor") if f"{{{name}}}" in path), "")
    return PlaceRule(out, _words(path), rule, process, path)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL)


def _words(path: str) -> str:
    for token, words in _SHOWN.items():
        path = path.replace(token, words)
    return path

"""The rules of `resources/catalogue/inference.toml` and the table of time zones beside it, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.problem import Report
from core.catalogue.reader import Choice, Field, Flag, ListOf, Number, Table, Text
from core.catalogue.resources import list_files, parse
from core.catalogue.signal_schema import ID
from core.errors import CatalogueError
from core.redact import MaskKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WORD: Final = Text(pattern="[!-~]+", longest=40)
_FROM: Final = Table(
    {
        "signal": Field(Text(pattern=ID, longest=40), "The signal that is read"),
        "reads": Field(Text(pattern=ID, longest=40), "How its values become hints"),
        "weight": Field(Number(0.1, 9), "How much it counts"),
        "anchor": Field(Flag(), "Whether the question may rest on it", default=False),
        "may_differ": Field(Flag(), "Whether another hint from it is no contradiction", default=False),
        "means": Field(Text(longest=60), "The hint it gives, if any value is there", None),
    }
)
_QUESTION: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=40)),
        "about": Field(Choice(("where", "who", "organisation", "work"))),
        "text": Field(Text("plain", longest=200)),
        "differs": Field(Text("plain", longest=200), "Said for each signal that gives another hint", None),
        "mask": Field(Choice.of(MaskKind), "How the hint is masked in the text"),
        "needs": Field(Number(0.1, 99), "The weight a hint needs to be told"),
        "strong": Field(Number(0.1, 99), "The weight from which it is called strong"),
        "least": Field(Number(1, 9, whole=True), "How many signals must agree", 2),
        "most": Field(Number(1, 9, whole=True), "How many hints are told", 1),
        "needs_anchor": Field(Flag(), "Whether an anchor must be among them", default=False),
        "from": Field(ListOf(_FROM, shortest=1)),
    }
)
RULES: Final = Table(
    {
        "ignored_words": Field(ListOf(_WORD), "Words that are no names"),
        "kinds": Field(Table({}), "Programs by kind of work"),
        "question": Field(ListOf(_QUESTION, shortest=1)),
    }
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal that a question rests on, and how it is read."""

    signal: str
    reads: str
    weight: float
    anchor: bool
    may_differ: bool
    means: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that readings can suggest together."""

    id: str
    about: str
    text: str
    differs: str
    mask: MaskKind
    needs: float
    strong: float
    least: int
    most: int
    needs_anchor: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All questions, the words that are no names, and the programs by kind of work."""

    questions: tuple[Question, ...]
    ignored_words: frozenset[str]
    kinds: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone's country or territory and its offsets from UTC in January and July."""

    territory: str
    offsets: tuple[str, ...]


def load_rules(root: Path | None = None) -> Rules:
    """Read the rules; raise `CatalogueError` naming file and key for the first fault, since half the rules would mislead."""
    document, report = _document(root, "inference")
    kinds = {name: frozenset(words) for name, words in _lists(document.get("kinds"), report).items()}
    content: Any = RULES.read({**document, "kinds": {}}, "", report)
    _refuse(report)
    return Rules(tuple(_question(item) for item in content["question"]), frozenset(content["ignored_words"]), MappingProxyType(kinds))


def _question(content: dict[str, Any]) -> Question:
    return Question(
        **{name: content[name] for name in ("id", "about", "text", "needs", "strong", "least", "most", "needs_anchor")},
        differs=content.get("differs", ""),
        mask=MaskKind(content["mask"]),
        evidence=tuple(Evidence(**{"means": "", **item}) for item in content["from"]),
    )


def _lists(value: object, report: Report) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        report.add("kinds", "is not a table")
        return {}
    return {name: list(map(str, _as_list(ListOf(_WORD).read(words, f"kinds.{name}", report)))) for name, words in value.items()}


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@cache
def zones(root: Path | None = None) -> Mapping[str, Zone]:
    """Return every named time zone; raise `CatalogueError` if the table is broken."""
    document, report = _document(root, "zones")
    table = document.get("zones")
    if not isinstance(table, dict) or not all(isinstance(line, str) and len(line.split()) >= 2 for line in table.values()):
        report.add("zones", "is not a table of texts such as 'AB +0100 +0200'")
    _refuse(report)
    return MappingProxyType({name: Zone(line.split()[0], tuple(line.split()[1:])) for name, line in document["zones"].items()})


def _document(root: Path | None, stem: str) -> tuple[dict[str, Any], Report]:
    folder = root or paths.resource_root() / "catalogue"
    report = Report(f"{folder.name}/{stem}.toml")
    for file in list_files(folder):
        if file.stem == stem:
            return parse(file, report), report
    report.add("", "is missing; reinstall Telltale")
    return {}, report


def _refuse(report: Report) -> None:
    if report.problems:
        raise CatalogueError(str(report.problems[0]))

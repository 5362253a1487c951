"""Building blocks that say what a catalogue file may hold: each checks a value and describes itself as JSON Schema.

`read` gives back a plain JSON-able value with defaults filled in (a date becomes its ISO text), or notes problems in the
`Report`. It never raises for anything a TOML file can hold. One definition serves loading, the cache and the schema.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Protocol

from core.catalogue.words import text_fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from core.catalogue.problem import Report

    Json = str | int | float | bool | list["Json"] | dict[str, "Json"]
    Plain = dict[str, Json]

_NAMES: Final[dict[type, str]] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}
_PATTERNS: Final = {"sentence": "^.*\\.$", "technical": "^.*\\.$", "title": "^[A-Z0-9].*[^.]$"}


class Kind(Protocol):
    """What one value of a catalogue file may be."""

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check a value; note problems under its key path; give back a plain value."""
        ...

    def schema(self) -> Plain:
        """Describe the same demand as JSON Schema."""
        ...


def wrong_type(value: object, wanted: str, key: str, report: Report) -> None:
    """Note that a value has the wrong type (without repeating the value)."""
    report.add(key, f"is {_NAMES.get(type(value), 'a date or time')}, but {wanted} is wanted")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line; `rule` names the text rule of `core.catalogue.words` it must follow."""

    rule: str = "plain"
    pattern: str = ""
    longest: int = 600
    may_be_empty: bool = False

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check type, length, characters, pattern and wording."""
        if not isinstance(value, str):
            wrong_type(value, "a text", key, report)
            return ""
        if not value and self.may_be_empty:
            return value
        fault = self._fault(value)
        if fault:
            report.add(key, fault)
        return value

    def _fault(self, value: str) -> str:
        if not value.strip():
            return "is empty"
        if len(value) > self.longest:
            return f"is longer than {self.longest} characters"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"does not match {self.pattern}"
        return text_fault(value, self.rule)

    def schema(self) -> Plain:
        """Describe as a string; wording rules cannot be said in JSON Schema beyond first and last character."""
        out: Plain = {"type": "string", "maxLength": self.longest}
        if not self.may_be_empty:
            out["minLength"] = 1
        pattern = f"^(?:{self.pattern})$" if self.pattern else _PATTERNS.get(self.rule, "")
        if pattern:
            out["pattern"] = f"^$|{pattern}" if self.may_be_empty else pattern
        return out


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list of words, usually the values of an enum."""

    words: tuple[str, ...]

    @staticmethod
    def of(enum: type[Enum]) -> Choice:
        """Allow the values of a text enum."""
        return Choice(tuple(str(item.value) for item in enum))

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check that the word is in the list."""
        if not isinstance(value, str):
            wrong_type(value, "a text", key, report)
        elif value not in self.words:
            report.add(key, f"is not one of: {', '.join(self.words)}")
        else:
            return value
        return self.words[0]

    def schema(self) -> Plain:
        """Describe as an enum."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range; whole numbers only if `whole`."""

    low: float
    high: float
    whole: bool = False

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check type and range; true and false are no numbers."""
        allowed = int if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, allowed):
            wrong_type(value, "a whole number" if self.whole else "a number", key, report)
        elif math.isnan(value) or not self.low <= value <= self.high:
            report.add(key, f"is not between {self.low:g} and {self.high:g}")
        else:
            return value
        return self.low

    def schema(self) -> Plain:
        """Describe as an integer or number with bounds."""
        return {"type": "integer" if self.whole else "number", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check the type."""
        if isinstance(value, bool):
            return value
        wrong_type(value, "true or false", key, report)
        return False

    def schema(self) -> Plain:
        """Describe as a boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, written as a TOML date without quotes; read as ISO text."""

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check that it is a date without a time, and not before Telltale could have looked."""
        if isinstance(value, date) and not isinstance(value, datetime):
            if value.year >= 2000:
                return value.isoformat()
            report.add(key, "is a date before the year 2000")
        else:
            wrong_type(value, "a date (2026-11-20, without quotes)", key, report)
        return ""

    def schema(self) -> Plain:
        """Describe as a date."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose entries are all of one kind."""

    kind: Kind
    shortest: int = 0
    unique: bool = True

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check every entry and, if asked, that none is there twice."""
        if not isinstance(value, list):
            wrong_type(value, "a list", key, report)
            return []
        out = [self.kind.read(item, f"{key}[{index}]", report) for index, item in enumerate(value)]
        if len(out) < self.shortest:
            report.add(key, f"needs at least {self.shortest} entry")
        if self.unique and any(item in out[:index] for index, item in enumerate(out)):
            report.add(key, "holds the same entry twice")
        return out

    def schema(self) -> Plain:
        """Describe as an array."""
        out: Plain = {"type": "array", "items": self.kind.schema()}
        if self.shortest:
            out["minItems"] = self.shortest
        if self.unique:
            out["uniqueItems"] = True
        return out


_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table: its kind, what it means, and its default (none: the key must be there)."""

    kind: Kind
    about: str = ""
    default: object = _REQUIRED

    @property
    def is_required(self) -> bool:
        """Whether a table without this key is wrong."""
        return self.default is _REQUIRED


@dataclass(frozen=True, slots=True)
class Table:
    """A table with exactly these keys."""

    fields: Mapping[str, Field]
    at_least_one: bool = field(default=False)

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check every key, name the unknown and the missing ones, and fill in defaults."""
        if not isinstance(value, dict):
            wrong_type(value, "a table", key, report)
            return {}
        out: Plain = {}
        for name in value:
            if name not in self.fields:
                report.add(join(key, str(name)), f"is not a known key; known are: {', '.join(self.fields)}")
        if self.at_least_one and not value:
            report.add(key, "is empty")
        for name, entry in self.fields.items():
            if name in value:
                out[name] = entry.kind.read(value[name], join(key, name), report)
            elif entry.is_required:
                report.add(join(key, name), "is missing")
            elif entry.default is not None:
                out[name] = entry.default  # type: ignore[assignment]  # defaults are written as plain values
        return out

    def schema(self) -> Plain:
        """Describe as an object that allows no other keys."""
        properties: Plain = {}
        for name, entry in self.fields.items():
            described = entry.kind.schema()
            properties[name] = {"description": entry.about, **described} if entry.about else described
        out: Plain = {"type": "object", "additionalProperties": False, "properties": properties}
        required: list[Json] = [name for name, entry in self.fields.items() if entry.is_required]
        if required:
            out["required"] = required
        if self.at_least_one:
            out["minProperties"] = 1
        return out


def join(key: str, name: str) -> str:
    """Return the dotted path of a key inside a table; names that are not bare keys are quoted and escaped."""
    shown = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else ascii(name)
    return f"{key}.{shown}" if key else shown


def document_schema(title: str, table: Table) -> Plain:
    """Return the JSON Schema of a whole file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **table.schema()}

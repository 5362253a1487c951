"""The definition of a policy file: read by `core.policy_file`, exported as `resources/schema/policy.schema.json`.

The words in it are the organisation's own, in any language; only characters nobody can see are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from core.catalogue.reader import Choice, Day, Field, Flag, ListOf, Number, Table, Text, document_schema
from core.catalogue.signal_schema import ID
from core.catalogue.tool_schema import RANGE

if TYPE_CHECKING:
    from core.catalogue.problem import Report
    from core.catalogue.reader import Json, Plain

STATUSES: Final = ("allowed", "high-risk", "not-allowed")


class Words(Text):
    """A text of an organisation, which may be written over several lines; it is read as one."""

    __slots__ = ()

    def read(self, value: object, key: str, report: Report) -> Json:
        """Join lines and blanks, then check like a text."""
        return Text.read(self, " ".join(value.split()) if isinstance(value, str) else value, key, report)


_WORDS: Final = Words(longest=1000)
_SOURCES: Final = Field(ListOf(Text(longest=300)), "Where the rule was published or decided", [])

_ORGANISATION: Final = Table(
    {
        "name": Field(Text(longest=120), "Who says this"),
        "contact": Field(Text(longest=200), "Whom to ask; shown with every rule that names nobody else", ""),
        "issued": Field(Day(), "When this policy was made", None),
        "note": Field(_WORDS, "What readers should know about it", ""),
        "sources": _SOURCES,
    }
)
_RULE: Final = Table(
    {
        "tool": Field(Text(pattern=ID, longest=40), "For this tool; an id of `telltale claims`", None),
        "vendor": Field(Text(longest=60), "For every tool of this vendor, as the catalogue writes it", None),
        "unknown": Field(Flag(), "true: for every tool that no other rule names, also for ones Telltale does not know", None),
        "versions": Field(
            Text(pattern=RANGE, longest=200), "Only for these versions: '>=2.1.91 <=2.1.197', '=1.2.3', joined by ' || '", "*"
        ),
        "status": Field(Choice(STATUSES), "What holds"),
        "from": Field(Day(), "The first day it holds; always if left out", None),
        "reason": Field(_WORDS, "Why, in the organisation's own words", ""),
        "alternative": Field(Text(pattern=ID, longest=40), "The tool recommended instead", None),
        "alternatives": Field(ListOf(Text(pattern=ID, longest=40)), "Further tools recommended instead, such as its other forms", []),
        "contact": Field(Text(longest=200), "Whom to ask about this rule", ""),
        "sources": _SOURCES,
    }
)
_HIDE: Final = Table(
    {
        "signal": Field(Text(pattern=ID, longest=40), "A signal of `telltale signals`"),
        "tools": Field(ListOf(Text(pattern=ID, longest=40)), "The tools it must be hidden from; every tool if left out", []),
        "from": Field(Day(), "The first day it holds; always if left out", None),
        "reason": Field(_WORDS, "Why, in the organisation's own words", ""),
    }
)
POLICY: Final = Table(
    {
        "format": Field(Number(1, 1, whole=True), "The form of this file"),
        "organisation": Field(_ORGANISATION, "Who speaks"),
        "rule": Field(ListOf(_RULE), "What holds for which tools", []),
        "hide": Field(ListOf(_HIDE), "What must be hidden from tools", []),
    }
)


def check_policy(document: dict[str, Any], report: Report) -> dict[str, Any]:
    """Check a parsed policy; note problems; give back the plain content with defaults filled in."""
    content = cast("dict[str, Any]", POLICY.read(document, "", report))
    if report.problems:
        return {}
    for index, rule in enumerate(content["rule"]):
        named = [name for name in ("tool", "vendor", "unknown") if rule.get(name)]
        if len(named) != 1:
            report.add(f"rule[{index}]", "needs exactly one of tool, vendor and unknown = true")
    return content


def policy_schema() -> Plain:
    """Return the JSON Schema of a policy file."""
    return document_schema("Telltale policy of an organisation", POLICY)

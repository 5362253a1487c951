"""The definition of a toggle file: read by the loader, exported as `resources/schema/toggle.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.catalogue.reader import Choice, Day, Field, ListOf, Table, Text, document_schema
from core.catalogue.signal_schema import ID
from core.model import System
from core.toggles.model import LaunchGroup, Scope
from core.toggles.registry import HOMES, SANDBOX_PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue.problem import Report
    from core.catalogue.reader import Plain

WORKS: Final = ("documented", "verified", "partly", "no-effect", "untested")
ASSIGNMENT: Final = "[A-Za-z_][A-Za-z0-9_]*=[ -~]*"
VARIABLE: Final = r"[A-Za-z_][A-Za-z0-9_]*\*?"

# What each kind takes, and what it cannot do without.
TAKES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "launch-environment": (("set", "unset", "keep_only"), ()),
    "launch-sandbox": (("part",), ("part",)),
    "settings-key": (("place", "key", "value", "format", "operation"), ("place", "key", "value")),
    "ignore-entry": (("place", "key", "entry"), ("place", "entry")),
    "user-setting": (("program", "name", "value", "type"), ("program", "name", "value")),
    "system-setting": (("program", "name", "value", "type"), ("program", "value")),
    "desktop-launcher": (("entry",), ()),
    "vendor-account": (("link", "say"), ("link", "say")),
    "by-hand": (("say",), ("say",)),
}

_LINE: Final = Text(longest=300, pattern="[ -~]+")
_CHANGE: Final = Table(
    {
        "kind": Field(Choice(tuple(HOMES)), "The built-in kind of change"),
        "systems": Field(ListOf(Choice.of(System), shortest=1), "Where it holds; everywhere if left out", [str(name) for name in System]),
        "set": Field(ListOf(Text(pattern=ASSIGNMENT, longest=200)), "For launch-environment: variables as NAME=value", None),
        "unset": Field(
            ListOf(Text(pattern=VARIABLE, longest=80)), "For launch-environment: names left out; NAME_* for all that begin so", None
        ),
        "keep_only": Field(ListOf(Text(pattern=VARIABLE, longest=80)), "For launch-environment: everything else is left out", None),
        "part": Field(ListOf(Choice(tuple(SANDBOX_PARTS)), shortest=1), "For launch-sandbox: what is hidden", None),
        "place": Field(_LINE, "The file; ~ home, <project> project folder, $VAR, %VAR%", None),
        "key": Field(_LINE, "Key, its parts joined by dots and quoted where a part holds one", None),
        "value": Field(_LINE, "For a settings file as JSON, else as the command takes it", None),
        "format": Field(_LINE, "Only where the file's name does not tell it", None),
        "operation": Field(Choice(("put", "append", "drop")), "put unless said otherwise", None),
        "entry": Field(_LINE, "For ignore-entry: the line or rule; for desktop-launcher: the file name of the menu entry", None),
        "program": Field(_LINE, "The system's own command: gsettings, git, defaults, reg, timedatectl, hostnamectl, tzutil", None),
        "name": Field(ListOf(_LINE), "The setting's address there, in parts", None),
        "type": Field(_LINE, "For defaults and reg: the value's type", None),
        "link": Field(Text(pattern="https://[!-~]+", longest=200), "The page of the account", None),
        "say": Field(Text("sentence"), "What to look for or to type", None),
    }
)

TOGGLE: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=60), "The file's name without .toml"),
        "title": Field(Text("title", longest=60), "What is hidden or switched off, in sentence case"),
        "plain": Field(Text("sentence", longest=320), "What it does, in everyday words"),
        "hides": Field(ListOf(Text(pattern=ID, longest=40)), "Signals it makes uniform or keeps from going out", []),
        "tools": Field(ListOf(Text(pattern=ID, longest=40)), "Tools it is for; every tool if left out", []),
        "scope": Field(Choice.of(Scope), "How far it reaches"),
        "group": Field(Choice.of(LaunchGroup), "What it belongs together with", str(LaunchGroup.NONE)),
        "change": Field(ListOf(_CHANGE, shortest=1), "What is done, in order"),
        "from_when": Field(Text("sentence"), "From when it holds"),
        "side_effect": Field(Text("sentence"), "What stops working or looks different"),
        "undo": Field(Text("sentence"), "How it is taken back"),
        "verify": Field(Text("sentence"), "How the effect is measured"),
        "works": Field(Choice(WORKS), "verified: seen to work by us; documented: its maker says so; partly; no-effect; untested"),
        "link": Field(Text(pattern="https://[!-~]+", longest=200), "Where to read more", None),
        "source": Field(Text(longest=300), "A document, or how it was measured"),
        "checked_on": Field(Day(), "When"),
        "checked_version": Field(Text(pattern="[ -~]+", longest=60), "With which versions"),
        "half": Field(Text("sentence"), "The warning where only a part of the changes is possible", None),
        "whole_for": Field(ListOf(Text(pattern=ID, longest=40)), "Tools for which a part alone is refused", []),
    }
)


def check_whole(content: dict[str, Any], report: Report) -> None:
    """Check what one key cannot know: the parameters of each kind, and reaches that fit the kinds."""
    kinds = [change["kind"] for change in content["change"]]
    for index, change in enumerate(content["change"]):
        allowed, needed = TAKES[change["kind"]]
        for name in change:
            if name not in {*allowed, "kind", "systems"}:
                report.add(f"change[{index}].{name}", f"is not taken by {change['kind']!r}, which takes: {', '.join(allowed)}")
        for name in needed:
            if name not in change:
                report.add(f"change[{index}].{name}", f"is missing, but {change['kind']!r} needs it")
        if change["kind"] == "launch-environment" and not any(change.get(name) for name in allowed):
            report.add(f"change[{index}]", "neither sets, leaves out nor keeps a variable")
    if ("system-setting" in kinds) != (content["scope"] == Scope.COMPUTER):
        report.add("scope", "is 'computer' exactly where a system-setting is made")
    if {"settings-key", "ignore-entry"} & {*kinds} and not content["tools"]:
        report.add("tools", "is empty, but a tool's own file is changed")
    if content["whole_for"] and "half" not in content:
        report.add("half", "is missing, but whole_for names tools")


def toggle_schema() -> Plain:
    """Return the JSON Schema of a toggle file."""
    return document_schema("Telltale toggle", TOGGLE)

"""The definition of a signal file: read by the loader, exported as `resources/schema/signal.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.catalogue.reader import Choice, Day, Field, Flag, ListOf, Number, Table, Text, document_schema
from core.model import Group, Reach, Support, System

if TYPE_CHECKING:
    from core.catalogue.problem import Report
    from core.catalogue.reader import Plain

ID: Final = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
NOTIFY: Final = "(dbus|netlink|dconf|notifyd|registry|qt):[ -~]+"

_SUPPORT: Final = Table(
    {
        "state": Field(Choice.of(Support), "works, recorded (tested on recorded answers only), not-possible or not-built"),
        "reason": Field(Text("sentence", may_be_empty=True), "A sentence; needed for every state but works", ""),
    }
)
_CHANGES: Final = Table(
    {
        "watch": Field(ListOf(Text(pattern="[~/$%A-Z*.][ -~]*")), "Paths; ~ is the home folder", []),
        "notify": Field(ListOf(Text(pattern=NOTIFY)), "Notifications of the system", []),
        "poll_s": Field(Number(0, 86_400), "Seconds between looks while the window is visible; 0 for none", 0),
    },
    at_least_one=True,
)
_NEUTRAL: Final = Table(
    {
        "value": Field(Text(longest=80), "The value many others have too"),
        "reach": Field(Choice.of(Reach), "The least invasive level that reaches it"),
        "how": Field(Text("sentence"), "How it is reached"),
    }
)
_EVIDENCE: Final = Table(
    {
        "source": Field(Text(longest=300), "Where the claim comes from"),
        "date": Field(Day(), "When it was looked at"),
        "note": Field(Text("sentence", may_be_empty=True), "What exactly it supports", ""),
        "verified": Field(Flag(), "Whether Telltale's makers saw it themselves", default=False),
    }
)

SIGNAL: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=40), "The file's name without .toml"),
        "group": Field(Choice.of(Group), "What the signal is about"),
        "title": Field(Text("title", longest=48), "A name in sentence case"),
        "plain": Field(Text("sentence", longest=320), "What it means, in everyday words"),
        "technical": Field(Text("technical"), "How programs read it, in the field's words"),
        "sensitivity": Field(Number(0, 4, whole=True), "How much it says about a person, 0 to 4"),
        "probe": Field(Text(pattern=ID, longest=40), "The probe's name, if it is not the id", None),
        "order": Field(Number(0, 9999, whole=True), "Place inside the group"),
        "icon": Field(Text(pattern=ID, longest=40), "A Lucide icon name"),
        "restless": Field(Flag(), "Whether it changes by itself all the time, so that a change is no entry of the timeline", default=False),
        "systems": Field(Table({str(name): Field(_SUPPORT) for name in System}), "What Telltale can do on each system"),
        "changes": Field(Table({str(name): Field(_CHANGES, default=None) for name in System}), "How a change is noticed", {}),
        "neutral": Field(_NEUTRAL, "Left out where no uniform value exists", None),
        "caveats": Field(ListOf(Text("sentence", longest=400)), "What to know before trusting or hiding it", []),
        "evidence": Field(ListOf(_EVIDENCE, shortest=1), "Where the facts come from"),
    }
)


def check_whole(content: dict[str, Any], report: Report) -> None:
    """Check what one key cannot know: reasons for what does not work, and no list of changes for what is never read."""
    for name, entry in content["systems"].items():
        works = entry["state"] == Support.WORKS
        if not works and not entry["reason"]:
            report.add(f"systems.{name}.reason", f"is missing, but the state {entry['state']!r} needs one")
        if works and entry["reason"]:
            report.add(f"systems.{name}.reason", "is given, but the state 'works' needs none")
    for name in content["changes"]:
        if content["systems"][name]["state"] in {Support.NOT_POSSIBLE, Support.NOT_BUILT}:
            report.add(f"changes.{name}", "is given, but nothing is read on this system")


def signal_schema() -> Plain:
    """Return the JSON Schema of a signal file."""
    return document_schema("Telltale signal", SIGNAL)

"""The definition of a tool file: read by the loader, exported as `resources/schema/tool.schema.json`.

Fewest lines of a tool: id, name, vendor, homepage, kinds, summary, checked_version, checked_on, one `[process]` and one
`[[finder]]`; everything else is there to be filled with evidence. CONTRIBUTING.md says how to add one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from core.catalogue.reader import Choice, Day, Field, ListOf, Table, Text, document_schema
from core.catalogue.signal_schema import ID
from core.model import Grade, System
from core.tools.model import Basis, ToolKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue.problem import Report
    from core.catalogue.reader import Json, Plain

VERSION: Final = r"[0-9A-Za-z][0-9A-Za-z.+_~-]*"
RANGE: Final = rf"\*|(=|<=?|>=?){VERSION}( (<=?|>=?){VERSION})?( \|\| (=|<=?|>=?){VERSION}( (<=?|>=?){VERSION})?)*"
NAME: Final = "[!-~]+"
SPACED: Final = "[ -~]+"
ENV: Final = "[A-Za-z_][A-Za-z0-9_]*"
HOST: Final = r"(\*\.|<[a-z]+>\.|\*-)?[a-z0-9][a-z0-9.-]*\.[a-z]+(:[0-9]+)?"
PLACES: Final = ("settings", "state", "transcripts", "logs", "identifiers", "credentials")
WORKS: Final = ("documented", "verified", "partly", "no-effect", "untested")
OPT_OUTS: Final = ("environment", "settings-file", "flag", "command", "account")
SEMANTICS: Final = ("value", "boolean", "presence")
CLAIMED: Final = (Grade.VENDOR_SAYS, Grade.SAW_SENT, Grade.SAW_READ, Grade.REPORTED)

# What each kind of finder takes; core/tools/finders implements exactly these.
FINDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "npm-package": ("names",),
    "python-package": ("names",),
    "homebrew": ("formulae", "casks"),
    "system-package": ("apt", "rpm"),
    "flatpak": ("ids",),
    "snap": ("names",),
    "path-command": ("names", "markers"),
    "native-install": ("paths",),
    "vscode-family": ("app", "data", "server", "name_short", "application_name"),
    "vscode-extension": ("ids",),
    "vscode-builtin": ("ids",),
    "jetbrains-plugin": ("ids",),
    "macos-bundle": ("ids",),
    "windows-uninstall": ("names", "keys"),
    "windows-path": ("paths",),
    "msix": ("names",),
    "desktop-entry": ("ids",),
    "native-messaging": ("hosts",),
    "local-port": ("port", "path", "answer_field"),
}
_MATCH: Final = tuple(dict.fromkeys(name for names in FINDERS.values() for name in names))


class Pattern(Text):
    """A regular expression of Python, which must compile."""

    __slots__ = ()

    def read(self, value: object, key: str, report: Report) -> Json:
        """Check like a text, then that the expression compiles."""
        read = Text.read(self, value, key, report)
        try:
            re.compile(str(read))
        except re.error:
            report.add(key, "is not a valid regular expression")
        return read


def _texts(pattern: str = SPACED, longest: int = 200) -> ListOf:
    return ListOf(Text(pattern=pattern, longest=longest))


_SYSTEMS: Final = Field(ListOf(Choice.of(System), shortest=1), "Where it holds; everywhere if left out", [str(name) for name in System])
_BASIS: Final = Field(
    Choice.of(Basis),
    "observed: seen in a run of our own; shipped-code: read in shipped or published code; vendor-says; reported: by others; unverified: "
    "from memory, never shown as a fact",
)
_SOURCE: Final = Field(Text(longest=300), "A document, or how it was measured")
_VERSIONS: Final = Field(Text(pattern=RANGE, longest=200), "Tool versions: '=1.2.3', '>=1.2 <=1.4', alternatives joined by ' || ', or '*'")
_PROCESS: Final = Table(
    {
        "exe": Field(ListOf(Pattern(longest=300)), "Expressions searched in the path of the running file, '/' between folders", []),
        "argv": Field(ListOf(Pattern(longest=300)), "Expressions searched in the command line, arguments joined by one blank", []),
        "background": Field(ListOf(Pattern(longest=300)), "The same for helpers that go on without a session; searched in both", []),
        "child_env": Field(_texts(ENV), "Names of variables the tool sets in programs it starts", []),
    }
)
_INSPECT: Final = Table(
    {
        "way": Field(Choice(("proxy", "base-url", "none")), "How its requests reach the inspector"),
        "api": Field(Choice(("anthropic", "openai-responses", "openai-chat", "gemini", "own")), "The shape of its model requests", "own"),
        "base_url_env": Field(Text(pattern=ENV, longest=60), "The variable that takes another address", None),
        "base_url_path": Field(Text(pattern="/[!-~]*", longest=60), "Path to append to that address", None),
        "arguments": Field(Text(pattern=SPACED, longest=200), "Arguments that take another address; {url} stands for it", None),
        "bypass": Field(Text("sentence"), "What goes round the proxy or the address", None),
        "note": Field(Text("sentence"), "What to know before comparing", None),
    }
)
_FINDER: Final = Table(
    {
        "kind": Field(Choice(tuple(FINDERS)), "The built-in finder"),
        **{name: Field(_texts(), f"For: {', '.join(kind for kind, names in FINDERS.items() if name in names)}", None) for name in _MATCH},
        "systems": _SYSTEMS,
        "basis": _BASIS,
    }
)
_PLACE: Final = Table(
    {
        "what": Field(Choice(PLACES), "What is kept there"),
        "path": Field(
            Text(pattern=r"[~/$%A-Z<*.][ -~]*", longest=200), "~ home, <project> project folder, %VAR%, $VAR, <any> a part that varies"
        ),
        "systems": _SYSTEMS,
        "basis": _BASIS,
        "note": Field(Text("sentence", may_be_empty=True), "What to know of it", ""),
    }
)
_CLAIM: Final = Table(
    {
        "signal": Field(Text(pattern=ID, longest=40), "A signal of the catalogue"),
        "grade": Field(Choice(tuple(str(grade) for grade in CLAIMED)), "vendor-says, saw-sent, saw-read or reported"),
        "text": Field(Text("sentence"), "What exactly, where to, in which form"),
        "source": _SOURCE,
        "seen_on": Field(Day(), "When it was seen or looked up"),
        "versions": _VERSIONS,
        "system": Field(Choice.of(System), "Left out if the claim names none", None),
        "limits": Field(Text("sentence"), "What the claim does not cover"),
        "basis": _BASIS,
    }
)
_OPT_OUT: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=60), "Unique among all tools"),
        "kind": Field(Choice(OPT_OUTS), "Where the switch is"),
        "key": Field(
            Text(pattern=SPACED, longest=120), "Variable, key (parts joined by dots, quoted where a part holds one), flag or page"
        ),
        "value": Field(Text(pattern=SPACED, longest=120, may_be_empty=True), "For a settings file, a JSON value", ""),
        "place": Field(Text(pattern=SPACED, longest=160, may_be_empty=True), "The settings file", ""),
        "effect": Field(Text("sentence"), "What stops, and what goes on"),
        "side_effect": Field(Text("sentence", may_be_empty=True), "What else changes; empty if nothing is known", ""),
        "works": Field(Choice(WORKS), "verified: seen to work; documented: its vendor says so; untested: neither"),
        "semantics": Field(Choice(SEMANTICS), "presence: any value that is not empty counts, so undoing means removing it", "value"),
        "source": _SOURCE,
        "checked_on": Field(Day(), "When it was tried or looked up"),
        "checked_version": Field(Text(pattern=SPACED, longest=60), "With which version"),
        "basis": _BASIS,
        "hides": Field(ListOf(Text(pattern=ID, longest=40)), "Signals that no longer go out that way", []),
    }
)
_REPORT: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=60), "Unique among all tools"),
        "title": Field(Text("title", longest=100), "What it is about, neutrally"),
        "claim": Field(Text("sentence", longest=900), "What was claimed"),
        "claimed_by": Field(_texts(), "By whom, when"),
        "first_date": Field(Day(), "When it was first said"),
        "versions": _VERSIONS,
        "first_version": Field(Text(pattern=VERSION, may_be_empty=True, longest=60), "First version known to show it", ""),
        "last_version": Field(Text(pattern=VERSION, may_be_empty=True, longest=60), "Last version known to show it", ""),
        "conditions": Field(ListOf(Text("sentence")), "When it happens, and when not", []),
        "vendor_answer": Field(Text("sentence", longest=900), "The other side; says so if no answer was found"),
        "state": Field(Text("sentence"), "How things stand"),
        "own_check": Field(Text("sentence", longest=900), "What we saw ourselves; says so if nothing"),
        "basis": Field(
            Choice(("observed", "reported", "unverified")),
            "observed: our own runs saw it too; reported: others' words only; unverified: partly from memory",
        ),
        "signals": Field(ListOf(Text(pattern=ID, longest=40)), "Signals it is about", []),
        "sources": Field(ListOf(Text(longest=300), shortest=1), "With dates where known"),
        "checked_on": Field(Day(), "When both sides were last looked up"),
    }
)

TOOL: Final = Table(
    {
        "id": Field(Text(pattern=ID, longest=40), "The file's name without .toml"),
        "name": Field(Text(longest=60), "As its vendor writes it"),
        "vendor": Field(Text(longest=60), "Who makes it"),
        "homepage": Field(Text(pattern="https://[!-~]+", longest=200), "Where its documents are"),
        "kinds": Field(ListOf(Choice.of(ToolKind), shortest=1), "What sort of program"),
        "mark": Field(Text(pattern=ID, longest=40), "Icon below resources/icons/tools", None),
        "summary": Field(Text("sentence", longest=320), "What it is, in everyday words"),
        "checked_version": Field(Text(pattern=SPACED, longest=60), "The version these facts were checked with, or what was read"),
        "checked_on": Field(Day(), "When"),
        "commands": Field(_texts(NAME), "Commands it puts on the path", []),
        "hosts": Field(_texts(HOST), "Names it was seen or is documented to contact", []),
        "base_url_env": Field(_texts(ENV), "Variables that change where its requests go", []),
        "proxy_env": Field(_texts(ENV), "Proxy variables it honours", []),
        "ca_env": Field(_texts(ENV), "Variables through which it trusts another authority", []),
        "ignore_files": Field(_texts(), "Files or settings that keep content from it", []),
        "own_sandbox": Field(Text("sentence", may_be_empty=True), "What it confines by itself; empty if nothing is known", ""),
        "notes": Field(ListOf(Text("sentence")), "What else to know", []),
        "process": Field(_PROCESS, "How a running one is recognised; never by the short process name"),
        "inspect": Field(_INSPECT, "How its requests can be looked at", {"way": "none"}),
        "finder": Field(ListOf(_FINDER, shortest=1), "How an installation is found"),
        "place": Field(ListOf(_PLACE), "Where it keeps what", []),
        "claim": Field(ListOf(_CLAIM), "Who says that it reads or sends what", []),
        "opt_out": Field(ListOf(_OPT_OUT), "How it collects less, also what has no effect", []),
        "report": Field(ListOf(_REPORT), "Disputes, both sides", []),
    }
)


def check_whole(content: dict[str, Any], report: Report) -> None:
    """Check what one key cannot know: arguments of finders, evidence that fits its grade, places of switches."""
    for index, finder in enumerate(content["finder"]):
        _check_finder(finder, f"finder[{index}]", report)
    for index, claim in enumerate(content["claim"]):
        if claim["grade"].startswith("saw-") != (claim["basis"] == Basis.OBSERVED):
            report.add(f"claim[{index}].basis", "must be 'observed' for what was seen read or sent, and for nothing else")
    for index, entry in enumerate(content["opt_out"]):
        _check_opt_out(entry, f"opt_out[{index}]", report)
    for name in ("opt_out", "report"):
        ids = [entry["id"] for entry in content[name]]
        if len(ids) != len(set(ids)):
            report.add(name, "uses the same id twice")


def _check_finder(finder: dict[str, Any], key: str, report: Report) -> None:
    allowed = FINDERS[finder["kind"]]
    for name in _MATCH:
        if name in finder and name not in allowed:
            report.add(f"{key}.{name}", f"is not taken by {finder['kind']!r}, which takes: {', '.join(allowed)}")
    if not any(finder.get(name) for name in allowed):
        report.add(key, f"gives {finder['kind']!r} nothing to look for")
    if finder["kind"] == "path-command" and not (finder.get("names") and finder.get("markers")):
        report.add(key, "needs names and markers: a command's name alone proves nothing")
    if finder["kind"] == "windows-uninstall":
        for expression in finder.get("names", ()):
            Pattern(longest=200).read(expression, f"{key}.names", report)


def _check_opt_out(entry: dict[str, Any], key: str, report: Report) -> None:
    if entry["kind"] == "settings-file" and not (entry["place"] and entry["value"]):
        report.add(f"{key}.place", "a settings file needs its place and a value")
    if entry["kind"] == "environment" and not (entry["value"] and re.fullmatch(ENV, entry["key"])):
        report.add(f"{key}.key", "a variable needs its name and a value")
    if entry["works"] in {"verified", "partly", "no-effect"} and entry["basis"] != Basis.OBSERVED:
        report.add(f"{key}.basis", "must be 'observed' for what is said to have been tried")


def tool_schema() -> Plain:
    """Return the JSON Schema of a tool file."""
    return document_schema("Telltale AI tool", TOOL)

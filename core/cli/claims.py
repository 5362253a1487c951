"""`telltale claims`: what is known of AI tools, by whom and how, with switches and both sides of disputes."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.cli.choose import refuse
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, clip, columns_of, complain, count_of, fold, paint, say, say_json, wants_colour, width
from core.model import Grade
from core.tools.model import Basis
from core.tools.versions import range_words

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping

    from core.tools.model import Claim, OptOut, Report, Tool

GRADES: Final[Mapping[Grade, str]] = {
    Grade.SAW_SENT: "Seen sent by Telltale's makers",
    Grade.SAW_READ: "Seen read by Telltale's makers",
    Grade.VENDOR_SAYS: "The vendor says",
    Grade.REPORTED: "Reported",
}
WORKS: Final[Mapping[str, str]] = {
    "verified": "seen to work",
    "partly": "seen to work in part",
    "no-effect": "seen to have no effect",
    "documented": "documented",
    "untested": "not tested",
}
_ASKS_FOR_A_CHECK: Final = 90


BASIS: Final[Mapping[Basis, str]] = {
    Basis.OBSERVED: "Seen by Telltale's makers in their own runs.",
    Basis.REPORTED: "Others' words only; Telltale's makers did not see it themselves.",
    Basis.UNVERIFIED: "Partly from memory; look at the sources before relying on it.",
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "claims", "list what is known of AI tools, or of one: claims, switches and reports", run)
    parser.add_argument("tool", nargs="?", metavar="TOOL", help="the tool to explain")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--older-than",
        type=int,
        nargs="?",
        const=_ASKS_FOR_A_CHECK,
        metavar="DAYS",
        help=f"list only what was last checked more than so many days ago ({_ASKS_FOR_A_CHECK} if no number is given)",
    )


def run(options: Namespace) -> int:
    """Print all tools, one tool, or what should be checked again."""
    catalogue = load_catalogue()
    chosen = list(_choose(catalogue.tools, options.tool))
    if options.older_than is not None:
        _print_old(chosen, options.older_than, as_json=options.json)
    elif options.json:
        say_json({"schema": "telltale.claims/1", "tools": [_data(tool) for tool in chosen]})
    else:
        for line in _explain(chosen[0]) if options.tool else _list(chosen):
            say(line)
    for problem in catalogue.tool_problems:
        complain(f"catalogue file {problem}")
    return INCOMPLETE if catalogue.tool_problems else OK


def shown(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Return the claims that may be shown as facts: what is only remembered never is."""
    return tuple(claim for claim in claims if claim.basis is not Basis.UNVERIFIED)


def due(tool: Tool, today: date, days: int) -> Iterator[tuple[date, str, str]]:
    """Yield day, kind and name of every claim, switch and report of a tool that was last checked more than so many days ago."""
    entries = [(item.seen_on, "claim", f"{item.signal}, {item.grade}") for item in tool.claims]
    entries += [(item.checked_on, "switch", item.id) for item in tool.opt_outs]
    entries += [(item.checked_on, "report", item.id) for item in tool.reports]
    yield from sorted({entry for entry in entries if today - entry[0] > timedelta(days=days)})


def _choose(tools: Mapping[str, Tool], name: str | None) -> Iterator[Tool]:
    if name is None:
        yield from tools.values()
    elif name in tools:
        yield tools[name]
    else:
        refuse(f"There is no tool {name!r}{_similar(name, tools)}; `telltale claims` lists them all.")


def _similar(name: str, tools: Mapping[str, Tool]) -> str:
    import difflib

    close = difflib.get_close_matches(name, tools, 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _list(tools: list[Tool]) -> Iterator[str]:
    columns = width()
    for tool in tools:
        counts = f"{count_of(len(shown(tool.claims)), 'claim', 'claims')}, {count_of(len(tool.opt_outs), 'switch', 'switches')}"
        if tool.reports:
            counts += f", {count_of(len(tool.reports), 'report', 'reports')}"
        yield f"  {clip(tool.id, 22):<22}  {clip(f'{counts}. {tool.name}, {tool.vendor}', columns - 26)}"
    yield ""
    yield "telltale claims TOOL explains one of them."


def _explain(tool: Tool) -> Iterator[str]:
    columns = width()
    bold = wants_colour()
    yield paint(f"{tool.name} ({tool.id}), {tool.vendor}", "bold", on=bold)
    yield from (fold(tool.summary, columns), fold(f"Checked with {tool.checked_version} on {tool.checked_on.isoformat()}.", columns))
    for grade, title in GRADES.items():
        yield from _claims(title, [claim for claim in shown(tool.claims) if claim.grade is grade], columns)
    yield from _section(f"Switches ({len(tool.opt_outs)})", [(WORKS[item.works], _opt_out_text(item)) for item in tool.opt_outs], columns)
    for report in tool.reports:
        yield from _section(f"Report: {report.title}", _report_rows(report), columns)
    yield from _section("Mind", [("", note) for note in tool.notes], columns)


def _section(title: str, rows: list[tuple[str, str]], columns: int) -> Iterator[str]:
    if rows:
        yield ""
        yield paint(title, "bold", "cyan", on=wants_colour())
        yield from columns_of(rows, columns)


def _claims(title: str, claims: list[Claim], columns: int) -> Iterator[str]:
    """Yield the claims of one grade; what they share is said once below them."""
    by_evidence: dict[str, list[Claim]] = {}
    for claim in claims:
        by_evidence.setdefault(_evidence(claim), []).append(claim)
    for evidence, members in by_evidence.items():
        yield from _section(f"{title} ({len(members)})", [(claim.signal, claim.text) for claim in members], columns)
        yield fold(evidence, columns, "  ")


def _evidence(claim: Claim) -> str:
    where = f" on {claim.system.value}" if claim.system else ""
    versions = "any version" if claim.versions == "*" else f"version {range_words(claim.versions)}"
    return f"({claim.source}, {claim.seen_on.isoformat()}, {versions}{where}. {claim.limits})"


def _opt_out_text(item: OptOut) -> str:
    what = f"{item.key} = {item.value}" if item.value else item.key
    place = f" in {item.place}" if item.place else ""
    side = f" {item.side_effect}" if item.side_effect else ""
    return f"{what}{place}: {item.effect}{side} Checked {item.checked_on.isoformat()} with {item.checked_version}, {item.source}."


def _report_rows(report: Report) -> list[tuple[str, str]]:
    rows = [("Claim", report.claim), ("By", "; ".join(report.claimed_by)), ("First said", report.first_date.isoformat())]
    rows.append(("Versions", range_words(report.versions)))
    rows.extend(("When", condition) for condition in report.conditions)
    rows.extend(
        [("Vendor's answer", report.vendor_answer), ("Now", report.state), ("Seen by us", report.own_check), ("Basis", BASIS[report.basis])]
    )
    return [*rows, *(("Source", source) for source in report.sources)]


def _print_old(tools: list[Tool], days: int, *, as_json: bool) -> None:
    today = datetime.now(UTC).date()
    found = [(tool.id, *entry) for tool in tools for entry in due(tool, today, days)]
    if as_json:
        rows = [{"tool": tool, "checked_on": day.isoformat(), "kind": kind, "name": name} for tool, day, kind, name in found]
        say_json({"schema": "telltale.claims-due/1", "days": days, "due": rows})
        return
    for tool, day, kind, name in found:
        say(f"  {day.isoformat()}  {tool:<22}  {kind:<6}  {name}")
    say(f"{count_of(len(found), 'entry was', 'entries were')} last checked more than {count_of(days, 'day', 'days')} ago.")


def _data(tool: Tool) -> dict[str, Any]:
    kept = ("id", "name", "vendor", "homepage", "summary", "checked_version", "checked_on", "notes")
    data = {name: _plain(getattr(tool, name)) for name in kept}
    return {
        **data,
        "claims": [_plain(claim) for claim in shown(tool.claims)],
        "opt_outs": [_plain(item) for item in tool.opt_outs],
        "reports": [_plain(report) for report in tool.reports],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)} if hasattr(value, "__dataclass_fields__") else value

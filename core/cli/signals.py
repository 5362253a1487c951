"""`telltale signals`: the catalogue, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.cli.choose import choose_signals
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, clip, columns_of, complain, fold, paint, say, say_json, wants_colour, width
from core.cli.scan_text import TITLES
from core.model import Group

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from core.catalogue import Catalogue
    from core.model import Signal


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "signals", "list what can be known of a computer, or explain one signal", run)
    parser.add_argument("id", nargs="?", metavar="ID", help="the signal to explain")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    """Print the catalogue or one of its signals."""
    catalogue = load_catalogue()
    wanted = choose_signals(catalogue, [options.id] if options.id else [], None)
    chosen = [signal for signal in catalogue.signals.values() if wanted is None or signal.id in wanted]
    if options.json:
        say_json({"schema": "telltale.signals/1", "signals": [_data(signal) for signal in chosen]})
    else:
        for line in _explain(chosen[0]) if options.id else _list(catalogue):
            say(line)
    for problem in catalogue.problems:
        complain(f"catalogue file {problem.file}, {problem.key or 'whole file'}: {problem.message}")
    return INCOMPLETE if catalogue.problems else OK


def _list(catalogue: Catalogue) -> Iterator[str]:
    columns = width()
    colour = wants_colour()
    for group in Group:
        members = [signal for signal in catalogue.signals.values() if signal.group is group]
        if members:
            yield paint(f"{TITLES[group]} ({len(members)})", "bold", "cyan", on=colour)
            yield from (f"  {clip(signal.id, 26):<26}  {clip(signal.plain, columns - 30)}" for signal in members)
            yield ""
    yield "telltale signals ID explains one of them."


def _explain(signal: Signal) -> Iterator[str]:
    columns = width()
    yield paint(f"{signal.title} ({signal.id})", "bold", on=wants_colour())
    yield from (fold(signal.plain, columns), fold(signal.technical, columns), "")
    rows = [("Group", TITLES[signal.group]), ("Sensitivity", f"{int(signal.sensitivity)} of 4, {signal.sensitivity.name.lower()}")]
    rows.extend((f"On {system.value}", f"{support.state.value}. {support.reason}".strip()) for system, support in signal.systems.items())
    if signal.neutral is not None:
        rows.append(("Uniform value", f"{signal.neutral.value} (reached by: {signal.neutral.reach.value}). {signal.neutral.how}"))
    rows.extend(("Mind", caveat) for caveat in signal.caveats)
    rows.extend(
        (f"Source, {item.date.isoformat()}", f"{item.source}. {item.note} ({'verified by us' if item.verified else 'not verified by us'})")
        for item in signal.evidence
    )
    yield from columns_of(rows, columns)


def _data(signal: Signal) -> dict[str, Any]:
    neutral = signal.neutral
    return {
        "id": signal.id,
        "group": signal.group.value,
        "title": signal.title,
        "plain": signal.plain,
        "technical": signal.technical,
        "sensitivity": int(signal.sensitivity),
        "systems": {system.value: {"state": item.state.value, "reason": item.reason} for system, item in signal.systems.items()},
        "changes": {
            system.value: {"watch": list(item.watch), "notify": list(item.notify), "poll_s": item.poll_s}
            for system, item in signal.changes.items()
        },
        "neutral": {"value": neutral.value, "reach": neutral.reach.value, "how": neutral.how} if neutral else None,
        "caveats": list(signal.caveats),
        "evidence": [
            {"source": item.source, "date": item.date.isoformat(), "note": item.note, "verified": item.verified} for item in signal.evidence
        ],
    }

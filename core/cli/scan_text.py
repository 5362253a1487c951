"""A scan as text for a terminal: groups, marks, aligned values; what is not there is named in few lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from core import VERSION
from core.cli.output import clip, count_of, fold, paint, wants_colour, width
from core.model import Agreement, Group, Sensitivity
from core.probes.result import Absent, Denied, Failed, Ok, Unsupported
from core.redact import visible
from core.report.scan import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.model import Reading, Signal
    from core.redact import RevealGate

TITLES: Final = {
    Group.WHERE: "Where you are",
    Group.WHO: "Who you are",
    Group.NETWORK: "Your network",
    Group.DEVICE: "This device",
    Group.SOFTWARE: "Your software",
    Group.WORK: "Your work",
    Group.SECRETS: "Your secrets",
}
LEGEND: Final = "! points to you   + readable   ~ its sources differ   x refused   ? not measured"
_NOTHING: Final = (
    (Absent, "Looked, nothing there", "dim"),
    (Unsupported, "Cannot be answered here", "dim"),
)


def scan_lines(readings: Sequence[Reading], catalogue: Catalogue, host: Host, gate: RevealGate | None = None) -> Iterator[str]:
    """Yield the lines of a scan."""
    colour = wants_colour()
    columns = width()
    yield paint(f"Telltale {VERSION}: what any program running as you can read", "bold", on=colour)
    yield f"Seen: {visible(host.eyes)}" + ("  (INVENTED COMPUTER, for showing and testing)" if host.is_synthetic else "")
    for group in Group:
        rows = [(catalogue.signals[item.signal], item) for item in readings if catalogue.signals[item.signal].group is group]
        if rows:
            yield ""
            yield paint(TITLES[group], "bold", "cyan", on=colour)
            yield from _rows(rows, gate, columns, on=colour)
    yield ""
    yield paint(LEGEND, "dim", on=colour)
    yield fold(summary(readings), columns)
    if gate is None:
        yield fold("Values are masked; --reveal shows them, --json gives every source of each value.", columns)


def summary(readings: Sequence[Reading]) -> str:
    """Return the counts in one sentence."""
    kinds = Counter(type(item.result) for item in readings)
    parts = [f"{kinds[Ok]} of {count_of(len(readings), 'signal', 'signals')} readable", f"{kinds[Absent]} with nothing there"]
    named = ((Denied, "refused"), (Unsupported, "not possible or not built here"), (Failed, "not measured"))
    parts.extend(f"{kinds[kind]} {word}" for kind, word in named if kinds[kind])
    return ", ".join(parts) + "."


def mark(signal: Signal, reading: Reading) -> str:
    """Return the one-character mark of a row."""
    if isinstance(reading.result, Denied):
        return "x"
    if isinstance(reading.result, Failed):
        return "?"
    if reading.agreement is Agreement.DIFFER:
        return "~"
    return "!" if signal.sensitivity >= Sensitivity.POINTS else "+"


def _rows(rows: Sequence[tuple[Signal, Reading]], gate: RevealGate | None, columns: int, *, on: bool) -> Iterator[str]:
    room = columns - 34
    for signal, reading in rows:
        if isinstance(reading.result, Absent | Unsupported):
            continue
        sign = mark(signal, reading)
        text = shown(reading.result, gate) if isinstance(reading.result, Ok) else reading.result.reason
        style = {"!": "red", "~": "yellow", "?": "yellow", "x": "dim"}.get(sign)
        line = f"  {paint(sign, *([style] if style else []), on=on)} {clip(signal.title, 28):<28}  "
        yield (line + clip(visible(text or ""), room)).rstrip()
    for kind, words, style in _NOTHING:
        names = [signal.title for signal, reading in rows if isinstance(reading.result, kind)]
        if names:
            yield paint(fold(f"{words}: {', '.join(names)}", columns, "    "), style, on=on)

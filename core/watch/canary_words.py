"""The outcome of canary mode as sentences, for the command line and the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.redact import visible

if TYPE_CHECKING:
    from core.watch.canary import Outcome, Sent

LIMITS: Final = (
    "What was not found may still be sent: encrypted, hashed with something unknown, packed in an unknown way, at another time, with "
    "another task, or to another host. Each run had a network of its own, a throw-away home and an invented key. What has no invented "
    "value was not looked for, nothing was kept, and nothing is filed as evidence, because the values are no real ones."
)
_MOST_PLACES: Final = 3


def heading(outcome: Outcome) -> str:
    """Return the verdict in one sentence."""
    return "Sent, proved with invented values only:" if outcome.sent else "None of the invented values was found in what was sent."


def signals(outcome: Outcome) -> list[str]:
    """Return the signals that were sent, each once."""
    return list(dict.fromkeys(item.signal for item in outcome.sent))


def places(outcome: Outcome, signal: str) -> str:
    """Return where a signal's value was seen, whole values first."""
    found = sorted((item for item in outcome.sent if item.signal == signal), key=lambda item: (bool(item.part), item.place))
    told = [_place(item, outcome.runs) for item in found[:_MOST_PLACES]]
    rest = len(found) - len(told)
    return "; ".join([*told, *([f"and {count(rest, 'more place')}"] if rest else [])])


def _place(item: Sent, runs: int) -> str:
    part = f"its {item.part}, " if item.part else ""
    often = f" ({item.runs} of {runs} runs)" if runs > 1 else ""
    inner = " (inside a coded text that was read)" if "!" in item.place else ""
    return visible(f"{part}{item.encoding} in {item.place}{inner}, to {item.host}{often}")


def coverage(outcome: Outcome) -> str:
    """Say which hosts were answered and which were asked."""
    asked = ", ".join(f"{count(number, 'request')} to {visible(host)}" for host, number in outcome.asked)
    vendors = f" and the vendor's own {', '.join(outcome.vendor_hosts)}" if outcome.vendor_hosts else ", and none of the vendor's own hosts"
    return (
        f"Looked at in {count(outcome.runs, 'run')}: {asked}. Answered were {outcome.stand_in}, which was given to the tool "
        f"as its API address{vendors}; no other host could be reached, so what would go there was not seen."
    )


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""What the inspector says: what was seen, what passed unread, what went around it, and what went wrong, in plain sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from core.redact import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.watch.store_model import Bypass

_BROKEN: Final = {
    "name": "The name of the host could not be found, so the request was not delivered.",
    "certificate": "The host's own certificate could not be verified, so the request was not delivered.",
    "tls": "No encrypted connection to the host came about, so the request was not delivered.",
    "unreachable": "The host could not be reached, so the request was not delivered.",
    "malformed": "One side did not keep to the rules of HTTP, so the exchange was ended.",
    "closed": "The connection was closed before the answer was complete.",
    "other": "The exchange ended early.",
}
_UNREAD: Final = {
    "refused": "the tool did not accept Telltale's certificate",
    "not-in-scope": "the certificate of this run may not speak for the host; it is known now, so the next run can read it",
    "own-name": (
        "the certificate of this run may not speak for the host, whose name says something about you and is not remembered; "
        "a run with --all-hosts can read it"
    ),
    "no-http": "it is no HTTP",
}
_KINDS: Final = {"quic": " (by QUIC)", "name-look-up": " (to look up names)"}


def broken(why: str) -> str:
    """Return why a request got no (whole) answer."""
    return _BROKEN.get(why, _BROKEN["other"])


def refused(tool: str, host: str, *, is_sure: bool) -> str:
    """Return the sentence for a tool that did not take the certificate."""
    if is_sure:
        return f"{tool} did not accept Telltale's certificate for {visible(host)}; from now on its connections there pass unread."
    return f"{tool} broke off a connection to {visible(host)} while it was being encrypted; it may not accept Telltale's certificate."


def stranger() -> str:
    """Return the sentence for a connection by another user."""
    return "A program of another user tried to use the inspector and was turned away."


def stopped() -> str:
    """Return the sentence for an inspector that ended too early."""
    return (
        "The inspector stopped before the tool did, so what the tool sent afterwards is not known; "
        "until the tool is started again, its connections are refused."
    )


def places(items: Iterable[Bypass], most: int = 4) -> str:
    """Return where connections went: names where known, else addresses, the most frequent first."""
    counts: Counter[str] = Counter()
    for item in items:
        counts[(visible(item.host) or item.address) + _KINDS.get(item.why, "")] += item.count
    named = [f"{name} ({number})" if number > 1 else name for name, number in counts.most_common(most)]
    more = len(counts) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def coverage(seen: Sequence[tuple[str, int, int]], bypasses: Sequence[Bypass], *, is_complete: bool, notes: Sequence[str] = ()) -> str:
    """Return what a capture covers: `seen` holds host, requests and bytes; `is_complete`: nothing could go around unnoticed."""
    total = sum(count for _, count, _ in seen)
    parts = [f"Read: {_count(total, 'request')} to {_count(len(seen), 'host')}." if total else "No request was read."]
    for why, words in _UNREAD.items():
        unread = [item for item in bypasses if item.why == why]
        if unread:
            count = sum(item.count for item in unread)
            parts.append(f"Passed unread: {_count(count, 'connection')} to {places(unread)}, because {words}.")
    around = [item for item in bypasses if item.why not in _UNREAD]
    if around:
        count = sum(item.count for item in around)
        parts.append(f"Went around the inspector: {_count(count, 'connection')} to {places(around)}; what they carried is not known.")
    if is_complete:
        parts.append("The tool had a network of its own, in which every connection was counted.")
    else:
        noticed = "A" if around else "No connection around the inspector was noticed, but a"
        parts.append(f"{noticed} connection shorter than the time between two looks can have been missed.")
    return " ".join([*parts, *notes])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

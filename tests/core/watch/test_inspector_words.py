from __future__ import annotations

from core.watch.inspector_words import broken, coverage, places, refused
from core.watch.store_model import Bypass


def bypass(host: str, why: str = "around", count: int = 1, address: str = "203.0.113.7") -> Bypass:
    return Bypass(host, address, 443, "tcp", "node", why, count)


def test_coverage_tells_what_was_read_what_passed_and_what_went_around() -> None:
    text = coverage(
        [("api.example", 13, 5000), ("b.example", 1, 10)],
        [bypass("api2.example", count=3), bypass(""), bypass("pinned.example", "refused", 2), bypass("new.example", "not-in-scope")],
        is_complete=False,
    )
    assert text == (
        "Read: 14 requests to 2 hosts. Passed unread: 2 connections to pinned.example (2), because the tool did not accept Telltale's "
        "certificate. Passed unread: 1 connection to new.example, because the certificate of this run may not speak for the host; it is known "
        "now, so the next run can read it. Went around the inspector: 4 connections to api2.example (3), 203.0.113.7; what they carried is "
        "not known. A connection shorter than the time between two looks can have been missed."
    )


def test_nothing_seen_is_never_told_as_nothing_sent() -> None:
    text = coverage([], [], is_complete=False)
    assert text.startswith("No request was read. No connection around the inspector was noticed, but ")
    assert "can have been missed" in text


def test_many_places_are_cut_short_and_their_characters_made_visible() -> None:
    named = places([bypass(f"h{number}\x1b", count=9 - number) for number in range(6)])
    assert named == "h0\\u{1b} (9), h1\\u{1b} (8), h2\\u{1b} (7), h3\\u{1b} (6) and 2 more"
    assert places([bypass("", "quic"), bypass("", "name-look-up")]) == "203.0.113.7 (by QUIC), 203.0.113.7 (to look up names)"


def test_a_doubt_is_told_as_a_doubt() -> None:
    assert "did not accept" in refused("claude-code", "api.example", is_sure=True)
    assert "may not accept" in refused("claude-code", "api.example", is_sure=False)
    assert broken("something new") == broken("other")

"""The rest of a large body: what stands in it is found once, also across the edges of windows, and a gap is seen."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import UTC, datetime

import pytest

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.watch import facts_stream
from core.watch.facts import Searcher
from core.watch.facts_stream import OVERLAP, Stream

MAIL = "quillon@brackwater.example"
START = 1_000_000


def searcher() -> Searcher:
    values = (("git-identity", MAIL, MaskKind.EMAIL), ("home-path", "/home/mia", MaskKind.PATH))
    at = datetime.now(UTC)
    return Searcher([Reading(name, Ok((Sensitive(text, kind),)), (), Agreement.SINGLE, "", at, "test") for name, text, kind in values])


def found(data: bytes, step: int, start: int = START) -> tuple[dict[tuple[str, str], int], int]:
    stream = Stream(searcher(), start)
    for at in range(0, len(data), step):
        stream.feed(data[at : at + step], start + at)
    facts, _ = stream.finish()
    assert {item.place for item in facts} <= {f"body after its first {start:,} bytes"}
    return {(item.signal, item.encoding): item.times for item in facts if not item.part}, stream.searched


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_stream, "_WINDOW", 4 * OVERLAP)


@pytest.mark.parametrize("filler", [b"word and word, ", b"x", bytes(range(256))])
@pytest.mark.parametrize("at", [0, 4 * OVERLAP - 30, 4 * OVERLAP - 13, 4 * OVERLAP - 1, 7 * OVERLAP + 5, 8 * OVERLAP - 20])
def test_a_text_at_any_place_is_found_once(filler: bytes, at: int) -> None:
    noise = filler * (12 * OVERLAP // len(filler))
    for text, encoding in (
        (MAIL, "plain"),
        (base64.b64encode(b"\xff\xfe" + MAIL.encode() + b"\xff").decode(), "base64"),
        (hashlib.sha256(MAIL.encode()).hexdigest(), "sha256"),
        (MAIL.replace("@", "%40"), "URL"),
    ):
        data = noise[:at] + b" " + text.encode() + b" " + noise[at:]
        facts, searched = found(data, 5_000)
        assert facts == {("git-identity", encoding): 1}
        assert searched == len(data)


def test_a_folder_that_only_begins_alike_is_not_taken_for_one_at_the_edge_of_a_window() -> None:
    for shift in range(4 * OVERLAP - 16, 4 * OVERLAP + 2):
        data = b"a " * (shift // 2) + b"a" * (shift % 2) + b" /home/mianne/x " + b"a " * (6 * OVERLAP)
        assert not found(data, 10_000)[0], shift


def test_the_same_text_many_times_is_counted_as_often() -> None:
    chance = random.Random(3)  # noqa: S311  the same text each time
    data = b"".join(b"lorem ipsum " * chance.randrange(200) + MAIL.encode() + b", " for _ in range(60))
    assert found(data, 7_001)[0] == {("git-identity", "plain"): 60}


def test_a_gap_is_no_bridge_and_not_counted_as_searched() -> None:
    stream = Stream(searcher(), START)
    stream.feed(b"to " + MAIL.encode()[:10], START)
    stream.feed(MAIL.encode()[10:] + b" from " + MAIL.encode(), START + 500)
    facts, _ = stream.finish()
    assert [item.times for item in facts if not item.part and item.signal == "git-identity"] == [1]
    assert stream.searched == 13 + len(MAIL) - 10 + 6 + len(MAIL)


def test_markers_are_found_in_text_and_in_the_escapes_of_json() -> None:
    stream = Stream(searcher(), START)
    hidden = json.dumps({"a": "an ordinary sentence and then hello\u200bworld, which ends here"}).encode()
    data = bytes(range(128, 256)) * 300 + hidden + b" " * 5 * OVERLAP + "raw text with p\u0430ypal in the middle of it all".encode()
    for at in range(0, len(data), 9_000):
        stream.feed(data[at : at + 9_000], START + at)
    markers = stream.finish()[1].findings
    assert [[point.label for point in item.code_points] for item in markers] == [["U+200B"], ["U+0430"]]
    assert all(item.position >= START for item in markers)


def test_memory_stays_small_however_long_the_body_is() -> None:
    stream = Stream(searcher(), 0)
    for number in range(200):
        stream.feed(b"some text " * 1_000, number * 10_000)
        assert len(stream._buffer) <= facts_stream._WINDOW + 10_000
        assert len(stream._tail) <= OVERLAP
    stream.finish()
    assert stream.searched == 2_000_000

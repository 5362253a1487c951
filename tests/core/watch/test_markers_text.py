"""The quick way through a string finds what the slow way finds, and long strings cost no more per character than short ones."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.watch import markers, markers_text
from core.watch.bodies import Piece
from core.watch.markers import scan_pieces
from core.watch.markers_text import Whole
from tests.core.watch.ordinary import ORDINARY

if TYPE_CHECKING:
    from core.watch.markers_model import MarkerFinding

ODD = (
    "\u2019\u02bc\u02b9\u0430\u0435\u043e\u0440\u0441\u03bf\u03b1\u200b\u200d\ufeff\u202e\u200f\ufe0f\U000e0061\U000e0101\ue000\u2028"
    "\x81\xa0\u3000\u2005\u2212\u02d7\uff07\uff21\uff11\U0001d41a\u0661\xe9\u4f60\u05d0\u0627\U0001f600\u02ba\ua789\u2010\u0131\x01\x1a"
)
PARTS = st.sampled_from([*" .-'?:/\n\r\tae2016stx", "xn--", "it", "2026-11-20", "2026/11/20", "p\u0430ypal.com", " I'm", *ODD])
TEXTS = st.lists(PARTS, max_size=60).map("".join) | st.sampled_from(sorted(ORDINARY.values()))


def findings(text: str) -> tuple[MarkerFinding, ...]:
    return scan_pieces([Piece((None, "text"), text)])


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from([0, 1, 10**9]))
def test_characters_are_counted_and_placed_in_the_same_way_however_many_there_are(text: str, dense: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markers_text, "_DENSE", dense)
        whole = Whole(text)
        assert whole.present == {ch for ch in text if not ch.isascii()}
        assert {ch: whole.count(ch) for ch in whole.present} == {ch: text.count(ch) for ch in whole.present}
        wanted = {*sorted(whole.present)[::2], ".", "?"}
        assert list(whole.places(wanted)) == [at for at, ch in enumerate(text) if ch in wanted]


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_looking_up_and_reading_through_find_the_same_markers(text: str) -> None:
    quick = findings(text)
    for dense in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(markers_text, "_DENSE", dense)
            patch.setattr(markers, "_traits", lambda _: -1)
            assert findings(text) == quick


@pytest.mark.parametrize(
    "unit",
    [
        "ab\xa0cd ", "\xa0", "a\u0430", "\u0430", "\u043f\u0440\u0438. ", "p\u0430ypal ", "p\u0430ypal.com ", "\u0430.", "xn--a.b ", "\u200b", "a\u200bb",
        "\U000e0101", "\U000e0041", "\u202e", "it\u2019s ", "\uff21b ", "a \t\n", "2026-11-20 ", "1\u0661", "?", "Today's date is 2026/11/20 ", "\u0301",
        "a\r\n", "\u02baa ", "\x01", "\ue000a",
    ],
)  # fmt: skip
def test_the_work_on_a_long_string_grows_with_its_length_only(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    for length in (1_000, 2_000, 4_000):
        asked = 0

        class Counting(Whole):
            def count(self, ch: str) -> int:
                nonlocal asked
                asked += 1
                return super().count(ch)

        monkeypatch.setattr(markers, "Whole", Counting)
        assert len(findings(unit * length)) <= 40
        steps.append(asked)
    assert all(later <= 2 * earlier + 50 for earlier, later in pairwise(steps)), steps


def test_the_first_markers_of_a_string_are_told_when_there_are_too_many() -> None:
    found = findings("p\u0430ypal it\u02b9s hello\u200bworld " * 1_000)
    assert len(found) == 40
    assert [item.position for item in found] == sorted(item.position for item in found)
    assert found[-1].position < 40 * 12

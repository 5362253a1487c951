"""False alarms, counted: ordinary requests that no rule was tuned on, searched for the facts of recorded and made-up people.

The requests are made of the texts that this machine has, which may be few: a rate is refused where chance alone, at one in a
hundred, would hardly give as many (the lower 95 % bound is over it).
"""

from __future__ import annotations

import pytest

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.host.recorded import load_persona
from core.watch.bodies import Piece, walk
from core.watch.facts import Searcher
from core.watch.markers import Confidence, scan_pieces
from tests.fakes import ordinary_corpus, ordinary_machines

EVERY = 6
KINDS = frozenset({"library", "package", "doc", "licence"})
MACHINES = 10


@pytest.fixture(scope="module")
def corpus() -> list[tuple[Piece, ...]]:
    """Return the strings of the held-out requests."""
    held_out = (text for text in ordinary_corpus.texts(EVERY, KINDS) if text.is_held_out)
    return [walk(request).pieces for request in ordinary_corpus.requests(held_out)]


@pytest.mark.parametrize("persona", ["developer-laptop", "office-desktop"])
def test_fewer_than_one_ordinary_request_in_a_hundred_gives_a_fact_of_a_persona(persona: str, corpus: list[tuple[Piece, ...]]) -> None:
    searcher = Searcher(scan_once(load_persona(persona), load_catalogue()))
    assert len(searcher.wanted) > 80
    wrong = [[(item.signal, item.masked) for item in found] for pieces in corpus if (found := searcher.search_pieces(pieces))]
    assert ordinary_corpus.bounds(len(wrong), len(corpus))[0] <= 0.01, wrong


def test_fewer_than_one_ordinary_request_in_a_hundred_gives_a_fact_of_made_up_people(corpus: list[tuple[Piece, ...]]) -> None:
    assert len(corpus) >= 15
    wrong = []
    for seed in range(MACHINES):
        searcher = Searcher(ordinary_machines.machine(seed))
        wrong += [[(seed, item.signal, item.masked) for item in found] for pieces in corpus if (found := searcher.search_pieces(pieces))]
    assert ordinary_corpus.bounds(len(wrong), len(corpus) * MACHINES)[0] <= 0.01, wrong


def test_what_is_made_up_has_enough_to_look_for() -> None:
    for seed in range(MACHINES):
        assert len(Searcher(ordinary_machines.machine(seed)).wanted) > 25


def test_ordinary_requests_give_no_certain_marker_and_hardly_a_likely_one(corpus: list[tuple[Piece, ...]]) -> None:
    found = [[(item.kind, item.confidence, item.code_points) for item in scan_pieces(pieces)] for pieces in corpus]
    assert not [item for items in found for item in items if item[1] is Confidence.CERTAIN]
    likely = [items for items in found if any(item[1] is Confidence.LIKELY for item in items)]
    assert ordinary_corpus.bounds(len(likely), len(corpus))[0] <= 0.02, likely


def test_no_text_is_in_both_halves() -> None:
    halves: dict[bool, set[str]] = {False: set(), True: set()}
    for text in ordinary_corpus.texts(8 * EVERY, KINDS):
        halves[text.is_held_out].add(text.content)
    assert not halves[False] & halves[True]
    assert min(map(len, halves.values())) > 3


def test_bounds_hold_the_share_and_shrink_with_more() -> None:
    low, high = ordinary_corpus.bounds(3, 300)
    assert low < 0.01 < high
    assert ordinary_corpus.bounds(30, 3000)[1] < high
    assert ordinary_corpus.bounds(0, 300)[0] == 0.0
    assert 0.0 < ordinary_corpus.bounds(0, 300)[1] < 0.02

"""`python -m tests.bench.false_alarms [EVERY]`: how often ordinary requests give a fact or a marker, with 95 % bounds.

The requests are made of texts of this machine that no rule was tuned on (`tests/fakes/ordinary_corpus.py`); one in EVERY
files is read (4 if not given). They are searched for the facts of both personas and of made-up machines, one after another.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.host.recorded import load_persona
from core.watch.bodies import Piece, walk
from core.watch.facts import Searcher
from core.watch.markers import Confidence, scan_pieces
from tests.bench.measure import table
from tests.fakes import ordinary_corpus, ordinary_machines

if TYPE_CHECKING:
    from core.model import Reading

EVERY: Final = 4
MADE_UP: Final = 40
LIMIT: Final = 0.01


def machines() -> dict[str, tuple[Reading, ...]]:
    """Return the readings of the personas and of the made-up machines."""
    catalogue = load_catalogue()
    named = {name: tuple(scan_once(load_persona(name), catalogue)) for name in ("developer-laptop", "office-desktop")}
    return {**named, **{f"made up {seed}": ordinary_machines.machine(seed) for seed in range(MADE_UP)}}


def row(name: str, hits: int, of: int) -> list[str]:
    """Return a line of the table."""
    low, high = ordinary_corpus.bounds(hits, of)
    return [name, f"{hits:,} of {of:,}", f"{hits / of:.2%}", f"{low:.2%} to {high:.2%}"]


def facts(requests: list[tuple[Piece, ...]]) -> tuple[list[list[str]], float]:
    """Count the requests in which a fact is found, by machine and by signal; the upper bound of the whole comes last."""
    rows, signals, total, made_up = [], Counter[str](), 0, 0
    for name, readings in machines().items():
        searcher = Searcher(readings)
        found = [{item.signal for item in searcher.search_pieces(pieces)} for pieces in requests]
        signals.update(signal for names in found for signal in names)
        hits = sum(map(bool, found))
        total += hits
        if name.startswith("made up"):
            made_up += hits
        else:
            rows.append(row(f"facts of {name}", hits, len(requests)))
    rows.append(row(f"facts of {MADE_UP} made-up machines", made_up, MADE_UP * len(requests)))
    of = (MADE_UP + 2) * len(requests)
    rows.append(row("facts of all machines", total, of))
    rows.extend(row(f"of these: {signal}", hits, of) for signal, hits in signals.most_common(8))
    return rows, ordinary_corpus.bounds(total, of)[1]


def markers(requests: list[tuple[Piece, ...]]) -> list[list[str]]:
    """Count the requests in which a marker is found, by how sure."""
    found = [{item.confidence for item in scan_pieces(pieces)} for pieces in requests]
    return [row(f"markers, {level.value}", sum(level in levels for levels in found), len(requests)) for level in Confidence]


def main() -> int:
    """Count and print; ends with 1 if more than one request in a hundred could give a wrong fact."""
    every = int(sys.argv[1]) if sys.argv[1:] else EVERY
    held_out = [text for text in ordinary_corpus.texts(every) if text.is_held_out]
    requests = [walk(request).pieces for request in ordinary_corpus.requests(held_out)]
    size = sum(len(text.content) for text in held_out) / 1e6
    rows, upper = facts(requests)
    rows += markers(requests)
    head = [f"{len(requests):,} held-out requests, {size:.0f} MB of text", "requests", "share", "95 % bounds"]
    sys.stdout.write("\n".join(table(head, rows)) + "\n")
    return 0 if upper <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())

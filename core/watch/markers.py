"""Hidden markers in a request: characters and patterns that a reader does not see or takes for others. Nothing is altered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from core.catalogue.markers import load_markers
from core.redact import MaskKind, Sensitive
from core.watch.bodies import Request, walk
from core.watch.markers_invisible import invisible
from core.watch.markers_letters import domains, letters
from core.watch.markers_marks import marks
from core.watch.markers_model import CodePoint, Confidence, MarkerFinding, MarkerKind, Spot, masked_context
from core.watch.markers_schemes import Schemes
from core.watch.markers_shape import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.watch.bodies import Piece

__all__ = ["CodePoint", "Confidence", "MarkerFinding", "MarkerKind", "known_lines", "scan", "scan_pieces"]
_MOST_PER_STRING: Final = 40
_MOST: Final = 2_000
_PLAIN: Final = bytes([*range(0x20, 0x7F), *b"\t\n\r\f\x1b"])


def scan(request: Request) -> tuple[MarkerFinding, ...]:
    """Return the markers of one request, in the order in which they stand."""
    return scan_pieces(walk(request).pieces)


def scan_pieces(pieces: Iterable[Piece]) -> tuple[MarkerFinding, ...]:
    """Return the markers of strings that were walked before; at most 40 in one string and 2,000 in all."""
    out: list[MarkerFinding] = []
    for piece in pieces:
        if piece.is_opened:
            continue  # its own strings follow
        spots = sorted(_spots(piece.text), key=lambda spot: spot.position)[:_MOST_PER_STRING]
        if spots:
            place = piece.place
            out.extend(_finding(piece.text, place, spot) for spot in spots)
        if len(out) >= _MOST:
            break
    return tuple(out[:_MOST])


def known_lines(pieces: Iterable[Piece]) -> tuple[tuple[str, str, bool], ...]:
    """Return scheme, place and whether it is marked, for every known line, also where it is written in the ordinary way."""
    return tuple((line.scheme.id, piece.place, line.is_marked) for piece in pieces for line in _schemes().read(piece.text))


@cache
def _schemes() -> Schemes:
    return Schemes(tuple(load_markers()[0].values()))


def _spots(text: str) -> Iterator[Spot]:
    known = list(_schemes().spots(text))
    yield from known
    taken = {at for spot in known for at in range(spot.position, spot.position + spot.length)}
    for spot in _general(text):
        if spot.position not in taken:
            yield spot


def _general(text: str) -> Iterator[Spot]:
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    present = frozenset(rest.decode("utf-8", "surrogatepass")) if rest else frozenset()
    beyond = frozenset(ch for ch in present if not ch.isascii())
    yield from shapes(text, beyond)
    if rest:
        yield from invisible(text, beyond, has_controls=len(beyond) < len(present))
    named = list(domains(text, beyond)) if beyond or "xn--" in text else []
    yield from named
    if beyond:
        inside = [range(spot.position, spot.position + spot.length) for spot in named]
        yield from (spot for spot in letters(text, beyond) if not any(spot.position in span for span in inside))
        yield from marks(text, beyond)


def _finding(text: str, place: str, spot: Spot) -> MarkerFinding:
    return MarkerFinding(
        spot.kind,
        place,
        spot.position,
        spot.code_points,
        spot.ordinary,
        spot.confidence,
        spot.scheme,
        spot.sentence,
        masked_context(text, spot),
        Sensitive(spot.decoded, MaskKind.FULL),
    )

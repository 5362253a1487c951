"""Hidden markers in a request: characters and patterns that a reader does not see or takes for others. Nothing is altered."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from core.catalogue.markers import load_markers
from core.redact import MaskKind, Sensitive
from core.watch.bodies import Request, walk
from core.watch.markers_invisible import controls, invisible, is_unseen
from core.watch.markers_letters import compatible, domains, is_look_alike, is_other_form, letters
from core.watch.markers_marks import is_mark, marks
from core.watch.markers_model import CodePoint, Confidence, MarkerFinding, MarkerKind, Scan, Spot, masked_context
from core.watch.markers_schemes import Schemes
from core.watch.markers_shape import digits, is_digit, shapes
from core.watch.markers_text import Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from core.watch.bodies import Piece

__all__ = ["CodePoint", "Confidence", "MarkerFinding", "MarkerKind", "Scan", "known_lines", "scan", "scan_counted", "scan_pieces"]
_MOST_PER_STRING: Final = 40
_MOST: Final = 2_000
_MOST_COUNTED: Final = 1_000
_SHORTEST: Final = 8


def scan(request: Request) -> tuple[MarkerFinding, ...]:
    """Return the markers of one request, in the order in which they stand."""
    return scan_pieces(walk(request).pieces)


def scan_pieces(pieces: Iterable[Piece]) -> tuple[MarkerFinding, ...]:
    """Return the markers of strings that were walked before; at most 40 in one string and 2,000 in all."""
    return scan_counted(pieces).findings


def scan_counted(pieces: Iterable[Piece]) -> Scan:
    """Return the same with how many more there are; of one kind in one string at most a thousand are counted."""
    out: list[MarkerFinding] = []
    left_out, is_counted = 0, True
    for piece in pieces:
        text = piece.text
        if piece.is_opened or (len(text) < _SHORTEST and text.isascii() and text.isprintable()):
            continue  # its own strings follow, or no detector can say anything of it
        if len(out) >= _MOST:
            is_counted = False
            break
        spots = sorted(_spots(piece.text), key=lambda spot: spot.position)
        if spots:
            place = piece.place
            out.extend(_finding(piece.text, place, spot) for spot in spots[:_MOST_PER_STRING])
            left_out += max(0, len(spots) - _MOST_PER_STRING)
            is_counted = is_counted and len(spots) < _MOST_COUNTED
    return Scan(tuple(out[:_MOST]), left_out + max(0, len(out) - _MOST), is_counted)


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
    """Ask every detector for its first spots; all yield in the order of the string, so none of the first ones can be missing."""
    whole = Whole(text)
    traits = 0
    for ch in whole.present:
        traits |= _traits(ch)
    yield from islice(shapes(whole), _MOST_COUNTED)
    if whole.has_controls:
        yield from controls(whole)
    named = list(islice(domains(whole), _MOST_COUNTED)) if "." in text else []
    yield from named
    inside = [range(spot.position, spot.position + spot.length) for spot in named]
    for bit, detector in enumerate(_DETECTORS):
        if traits & 1 << bit:
            spots = (spot for spot in detector.find(whole) if not (detector.is_of_letters and _lies_in(spot, inside)))
            yield from islice(spots, _MOST_COUNTED)


def _lies_in(spot: Spot, spans: list[range]) -> bool:
    """Whether a spot lies in a host name that was named already."""
    return any(spot.position in span for span in spans)


class _Detector(NamedTuple):
    """What looks for spots, and whether a character can concern it."""

    find: Callable[[Whole], Iterator[Spot]]
    concerns: Callable[[str], bool]
    is_of_letters: bool = False


_DETECTORS: Final = (
    _Detector(letters, is_look_alike, is_of_letters=True),
    _Detector(compatible, is_other_form, is_of_letters=True),
    _Detector(invisible, is_unseen),
    _Detector(digits, is_digit),
    _Detector(marks, is_mark),
)


@lru_cache(maxsize=50_000)
def _traits(ch: str) -> int:
    """Return which detectors a character can concern, one bit each: most texts have characters that concern none."""
    return sum(1 << bit for bit, detector in enumerate(_DETECTORS) if detector.concerns(ch))


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

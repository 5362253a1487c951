"""What of a request is compared: all its strings, the order of its headers, the layout of its body, and which places are there at all."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from core.watch.bodies import walk
from core.watch.bodies_unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.watch.bodies import Request

    Key = tuple[str, str]
    Texts = dict[Key, list[str]]

HEADER_ORDER: Final = "order of headers"
LAYOUT: Final = "layout of the body"
_NEVER_COMPARED: Final = frozenset({"header content-length", "header date", "header host", "url host"})
_MOST_LAYOUT: Final = 1 << 20
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"(\s*+:)?')


def texts_of(requests: Sequence[Request]) -> Texts:
    """Return what one run sent, by path of the address and place; an empty place stands for the request itself."""
    out: Texts = defaultdict(list)
    for request in requests:
        path = f"{request.method} {request.url.split('://', 1)[-1].partition('/')[2].partition('?')[0]}"
        out[path, ""].append("")
        for place, text in _places(request):
            if place.lower() not in _NEVER_COMPARED:
                out[path, place].append(text)
    return out


def _places(request: Request) -> Iterator[tuple[str, str]]:
    for piece in walk(request).pieces:
        if not piece.is_opened:
            yield piece.place, piece.text
    yield HEADER_ORDER, " ".join(name for name, _ in request.headers)
    body = unpack(request.body, request.header("content-encoding"), _MOST_LAYOUT)[0]
    if body[:1] in {b"{", b"["}:
        yield LAYOUT, _STRING.sub(lambda found: found[0] if found[1] else '""', body.decode("utf-8", "replace"))


def gathered(runs: Sequence[Texts]) -> dict[tuple[str, str, int], list[str]]:
    """Return what stands at each place in all runs; a place that not every run has is noise."""
    out = {}
    for key in runs[0] if runs else ():
        for number in range(min(len(run.get(key, ())) for run in runs)):
            out[*key, number] = [run[key][number] for run in runs]
    return out


def only_in(here: Sequence[Texts], there: Sequence[Texts]) -> list[Key]:
    """Return the places that all of these runs have and none of those; an empty place is a whole request.

    Where another number of the same requests explains it, it is noise.
    """
    both = (*here, *there)

    def is_told(path: str, place: str) -> bool:
        if any((path, place) in run for run in there) or not all((path, place) in run for run in here):
            return False
        counts = {len(run.get((path, ""), ())) for run in both}
        return not place or len(counts) == 1

    return [key for key in here[0] if is_told(*key)] if here and there else []

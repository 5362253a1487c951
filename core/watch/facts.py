"""Facts about you in a request: which readings' values, or telling parts of them, stand where and in which encoding.

What is found was sent. What is not found may still have been sent: encrypted, salted, packed in an unknown way, or later.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from core.redact import MaskKind
from core.watch.bodies import Request, walk
from core.watch.facts_encodings import Form, Tag, encoding_of, forms, patterns
from core.watch.facts_engine import Engine, Hit
from core.watch.facts_parts import Wanted, wanted
from core.watch.facts_rule import Strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.watch.bodies import Piece
    from core.watch.facts_parts import Readings

LIMITS: Final = (
    "What is not found here may still have been sent: encrypted, hashed with something unknown, packed in an unknown way, "
    "or at another time."
)
_ALONE_BEFORE: Final = re.compile(rb"(?:^|[/\\\"'<])$")
_ALONE_AFTER: Final = re.compile(rb"$|[/\\\"'>@\r\n]")
_LABELLED: Final = re.compile(rb"(?:user|name|owner|author|login|host|account|lang|locale|computer)[\"']?\s*[:=]\s*[\"']?$", re.IGNORECASE)
_WHOSE: Final = re.compile(
    rb"(?:user(?:[ _-]?name)?|(?:host|real|full|computer|account)[ _-]?name|owner|login|account|computer|LOGNAME"
    rb"|(?:LANG|LANGUAGE|LC_[A-Z]+)|locale|language)[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?$|[/\\](?:home|Users)[/\\]$",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?:user(?:[_-]?(?:name|id|login))?|(?:host|real|full|display|computer|account)[_-]?name|owner|login|account|computer|host|lang(?:uage)?|locale)\Z",
    re.IGNORECASE,
)
_SHORT: Final = 80
_NAME_MARK: Final = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_TARGET_PLACES: Final = frozenset({"url host", "header host", "header :authority", "header referer", "header origin"})


@dataclass(frozen=True, slots=True)
class FactFinding:
    """One fact found: the signal, how it was written, where, masked, which part of the value, who holds it too, how often."""

    signal: str
    encoding: str
    place: str
    masked: str
    part: str = ""
    also: tuple[str, ...] = ()
    times: int = 1


class Searcher:
    """Looks for one set of readings in many requests; safe to use from several threads."""

    __slots__ = ("_engine", "wanted")

    def __init__(self, readings: Readings) -> None:
        """Work out what is worth looking for and compile it."""
        self.wanted: tuple[Wanted, ...] = wanted(readings)
        self._engine: Engine[Tag] = Engine(patterns(self.wanted))

    def search(self, request: Request) -> tuple[FactFinding, ...]:
        """Return the facts of one request, in the order in which they stand."""
        return self.search_pieces(walk(request).pieces)

    def search_pieces(self, pieces: Sequence[Piece]) -> tuple[FactFinding, ...]:
        """Return the facts in strings that were walked before."""
        listed = forms([piece.text for piece in pieces])
        hits = sorted(self._engine.find([form.text for form in listed]), key=lambda hit: (hit.string, hit.start))
        found: Counter[FactFinding] = Counter()
        order: dict[tuple[str, int, str], bool] = {}
        for hit in hits:
            form = listed[hit.string]
            encoding = _encoding(hit, form, order, pieces[form.number])
            if encoding and not _is_target(pieces[form.number].place, hit.tag.wanted):
                item = hit.tag.wanted
                found[FactFinding(item.signal, encoding, pieces[form.number].place, item.masked, item.part, item.also)] += 1
        inner = {(item.signal, item.part, item.place[:at]) for item in found for at in _layers(item.place)}
        return tuple(replace(item, times=times) for item, times in found.items() if (item.signal, item.part, item.place) not in inner)


def _layers(place: str) -> list[int]:
    """Return where a place enters a string inside a string."""
    return [at for at, ch in enumerate(place) if ch == "!"]


def search(request: Request, readings: Readings) -> tuple[FactFinding, ...]:
    """Return the facts of one request; the compiled set is kept as long as the readings' values stay the same."""
    return searcher_for(readings).search(request)


_last: list[tuple[tuple[Wanted, ...], Searcher]] = []


def searcher_for(readings: Readings) -> Searcher:
    """Return a searcher for these readings, the last one again if nothing that matters changed."""
    needed = wanted(readings)
    for known, searcher in _last:
        if known == needed:
            return searcher
    searcher = Searcher(readings)
    _last[:] = [(searcher.wanted, searcher)]
    return searcher


def _is_target(place: str, item: Wanted) -> bool:
    """Whether this is only the address the request goes to: its own host says nothing that the connection does not."""
    return item.signal == "ai-base-url" and place.lower() in _TARGET_PLACES


def _encoding(hit: Hit[Tag], form: Form, plain_seen: dict[tuple[str, int, str], bool], piece: Piece) -> str:
    """Return the encoding in words; empty if the hit does not count or was found already without undoing escapes."""
    encoding = encoding_of(hit)
    if not encoding or (encoding.startswith("plain") and not _counts(hit, piece)):
        return ""
    key = (hit.tag.wanted.signal, form.number, hit.tag.wanted.text.lower())
    if not form.encoding:
        plain_seen[key] = True
        return encoding
    if key in plain_seen:
        return ""
    return form.encoding if encoding.startswith("plain") else f"{encoding} in {form.encoding}"


def _counts(hit: Hit[Tag], piece: Piece) -> bool:
    """Whether a plain text is not the middle of a longer word, and for weaker texts whether it stands where such values stand."""
    data, start, end = hit.data, hit.start, hit.end
    if start > hit.string_start and data[start - 1] in _NAME_MARK and data[start] in _NAME_MARK and end - start < 16:
        return False
    if end < hit.string_end and data[end] in _NAME_MARK and data[end - 1] in _NAME_MARK and not _is_long(hit):
        return False
    level = hit.tag.wanted.strength
    if level is Strength.ANYWHERE:
        return True
    if data[start:end].decode("utf-8", "surrogatepass") not in _spelled(hit.tag.wanted):
        return False
    before = data[max(hit.string_start, start - 24) : start]
    after = data[end : min(hit.string_end, end + 1)]
    is_whole = not after or after not in (b"-_" if hit.tag.wanted.kind is MaskKind.OPEN else b"-_.")
    if hit.string_end - hit.string_start <= _SHORT and _LABEL.search(_key(piece)) and is_whole:
        return True
    if level is Strength.LABELLED:
        return is_whole and bool(_WHOSE.search(before))
    return bool(_LABELLED.search(before)) or bool(_ALONE_BEFORE.search(before) and _ALONE_AFTER.match(after))


def _spelled(item: Wanted) -> set[str]:
    """Return the spellings of a weak text that count: its own and small letters; a language also with the other joining mark."""
    text = item.text
    out = {text, text.lower()}
    return out | {text.replace("_", "-"), text.replace("-", "_")} if item.kind is MaskKind.OPEN else out


def _key(piece: Piece) -> str:
    """Return the name under which a string stands: of its field, header or query."""
    trail = piece.trail
    while trail is not None:
        trail, step = trail
        if isinstance(step, str) and step != "!":
            return step
    return ""


def _is_long(hit: Hit[Tag]) -> bool:
    """Whether the text is so long that it is itself even inside a longer one; a folder must end where it ends."""
    return hit.end - hit.start >= 16 and b"/" not in hit.data[hit.start : hit.end]

"""Schemes known from reports: their line is looked for with every character that a slot could have, and read by their table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.watch.markers_model import CodePoint, Confidence, MarkerKind, Spot, code_point

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.catalogue.markers import MarkerScheme, Slot

_SLOT: Final = re.compile(r"\\\{([a-z]+)(?::(\d))?\\\}")


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One occurrence of a scheme's line: where, and which character each slot has."""

    scheme: MarkerScheme
    position: int
    text: str
    slots: tuple[tuple[Slot, str, int], ...]

    @property
    def is_marked(self) -> bool:
        """Whether any slot has another character than ordinary text."""
        return any(ch != slot.ordinary for slot, ch, _ in self.slots)


class Schemes:
    """The compiled lines of all known schemes."""

    __slots__ = ("_compiled",)

    def __init__(self, schemes: Sequence[MarkerScheme]) -> None:
        """Compile the lines; each starts with plain text, which makes looking for it cheap."""
        self._compiled = tuple((scheme, scheme.line.partition("{")[0], _pattern(scheme)) for scheme in schemes)

    def read(self, text: str) -> Iterator[ReadLine]:
        """Yield every occurrence of a known line, marked or not."""
        for scheme, beginning, pattern in self._compiled:
            if beginning not in text:
                continue
            for found in pattern.finditer(text):
                slots = tuple((slot, found[slot.name], found.start(slot.name)) for slot in scheme.slots)
                yield ReadLine(scheme, found.start(), found.group(), slots)

    def spots(self, text: str) -> Iterator[Spot]:
        """Yield the marked lines as spots."""
        for line in self.read(text):
            if line.is_marked:
                yield _spot(line)


def _pattern(scheme: MarkerScheme) -> re.Pattern[str]:
    """Turn a line into an expression: a slot is any single character that is no letter, digit or blank of ASCII."""
    seen: set[str] = set()

    def part(found: re.Match[str]) -> str:
        name, count = found[1], found[2]
        if name == "digits":
            return rf"[0-9]{{{count}}}"
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>[^A-Za-z0-9 ])"

    return re.compile(_SLOT.sub(part, re.escape(scheme.line).replace(r"\:", ":")))


def _spot(line: ReadLine) -> Spot:
    odd = [(slot, ch, at) for slot, ch, at in line.slots if ch != slot.ordinary]
    points = tuple(code_point(ch, slot.ordinary) for slot, ch, _ in odd)
    meanings = [_meaning(slot, ch) for slot, ch, _ in odd]
    is_certain = any(not value.also_ordinary for slot, ch, _ in odd for value in slot.values if value.character == ch)
    sentence = " ".join([f"The line is written as in the scheme {line.scheme.title!r}.", *meanings, line.scheme.limits])
    confidence = Confidence.CERTAIN if is_certain or len(odd) > 1 else Confidence.LIKELY
    ordinary = "".join(point.ordinary for point in points)
    first = min(at for _, _, at in odd)
    length = max(at for _, _, at in odd) + 1 - first
    return Spot(MarkerKind.SCHEME, first, length, points, ordinary, confidence, sentence, line.scheme.id, line=line.text)


def _meaning(slot: Slot, ch: str) -> str:
    point: CodePoint = code_point(ch)
    said = next((value.means for value in slot.values if value.character == ch), "")
    known = f"with which the scheme says: {said}" if said else "which is not in the scheme's table"
    return f"{slot.about.removesuffix('.')} is {point.label} ({point.name}) instead of U+{ord(slot.ordinary):04X}, {known}."

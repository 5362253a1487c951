"""What a marker finding says: kind, place, characters with their names, what ordinary text would have, and how sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from core.redact import MaskKind, Sensitive
from core.watch.confusables import name

_LONGEST_SHOWN: Final = 400


class MarkerKind(StrEnum):
    """What sort of pattern was found."""

    SCHEME = "scheme"
    LOOK_ALIKE = "look-alike"
    APOSTROPHE = "apostrophe"
    QUOTE = "quote"
    HYPHEN = "hyphen"
    PUNCTUATION = "punctuation"
    SPACE = "space"
    ZERO_WIDTH = "zero-width"
    BIDI = "bidi"
    TAG = "tag"
    VARIATION_SELECTOR = "variation-selector"
    PRIVATE_USE = "private-use"
    CONTROL = "control"
    LINE_END = "line-end"
    TRAILING_SPACE = "trailing-space"
    DOMAIN = "domain"
    DATE_FORM = "date-form"
    NUMBER_FORM = "number-form"


class Confidence(StrEnum):
    """How far the pattern is from ordinary text; nothing is said about a purpose."""

    CERTAIN = "certain"  # ordinary text has no use for it in this place
    LIKELY = "likely"  # ordinary text seldom has it in this place
    POSSIBLE = "possible"  # ordinary text has it in this place now and then


@dataclass(frozen=True, slots=True)
class CodePoint:
    """One character that stands out, with what ordinary text would have there (empty: nothing)."""

    code: int
    name: str
    ordinary: str = ""

    @property
    def label(self) -> str:
        """The code point as it is usually written."""
        return f"U+{self.code:04X}"


@dataclass(frozen=True, slots=True)
class MarkerFinding:
    """One marker: where it stands (`position` counts characters within the string of `place`) and what it is.

    `context` is the text around it, masked like every value (a known scheme's own line is open); `sentence` says it in words.
    """

    kind: MarkerKind
    place: str
    position: int
    code_points: tuple[CodePoint, ...]
    ordinary: str
    confidence: Confidence
    scheme: str = ""
    sentence: str = ""
    context: Sensitive = field(default=Sensitive(""))
    decoded: Sensitive = field(default=Sensitive(""))


@dataclass(frozen=True, slots=True)
class Spot:
    """A judgement on one string, before it is known where the string stands."""

    kind: MarkerKind
    position: int
    length: int
    code_points: tuple[CodePoint, ...]
    ordinary: str
    confidence: Confidence
    sentence: str
    scheme: str = ""
    decoded: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """The markers of some strings, how many more there are, and whether those are all (else: at least so many)."""

    findings: tuple[MarkerFinding, ...]
    left_out: int = 0
    is_counted: bool = True

    def joined(self, other: Scan) -> Scan:
        """Return what both found."""
        return Scan((*self.findings, *other.findings), self.left_out + other.left_out, self.is_counted and other.is_counted)

    @property
    def unlisted(self) -> str:
        """What is not listed, as a sentence; empty if all is."""
        if self.left_out:
            number = f"{self.left_out:,} more {'marker is' if self.left_out == 1 else 'markers are'}"
            return f"And {'' if self.is_counted else 'at least '}{number} not listed: at most 40 of one string and 2,000 in all are."
        return "" if self.is_counted else "What follows the 2,000th marker was not looked at."


def code_point(ch: str, ordinary: str = "") -> CodePoint:
    """Describe one character."""
    return CodePoint(ord(ch), name(ch), ordinary)


def masked_context(text: str, spot: Spot) -> Sensitive:
    """Return the text around a spot, masked until somebody reveals it; of a known scheme only its own line, which is open."""
    if spot.line:
        return Sensitive(spot.line, MaskKind.OPEN)
    start = max(0, spot.position - 24)
    around = text[start : spot.position + min(spot.length, _LONGEST_SHOWN) + 24]
    return Sensitive(around, MaskKind.FULL)

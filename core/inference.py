"""What the readings suggest when they are put together: weighed over several signals, contradictions said, texts masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from core.catalogue.rules import load_rules
from core.hints import Hints, hints_of
from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import Sensitive, raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue import Catalogue
    from core.catalogue.rules import Question, Rules


class Strength(StrEnum):
    """How much speaks for a conclusion; no measure of how sure anybody is about a person."""

    HINT = "hint"
    LIKELY = "likely"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing that several readings suggest together; `text` and `contradictions` are sentences with masked values."""

    id: str
    question: str
    text: str
    strength: Strength
    rests_on: tuple[str, ...]
    contradictions: tuple[str, ...]
    hint: Sensitive


@cache
def _rules() -> Rules:
    return load_rules()


def infer(readings: Mapping[str, Reading] | Iterable[Reading], catalogue: Catalogue, rules: Rules | None = None) -> tuple[Conclusion, ...]:
    """Draw every conclusion that enough readings support, in the order of the questions."""
    listed = readings.values() if isinstance(readings, Mapping) else readings
    known = {reading.signal: reading for reading in listed if isinstance(reading.result, Ok)}
    used = rules or _rules()
    return tuple(item for question in used.questions for item in _answer(question, known, catalogue, used))


def _answer(question: Question, known: Mapping[str, Reading], catalogue: Catalogue, rules: Rules) -> list[Conclusion]:
    given = [item for item in _hints(question, known, rules) if item.hints]
    scores: dict[str, float] = {}
    for item in given:
        for hint in item.hints:
            scores[hint] = scores.get(hint, 0.0) + item.weight / len(item.hints)
    best = sorted(scores, key=lambda hint: (-round(scores[hint], 6), hint))
    out: list[Conclusion] = []
    for hint in best:
        supporting = [item for item in given if hint in item.hints]
        if len(out) < question.most and scores[hint] >= question.needs and _enough(question, supporting):
            out.append(
                _conclusion(
                    question, Sensitive(hint, question.mask), scores[hint], supporting, _against(question, hint, given, known, catalogue)
                )
            )
    return out


def _hints(question: Question, known: Mapping[str, Reading], rules: Rules) -> list[Hints]:
    out = []
    for rule in question.evidence:
        reading = known.get(rule.signal)
        if reading is not None and isinstance(reading.result, Ok):
            hints = hints_of(rule.reads, tuple(raw(value) for value in reading.result.values), rules)
            meant = frozenset({rule.means}) if rule.means and hints else hints
            out.append(Hints(rule.signal, meant, rule.weight, rule.anchor, rule.may_differ))
    return out


def _enough(question: Question, supporting: list[Hints]) -> bool:
    return len(supporting) >= question.least and (not question.needs_anchor or any(item.anchor for item in supporting))


def _against(question: Question, hint: str, given: list[Hints], known: Mapping[str, Reading], catalogue: Catalogue) -> tuple[str, ...]:
    """Say which signals point elsewhere, and whose own sources do not agree."""
    out = []
    for item in given:
        title = catalogue.signals[item.signal].title if item.signal in catalogue.signals else item.signal
        if hint not in item.hints and question.differs and not item.may_differ:
            out.append(question.differs.format(title=title))
        elif hint in item.hints and known[item.signal].agreement is Agreement.DIFFER:
            out.append(f'The sources of "{title}" do not agree with each other.')
    return tuple(out)


def _conclusion(question: Question, hint: Sensitive, score: float, supporting: list[Hints], against: tuple[str, ...]) -> Conclusion:
    middle = (question.needs + question.strong) / 2
    strength = Strength.STRONG if score >= question.strong else Strength.LIKELY if score >= middle else Strength.HINT
    return Conclusion(
        id=question.id,
        question=question.about,
        text=question.text.format(count=len(supporting), hint=hint.masked),
        strength=strength,
        rests_on=tuple(item.signal for item in supporting),
        contradictions=against,
        hint=hint,
    )

"""A/B comparison: the same prompt with one thing varied at a time, repeated to learn the noise; what differs because of what.

It says what changes with what, never why. It finds only what varies with the things varied, and a custom API address is
itself a condition under which the tool runs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from core.redact import MaskKind, Sensitive, visible
from core.watch.compare_places import HEADER_ORDER, LAYOUT, gathered, only_in, texts_of
from core.watch.compare_texts import Change, changes
from core.watch.compare_words import describe, describe_place, limits, total
from core.watch.markers_model import CodePoint, code_point

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.watch.bodies import Request
    from core.watch.compare_places import Texts

    Variant = tuple["Dimension", str, "Setting"]

SURE: Final = 5  # chance that decides between two forms is then taken for a difference with 1 of 14,000 values at most


@dataclass(frozen=True, slots=True)
class Setting:
    """One run's surroundings: a value for each thing that can be varied."""

    values: tuple[tuple[str, str], ...]

    def value(self, dimension: str) -> str:
        """Return the value of one dimension."""
        return dict(self.values)[dimension]

    def with_value(self, dimension: str, value: str) -> Setting:
        """Return the same surroundings with one value changed."""
        return Setting(tuple((name, value if name == dimension else old) for name, old in self.values))


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing to vary: its name, its title in a sentence, the plain value, and the others."""

    name: str
    title: str
    plain: str
    others: tuple[str, ...]


class Runner(Protocol):
    """Runs the tool once in given surroundings and returns the requests it made, in order."""

    def run(self, setting: Setting) -> Sequence[Request]:
        """Run once."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes with one value: the characters before and after, and every place where they do."""

    dimension: str
    value: str
    places: tuple[str, ...]
    position: int
    before: tuple[CodePoint, ...]
    after: tuple[CodePoint, ...]
    changed: Sensitive
    holds_value: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of one comparison; `sentences` is the verdict in plain words, `notes` what limits it."""

    tool: str
    runs: int
    dimensions: tuple[str, ...]
    differences: tuple[Difference, ...]
    noisy_places: int
    failures: tuple[str, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...] = ()


def compare(
    tool: str, runner: Runner, dimensions: Sequence[Dimension], runs: int = 3, on_run: Callable[[int, int], None] | None = None
) -> Comparison:
    """Run the tool in every surrounding `runs` times (at least twice) and compare.

    The runs take turns, and each turn begins and ends with the plain values, so that whatever time changes shows as noise;
    what is found has to show in more turns, until chance is no likely reason.
    """
    runs = max(runs, 2)
    plain = Setting(tuple((item.name, item.plain) for item in dimensions))
    variants = [(item, value, plain.with_value(item.name, value)) for item in dimensions for value in item.others]
    seen = _Seen(runner, on_run)
    settings = [plain, *(setting for _, _, setting in variants), plain]
    seen.run(settings * runs)
    found = _found(seen.texts, plain, variants)
    turns = runs
    while found and turns < max(runs + 1, SURE):
        # chance can look like a difference, so everything found has to show again
        again = {(item.dimension, item.value) for item in found}
        seen.run([plain, *(setting for item, value, setting in variants if (item.name, value) in again), plain])
        found, turns = _found(seen.texts, plain, variants), turns + 1
    failures = _failures(seen.texts, plain, variants)
    noisy = sum(len(set(texts)) > 1 for texts in gathered(seen.texts[plain]).values())
    names = tuple(item.name for item in dimensions)
    notes = limits(turns if found else 0, noisy)
    return Comparison(tool, runs, names, tuple(found), noisy, failures, total(found, dimensions, runs, failures), notes)


class _Seen:
    """Runs the tool and keeps what it sent in each surrounding; a surrounding in which it asks nothing has no place at all."""

    def __init__(self, runner: Runner, on_run: Callable[[int, int], None] | None) -> None:
        self.texts: dict[Setting, list[Texts]] = {}
        self._runner, self._on_run = runner, on_run
        self._done = self._of = 0

    def run(self, settings: Sequence[Setting]) -> None:
        self._of += len(settings)
        for setting in settings:
            self.texts.setdefault(setting, []).append(texts_of(self._runner.run(setting)))
            self._done += 1
            if self._on_run:
                self._on_run(self._done, self._of)


def _failures(seen: Mapping[Setting, list[Texts]], plain: Setting, variants: Sequence[Variant]) -> tuple[str, ...]:
    if not gathered(seen[plain]):
        return (f"{_silent(seen[plain])} with the plain values, so nothing could be compared.",)
    return tuple(
        f"{_silent(seen[setting])} with another {item.title} ({visible(value)}), so that was not compared."
        for item, value, setting in variants
        if not gathered(seen[setting])
    )


def _silent(runs: Sequence[Texts]) -> str:
    """Say in how many runs there was no request; where each had some but none alike, nothing can be compared either."""
    number = sum(not run for run in runs)
    if number == len(runs):
        return "The tool made no request"
    return (
        f"The tool made no request in {number} of {len(runs)} runs"
        if number
        else f"The tool made no two requests alike in {len(runs)} runs"
    )


def _found(seen: Mapping[Setting, list[Texts]], plain: Setting, variants: Sequence[Variant]) -> list[Difference]:
    base = gathered(seen[plain])
    found: list[Difference] = []
    for item, value, setting in variants:
        varied = gathered(seen[setting])
        if base and varied:
            places = _places(item, value, seen[plain], seen[setting])
            is_moved = any(difference.places for difference in places)
            found.extend(places)
            found.extend(_differences(item, value, base, varied, frozenset({HEADER_ORDER, LAYOUT} if is_moved else ())))
    return found


def _places(item: Dimension, value: str, base: list[Texts], varied: list[Texts]) -> list[Difference]:
    """Return what is sent with one of both values only: a field, a header, or a whole request."""
    out = []
    for keys, is_added in ((only_in(varied, base), True), (only_in(base, varied), False)):
        places = tuple(dict.fromkeys(visible(place or f"a request {path}") for path, place in keys))
        if places:
            here = Sensitive("", MaskKind.FULL)
            difference = Difference(item.name, value, places, 0, (), (), here, holds_value=False, sentence="")
            out.append(replace(difference, sentence=describe_place(item.title, difference, is_added=is_added)))
    return out


def _differences(
    item: Dimension,
    value: str,
    base: dict[tuple[str, str, int], list[str]],
    varied: dict[tuple[str, str, int], list[str]],
    left_out: frozenset[str],
) -> list[Difference]:
    grouped: dict[tuple[str, str, str], list[tuple[str, Change]]] = defaultdict(list)
    for key, texts in base.items():
        if key in varied and key[1] not in left_out:
            for change in changes(texts, varied[key]):
                grouped[change.before, change.after, change.around if len(change.before) < 3 else ""].append((key[1], change))
    return [_difference(item, value, group) for group in grouped.values()]


def _difference(item: Dimension, value: str, group: list[tuple[str, Change]]) -> Difference:
    change = group[0][1]
    before, after = _points(change.before), _points(change.after)
    holds = bool(value) and value.lower() in change.after.lower()
    difference = Difference(
        item.name,
        value,
        tuple(dict.fromkeys(visible(place) for place, _ in group)),
        change.position,
        before,
        after,
        Sensitive(f"{change.before} -> {change.after}", MaskKind.FULL),
        holds,
        "",
    )
    return replace(difference, sentence=describe(item.title, difference, change))


def _points(text: str) -> tuple[CodePoint, ...]:
    return tuple(code_point(ch) for ch in text[:64])

"""A/B comparison: the same prompt with one thing varied at a time, repeated to learn the noise; what differs because of what.

It says what changes with what, never why. It finds only what varies with the things varied, and a custom API address is
itself a condition under which the tool runs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from core.redact import MaskKind, Sensitive
from core.watch.bodies import Request, walk
from core.watch.compare_texts import Change, changes
from core.watch.compare_words import describe, total
from core.watch.markers_model import CodePoint, code_point

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Texts = dict[tuple[str, str], list[str]]

_NEVER_COMPARED: Final = frozenset({"header content-length", "header date", "header host", "URL host"})


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
    """The outcome of one comparison; `sentences` is the verdict in plain words."""

    tool: str
    runs: int
    dimensions: tuple[str, ...]
    differences: tuple[Difference, ...]
    noisy_places: int
    failures: tuple[str, ...]
    sentences: tuple[str, ...]


def compare(
    tool: str, runner: Runner, dimensions: Sequence[Dimension], runs: int = 3, on_run: Callable[[int, int], None] | None = None
) -> Comparison:
    """Run the tool in every surrounding `runs` times (at least twice) and compare.

    The runs take turns, and each turn begins and ends with the plain values, so that whatever time changes shows as noise.
    """
    runs = max(runs, 2)
    plain = Setting(tuple((item.name, item.plain) for item in dimensions))
    variants = [(item, value, plain.with_value(item.name, value)) for item in dimensions for value in item.others]
    settings = [plain, *(setting for _, _, setting in variants), plain]
    seen: Mapping[Setting, list[Texts]] = {setting: [] for setting in settings}
    for turn in range(runs):
        for number, setting in enumerate(settings):
            seen[setting].append(_texts(runner.run(setting)))
            if on_run:
                on_run(turn * len(settings) + number + 1, runs * len(settings))
    base = _gathered(seen[plain])
    found: list[Difference] = []
    failures: list[str] = []
    if not base:
        failures.append("The tool made no request with the plain values, so nothing could be compared.")
    for item, value, setting in variants if base else ():
        varied = _gathered(seen[setting])
        if not varied:
            failures.append(f"The tool made no request with another {item.title} ({value}), so that was not compared.")
        found.extend(_differences(item, value, base, varied))
    names = tuple(item.name for item in dimensions)
    noisy = sum(len(set(texts)) > 1 for texts in base.values())
    sentences = total(found, dimensions, runs, failures)
    return Comparison(tool, runs, names, tuple(found), noisy, tuple(failures), sentences)


def _texts(requests: Sequence[Request]) -> Texts:
    """Return all strings of one run by path of the address and place."""
    out: Texts = defaultdict(list)
    for request in requests:
        path = f"{request.method} {request.url.split('://', 1)[-1].partition('/')[2].partition('?')[0]}"
        for piece in walk(request).pieces:
            if not piece.is_opened and (place := piece.place) not in _NEVER_COMPARED and place.lower() not in _NEVER_COMPARED:
                out[path, place].append(piece.text)
    return out


def _gathered(runs: list[Texts]) -> dict[tuple[str, str, int], list[str]]:
    """Return what stands at each place in all runs; a place that not every run has is noise."""
    if not runs:
        return {}
    out = {}
    for key in runs[0]:
        counts = [len(run.get(key, ())) for run in runs]
        for number in range(min(counts)):
            out[*key, number] = [run[key][number] for run in runs]
    return out


def _differences(
    item: Dimension, value: str, base: dict[tuple[str, str, int], list[str]], varied: dict[tuple[str, str, int], list[str]]
) -> list[Difference]:
    grouped: dict[tuple[str, str, str], list[tuple[str, Change]]] = defaultdict(list)
    for key, texts in base.items():
        if key in varied:
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
        tuple(dict.fromkeys(place for place, _ in group)),
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

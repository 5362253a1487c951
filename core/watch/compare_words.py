"""What a comparison found, in plain words: neutral, with code points where single characters differ."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from core.catalogue.markers import load_markers
from core.watch.markers_model import code_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.markers import MarkerScheme
    from core.watch.compare import Difference, Dimension
    from core.watch.compare_texts import Change

_FEW: Final = 3


@cache
def _schemes() -> tuple[MarkerScheme, ...]:
    return tuple(load_markers()[0].values())


def describe(title: str, difference: Difference, change: Change) -> str:
    """Return one sentence on one difference."""
    where = _where(difference)
    if difference.holds_value:
        return f"Changes with your {title}: the value itself stands in {where}."
    if change.before.isdigit() and change.after.isdigit():
        return f"Changes with your {title}: a number in {where}."
    if max(len(change.before), len(change.after)) <= _FEW:
        name = _slot(change) or "characters"
        return f"Changes with your {title}: {name} in {where}, {_codes(change.before)} becomes {_codes(change.after)}."
    return f"Changes with your {title}: {max(len(change.before), len(change.after))} characters in {where}."


def describe_place(title: str, difference: Difference, *, is_added: bool) -> str:
    """Return one sentence on what is sent with one of both values only."""
    return f"Changes with your {title}: {_where(difference)} {'is sent only then' if is_added else 'is not sent then'}."


def _where(difference: Difference) -> str:
    more = len(difference.places) - 1
    return difference.places[0] + (f" and {more} more {'place' if more == 1 else 'places'}" if more else "")


def _codes(text: str) -> str:
    return " ".join(code_point(ch).label for ch in text) or "nothing"


def _slot(change: Change) -> str:
    """Name the place in the line of a known scheme, if it is one."""
    for scheme in _schemes():
        beginning = scheme.line.partition("{")[0]
        for slot in scheme.slots:
            known = {slot.ordinary, *(value.character for value in slot.values)}
            if {change.before, change.after} <= known and (beginning in change.around or "date is" in change.around):
                return f"the {slot.name} in the date line"
    return ""


def total(found: Sequence[Difference], dimensions: Sequence[Dimension], runs: int, failures: Sequence[str]) -> tuple[str, ...]:
    """Return the verdict: every difference once for each thing varied, and what showed none."""
    out: list[str] = []
    for item in dimensions:
        mine = [difference for difference in found if difference.dimension == item.name]
        for sentence in dict.fromkeys(difference.sentence for difference in mine):
            values = ", ".join(dict.fromkeys(difference.value for difference in mine if difference.sentence == sentence))
            out.append(f"{sentence.removesuffix('.')} (seen with {values}).")
        if not mine and not any(f"another {item.title} " in failure for failure in failures) and item.others:
            out.append(_none(item, runs))
    if any("plain values" in failure for failure in failures):
        return tuple(failures)
    return (*out, *failures)


def _none(item: Dimension, runs: int) -> str:
    tried = ", ".join(item.others)
    return f"No difference found with your {item.title} in {runs} {'run' if runs == 1 else 'runs'} each with these values: {tried}."


def limits(turns: int, noisy: int) -> tuple[str, ...]:
    """Say how often what was found showed, and what could not be compared because it differs anyway."""
    often = f"What is said to change differed in each of at least {turns} runs with the value from each of {2 * turns} with the plain ones."
    places = "1 place differs" if noisy == 1 else f"{noisy} places differ"
    unseen = f"{places} from run to run whatever is varied; what changes only in the part that differs there could not be seen."
    return (*([often] if turns else []), *([unseen] if noisy else []))

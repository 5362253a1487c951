"""What the desk of changes does on the writer thread, and how the states of several tools become one switch."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, TypeVar

from core.errors import TelltaleError
from core.toggles.model import ToggleState
from gui.switch_paint import SwitchState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.toggles.demo import DemoToggles
    from core.toggles.model import Change, Plan
    from core.toggles.service import ToggleService

Pair = tuple[str, str]
T = TypeVar("T")
ON: Final = frozenset({ToggleState.ON_VERIFIED, ToggleState.ON_RESTART_NEEDED, ToggleState.NOT_VERIFIED})
SHOWN: Final = {
    ToggleState.OFF: SwitchState.OFF,
    ToggleState.ON_VERIFIED: SwitchState.ON,
    ToggleState.ON_RESTART_NEEDED: SwitchState.PARTLY,
    ToggleState.NOT_VERIFIED: SwitchState.UNVERIFIED,
    ToggleState.DRIFTED: SwitchState.DRIFTED,
    ToggleState.NOT_POSSIBLE: SwitchState.NOT_POSSIBLE,
}


def posted(door: ToggleService | DemoToggles, work: Callable[[ToggleService | DemoToggles], T]) -> Future[T]:
    """Run work on the writer thread; an invented machine has none and answers at once."""
    from core.toggles.service import ToggleService

    if isinstance(door, ToggleService):
        return door.post(work, door)
    answer: Future[T] = Future()
    try:
        answer.set_result(work(door))
    except TelltaleError as error:
        answer.set_exception(error)
    return answer


def joined(states: Sequence[ToggleState]) -> SwitchState:
    """Return what one switch for several tools shows: on only if it is on wherever it can be."""
    possible = [state for state in states if state is not ToggleState.NOT_POSSIBLE]
    if not possible:
        return SwitchState.NOT_POSSIBLE
    for telling in (ToggleState.DRIFTED, ToggleState.NOT_VERIFIED):
        if telling in possible:
            return SHOWN[telling]
    on = [state for state in possible if state in ON]
    if not on:
        return SwitchState.OFF
    is_whole = len(on) == len(possible) and ToggleState.ON_RESTART_NEEDED not in on
    return SwitchState.ON if is_whole else SwitchState.PARTLY


def merged(door: ToggleService | DemoToggles, pairs: Iterable[Pair], project: str, *, whole: bool = False) -> Plan:
    """Plan several toggles for several tools as one; a `whole` plan is made entirely or not at all."""
    from core.toggles.model import Plan

    by_tool: dict[str, list[str]] = {}
    for toggle, tool in pairs:
        by_tool.setdefault(tool, []).append(toggle)
    plans = [door.plan(ids, tool, project=project) for tool, ids in by_tool.items()]
    refused: dict[str, str] = {}
    for plan in plans:
        refused.update(plan.refused)
    warnings = tuple(dict.fromkeys(text for plan in plans for text in plan.warnings))
    in_effect = tuple(dict.fromkeys(name for plan in plans for name in plan.in_effect))
    return Plan(tuple(change for plan in plans for change in plan.changes), refused, warnings, in_effect, whole)


def measured(
    door: ToggleService | DemoToggles, pairs: Sequence[Pair]
) -> tuple[dict[Pair, ToggleState], dict[Pair, str], tuple[Change, ...], frozenset[str]]:
    """Return states, reasons for what is not possible, all changes, and which of them somebody else undid."""
    states = {pair: door.state(*pair) for pair in pairs}
    reasons = {
        pair: next(iter(door.plan([pair[0]], pair[1]).refused.values()), "")
        for pair, state in states.items()
        if state is ToggleState.NOT_POSSIBLE
    }
    return states, reasons, door.changes(), frozenset(change.id for change in door.check_drift())

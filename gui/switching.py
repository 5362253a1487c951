"""What a click on a switch does: at once where only Telltale's own launch profile changes, else after the exact diff was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.toggles.places import needs_project
from gui.i18n import QT_TRANSLATE_NOOP
from gui.switch_paint import SwitchState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from core.toggles.model import Plan
    from gui.context import Context
    from gui.models.change_work import Pair
    from gui.models.changes import SwitchLook

DEFAULT_ALREADY = QT_TRANSLATE_NOOP("Switches", "The vendor's default applies already: nothing stands there.")
ON = frozenset({SwitchState.ON, SwitchState.PARTLY, SwitchState.UNVERIFIED})
NOTHING = QT_TRANSLATE_NOOP("Switches", "There was nothing to change.")


def flip(context: Context, parent: QWidget, look: SwitchLook, say: Callable[[str], None]) -> None:
    """Switch on for all tools of the switch, or off; `say` gets a sentence where nothing came of it."""
    if look.state in {SwitchState.WORKING, SwitchState.NOT_POSSIBLE}:
        say(look.words)
    elif look.state in ON and not _some_are_off(context, look):
        context.changes.undo_toggle(look.toggle.id, look.tools)
    else:
        review(context, parent, [(look.toggle.id, tool) for tool in look.tools], say, always_shows=False)


def review(context: Context, parent: QWidget, pairs: Sequence[Pair], say: Callable[[str], None], *, always_shows: bool = True) -> None:
    """Plan and show; a plan that touches nothing but Telltale's own profiles is applied at once unless it is to be shown."""
    context.changes.plan(pairs, lambda plan: _show(context, parent, plan, say, always_shows=always_shows))


def review_whole(context: Context, parent: QWidget, pairs: Sequence[Pair], say: Callable[[str], None]) -> None:
    """Plan and show a preset, which is made entirely or not at all."""
    context.changes.plan(pairs, lambda plan: _show(context, parent, plan, say), whole=True)


def _show(context: Context, parent: QWidget, plan: Plan, say: Callable[[str], None], *, always_shows: bool = True) -> None:
    """Show a plan where there is something to see; where a project's folder has to be chosen first, the preview asks for it."""
    waiting = [toggle for name in plan.refused if (toggle := context.changes.toggle(name)) is not None and needs_project(toggle)]
    asks = bool(waiting) and not context.changes.is_synthetic
    if not plan.changes and not asks:
        reasons = list(dict.fromkeys(plan.refused.values()))
        say(" ".join(reasons[:2]) or QCoreApplication.translate("Switches", NOTHING))
    elif always_shows or asks or plan.warnings or any(change.consent for change in plan.changes):
        context.navigator.preview_plan(plan, parent)
    else:
        context.changes.apply(plan)


def reset(context: Context, parent: QWidget, pair: Pair, say: Callable[[str], None]) -> None:
    """Show what would be taken away so that the vendor's default applies; `say` gets a sentence where there is nothing to take away."""

    def planned(plan: Plan) -> None:
        if plan.changes:
            context.navigator.preview_plan(plan, parent)
        else:
            say(" ".join(plan.refused.values()) or QCoreApplication.translate("Switches", DEFAULT_ALREADY))

    context.changes.plan_reset(*pair, planned)


def _some_are_off(context: Context, look: SwitchLook) -> bool:
    from core.toggles.model import ToggleState

    states = [context.changes.states.get((look.toggle.id, tool)) for tool in look.tools]
    return any(state in {ToggleState.OFF, ToggleState.DRIFTED} for state in states)

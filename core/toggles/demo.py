"""Switches of an invented machine: the same questions and answers as the real service, kept in memory, changing nothing anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.model import Reach
from core.probes.result import display
from core.toggles.apply import NOT_SET, ThreeWay
from core.toggles.journal import new_id
from core.toggles.model import Change, ChangeState, Plan, Receipt, Scope, ToggleState
from core.toggles.plan import NOT_OFFERED
from core.toggles.profiles import step_text
from core.toggles.settings import RECORDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from core.catalogue import Catalogue
    from core.model import Reading
    from core.toggles.diary import Diary
    from core.toggles.model import ChangeSpec, Toggle

METHOD: Final = "Shown on an invented machine: no tool was started and nothing was changed on this computer."
PRETENDED: Final = "pretended"
_LAUNCH: Final = frozenset({Scope.LAUNCH, Scope.SANDBOX})
_ON: Final = ChangeState.VERIFIED


class DemoToggles:
    """Plans and pretends to apply the switches of a tool's start; everything else is refused with the reason."""

    def __init__(self, catalogue: Catalogue, readings: Callable[[], Mapping[str, Reading]], diary: Diary | None = None) -> None:
        """Take the catalogue and what the invented machine's readings are now; `diary` hears what was pretended."""
        self._catalogue, self._readings, self._diary = catalogue, readings, diary
        self._made: list[Change] = []

    @property
    def toggles(self) -> Mapping[str, Toggle]:
        """All toggles of the catalogue by id."""
        return self._catalogue.toggles

    def plan(self, ids: Iterable[str], tool: str = "", *, project: str = "", whole: bool = False) -> Plan:
        """Return what would be done."""
        del project
        changes: list[Change] = []
        refused: dict[str, str] = {}
        in_effect: list[str] = []
        for name in dict.fromkeys(ids):
            toggle = self.toggles.get(name)
            reason = self._why_not(toggle)
            if toggle is None or reason:
                refused[name] = reason
            elif self.state(name, tool) is ToggleState.ON_VERIFIED:
                in_effect.append(name)
            else:
                changes += [_change(toggle, spec, tool) for spec in toggle.changes]
        return Plan(tuple(changes), refused, (), tuple(in_effect), whole)

    def plan_reset(self, ids: Iterable[str], tool: str = "", *, project: str = "") -> Plan:
        """Refuse: nothing stands anywhere."""
        del tool, project
        return Plan((), dict.fromkeys(ids, RECORDED))

    def apply(self, plan: Plan, *, confirm_system: bool = False) -> tuple[Receipt, ...]:
        """Note the changes and answer with what the tool would then read."""
        del confirm_system
        now = datetime.now(UTC)
        done = [replace(change, state=_ON, at=now) for change in plan.changes]
        self._made += done
        if self._diary is not None:
            self._diary.made(done, verdict=PRETENDED)
        return tuple(self._receipt(change, now) for change in done)

    def undo(self, change_id: str) -> Change:
        """Take one back."""
        return self._undo_those(lambda change: change.id == change_id)[0]

    def undo_all(self) -> tuple[Change, ...]:
        """Take all back."""
        return self._undo_those(lambda _change: True)

    def undo_today(self) -> tuple[Change, ...]:
        """Take all back: they are all of this run."""
        return self.undo_all()

    def undo_toggle(self, toggle: str, tool: str = "") -> tuple[Change, ...]:
        """Switch one off."""
        return self._undo_those(lambda change: change.toggle == toggle and tool in {"", change.tool})

    def changes(self) -> tuple[Change, ...]:
        """Return what was noted, the newest first."""
        return tuple(reversed(self._made))

    def state(self, toggle: str, tool: str = "", *, project: str = "") -> ToggleState:
        """Return what a switch shows."""
        del project
        if self._why_not(self.toggles.get(toggle)):
            return ToggleState.NOT_POSSIBLE
        is_on = any(change.toggle == toggle and change.tool == tool and change.state is _ON for change in self._made)
        return ToggleState.ON_VERIFIED if is_on else ToggleState.OFF

    def verify(self) -> tuple[tuple[Change, bool | None], ...]:
        """Return every change in effect."""
        return tuple((change, True) for change in self._made if change.state is _ON)

    def check_drift(self) -> tuple[Change, ...]:
        """Nobody else writes here."""
        return ()

    def three_way(self, change_id: str) -> ThreeWay:
        """Return a change before and after; nobody else writes here."""
        change = self.keep_theirs(change_id)
        after = change.after or NOT_SET
        return ThreeWay(change.before or NOT_SET, after, after)

    def keep_theirs(self, change_id: str) -> Change:
        """There are no conflicts here; the change as it stands."""
        return next(change for change in self._made if change.id == change_id)

    def close(self) -> None:
        """Forget everything."""
        self._made = []

    def _why_not(self, toggle: Toggle | None) -> str:
        if toggle is None:
            return "There is no such toggle, so nothing was planned."
        if not toggle.is_offered:
            return NOT_OFFERED[toggle.works].format(version=toggle.checked_version, day=toggle.checked_on.isoformat())
        is_start = toggle.scope in _LAUNCH and all(spec.kind.startswith("launch-") for spec in toggle.changes)
        return "" if is_start else RECORDED

    def _undo_those(self, wanted: Callable[[Change], bool]) -> tuple[Change, ...]:
        taken = []
        for place, change in enumerate(self._made):
            if change.state is _ON and wanted(change):
                self._made[place] = replace(change, state=ChangeState.UNDONE)
                taken.append(self._made[place])
        if self._diary is not None:
            self._diary.undone(taken)
        return tuple(taken)

    def _receipt(self, change: Change, now: datetime) -> Receipt:
        before, after = {}, {}
        for name in self.toggles[change.toggle].hides:
            reading, signal = self._readings().get(name), self._catalogue.signals.get(name)
            text = display(reading.result) if reading else ""
            if text and signal:
                neutral = signal.neutral
                before[name] = text
                after[name] = neutral.value if neutral is not None and neutral.reach is not Reach.NONE else ""
        return Receipt(change, verified=True, before=before, after=after, method=METHOD, at=now)


def _change(toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
    what = step_text(spec)
    return Change(
        id=new_id(),
        toggle=toggle.id,
        tool=tool,
        kind=spec.kind,
        target="",
        key="environment" if spec.kind == "launch-environment" else "sandbox",
        before=None,
        after=what,
        state=ChangeState.PLANNED,
        diff=what,
        note=toggle.from_when,
        consent=False,
    )

"""What was switched on, taken back or undone by somebody else, told to the timeline: one entry for each toggle and tool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from core.history import Event, EventKind
from core.toggles.model import ChangeState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.catalogue import Catalogue
    from core.history import History
    from core.toggles.model import Change

_DRIFTED: Final = "drifted-changes"
_MADE: Final = frozenset({ChangeState.APPLIED, ChangeState.VERIFIED, ChangeState.NOT_VERIFIED})
_VERDICTS: Final = {ChangeState.VERIFIED: "verified", ChangeState.NOT_VERIFIED: "not verified", ChangeState.APPLIED: "not measured"}
_TEXTS: Final = {
    EventKind.CHANGE_MADE: "{what} was {done} for {whom} ({verdict}).",
    EventKind.CHANGE_UNDONE: "{what} was taken back for {whom}.",
    EventKind.CHANGE_DRIFTED: "{what} is no longer in effect for {whom}: something else changed it.",
}


@dataclass(slots=True)
class Diary:
    """Writes into the history that `history` returns at that moment (none while no machine is open); `tell` hears it as well."""

    catalogue: Catalogue
    history: Callable[[], History | None]
    tell: Callable[[tuple[Event, ...]], object] = field(default=lambda _events: None)

    def made(self, changes: Iterable[Change], verdict: str = "") -> None:
        """Note what was changed; what failed or was taken back at once changed nothing. `verdict` stands for what the state says."""
        self._note(EventKind.CHANGE_MADE, [change for change in changes if change.state in _MADE], verdict)

    def undone(self, changes: Iterable[Change]) -> None:
        """Note what was taken back."""
        self._note(EventKind.CHANGE_UNDONE, [change for change in changes if change.state is ChangeState.UNDONE])

    def drifted(self, changes: Sequence[Change]) -> None:
        """Note what somebody else undid, once for each change as long as it stays so (whichever Telltale looks)."""
        history = self.history()
        if history is None:
            return
        said = set(history.note(_DRIFTED).split())
        now = {change.id for change in changes}
        if now != said:
            history.note(_DRIFTED, " ".join(sorted(now)))
            self._note(EventKind.CHANGE_DRIFTED, [change for change in changes if change.id not in said])

    def _note(self, kind: EventKind, changes: Sequence[Change], verdict: str = "") -> None:
        groups: dict[tuple[str, str], list[Change]] = {}
        for change in changes:
            groups.setdefault((change.toggle, change.tool), []).append(change)
        events = tuple(self._event(kind, group, verdict) for group in groups.values())
        history = self.history()
        if events and history is not None:
            history.add(*events)
            self.tell(events)

    def _event(self, kind: EventKind, changes: Sequence[Change], verdict: str) -> Event:
        first = changes[0]
        toggle, tool = self.catalogue.toggles.get(first.toggle), self.catalogue.tools.get(first.tool)
        what = toggle.title if toggle else first.toggle
        whom = (tool.name if tool else first.tool) or "every program"
        states = {change.state for change in changes}
        state = states.pop() if len(states) == 1 else ChangeState.NOT_VERIFIED
        verdict = verdict or _VERDICTS.get(state, "")
        detail: dict[str, Any] = {"what": what, "toggle": first.toggle, "changes": [change.id for change in changes]}
        if kind is EventKind.CHANGE_MADE:
            detail |= {"verdict": verdict, "reset": first.is_reset}
        done = "reset to the vendor's default" if first.is_reset else "switched on"
        text = _TEXTS[kind].format(what=what, whom=whom, done=done, verdict=verdict)
        return Event(kind, text, first.tool, detail=detail)

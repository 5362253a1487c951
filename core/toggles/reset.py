"""Reset to the vendor's default: take a setting away, whatever stands there, so that the tool's own default applies.

It is another thing than Undo, which brings back what stood there before. Telltale's own change of the setting is taken back
first; what then still stands is dropped through the journal, so that undoing the reset brings that back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from core.errors import TelltaleError
from core.toggles.filechange import ConflictError
from core.toggles.model import ChangeState, Plan
from core.toggles.plan import tool_for
from core.toggles.registry import NotPossibleError, kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.toggles.journal import Journal
    from core.toggles.journal_entry import Entry
    from core.toggles.model import Change, ChangeSpec, Toggle
    from core.toggles.registry import Context

OPEN: Final = frozenset({ChangeState.APPLIED, ChangeState.VERIFIED, ChangeState.NOT_VERIFIED, ChangeState.CONFLICT})
ALSO: Final = "Nothing stood here before Telltale's change, so taking that back was the reset."
_WHY_NOT: Final = {
    "launch-environment": "This stands only in Telltale's launch profile and changes nothing of the vendor's; switch it off instead.",
    "launch-sandbox": "This stands only in Telltale's launch profile and changes nothing of the vendor's; switch it off instead.",
    "ignore-entry": "The vendor has no default for this list; switching it off takes Telltale's entry away and leaves the others.",
    "system-setting": "A setting of the whole computer has no vendor's default; undo brings back what was there before.",
}


@runtime_checkable
class Resettable(Protocol):
    """A kind of change whose settings have a vendor's default."""

    def plan_reset(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return what would be taken away."""
        ...

    def seen_now(self, change: Change) -> Change | None:
        """Return the change for what stands there now; None if nothing does."""
        ...


@dataclass(frozen=True, slots=True)
class Reset:
    """What a reset did: the entry that drops the setting, or the entries taken back where that was all."""

    entry: Entry | None
    taken_back: tuple[Entry, ...] = ()


def plan_reset(context: Context, toggles: Mapping[str, Toggle], ids: Iterable[str], tool: str) -> Plan:
    """Return what would be taken away for these toggles; each one without a vendor's default has its reason."""
    changes: list[Change] = []
    refused: dict[str, str] = {}
    in_effect: list[str] = []
    for name in dict.fromkeys(ids):
        try:
            if name not in toggles:
                raise NotPossibleError(f"There is no toggle {name!r}; `telltale toggles` lists them all.")
            found = _of_toggle(context, toggles[name], tool_for(context, toggles[name], tool))
            waiting = [change for change in found if change.state is ChangeState.PLANNED]
            changes += waiting
            in_effect += [] if waiting else [name]
        except TelltaleError as error:
            refused[name] = str(error)
    return Plan(tuple(changes), refused, (), tuple(in_effect))


def _of_toggle(context: Context, toggle: Toggle, tool: str) -> list[Change]:
    found: list[Change] = []
    reasons: list[str] = []
    for spec in toggle.changes:
        step = kind(spec.kind)
        reason = step.possible(context.host, spec)
        if reason is None and isinstance(step, Resettable):
            found.append(step.plan_reset(context, toggle, spec, tool))
        else:
            reasons.append(reason or _WHY_NOT.get(spec.kind, "There is no vendor's default here, so nothing was planned."))
    if not found:
        raise NotPossibleError(reasons[0])
    return found


def apply_reset(change: Change, journal: Journal) -> Reset:
    """Take Telltale's own change back, then drop what still stands; if it is not what the preview showed, raise and change nothing."""
    step = kind(change.kind)
    if not isinstance(step, Resettable):
        raise NotPossibleError(_WHY_NOT.get(change.kind, "There is no vendor's default here, so nothing was changed."))
    now = step.seen_now(change)
    if now is None or _seen(now) != _seen(change):
        raise ConflictError("The setting was changed by another program since the preview, so nothing was changed; look again.")
    taken = tuple(_taken_back(entry, journal) for entry in reversed(_ours(change, journal)))
    left = step.seen_now(change)
    if left is None:
        return Reset(None, taken)
    return Reset(step_apply(left, journal), taken)


def step_apply(change: Change, journal: Journal) -> Entry:
    """Make one change through its kind."""
    return kind(change.kind).apply(change, journal)


def _seen(change: Change) -> str | None:
    return change.parameters.get("seen", change.parameters.get("was"))


def _ours(change: Change, journal: Journal) -> list[Entry]:
    """Return Telltale's changes in effect of the very setting, oldest first."""
    from core.toggles.apply import change_of

    found = [entry for entry in journal.entries() if entry.kind == change.kind and entry.state in OPEN and not entry.edit.get("reset")]
    return [entry for entry in found if (entry.path, change_of(entry).key) == (change.target, change.key)]


def _taken_back(entry: Entry, journal: Journal) -> Entry:
    """Take one change back; where somebody else wrote since, that is what the reset takes away."""
    from core.toggles.apply import change_of

    try:
        return kind(entry.kind).undo(change_of(entry), journal)
    except ConflictError:
        note = "Somebody else changed the setting since; what they wrote was reset."
        settled = replace(entry, state=ChangeState.UNDONE, undone_at=datetime.now(UTC).timestamp(), note=note)
        journal.save(settled)
        return settled

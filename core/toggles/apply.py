"""Make planned changes, take made ones back, and tell what came of it: a receipt holds what was measured, not what was meant."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from core.errors import TelltaleError
from core.toggles import edits
from core.toggles.commands import Setting
from core.toggles.commands import read as read_setting
from core.toggles.commands import run as run_command
from core.toggles.edit_base import MISSING
from core.toggles.filechange import ConflictError
from core.toggles.journal import JournalError
from core.toggles.model import Change, ChangeState, Receipt
from core.toggles.preview import shown
from core.toggles.registry import NotPossibleError, kind
from core.toggles.reset import ALSO, apply_reset
from core.toggles.settings import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.toggles.edit_base import Found
    from core.toggles.journal import Journal
    from core.toggles.journal_entry import Entry
    from core.toggles.model import Plan

    # (tool, signal ids) -> what a stand-in started like the tool reads; None where none can be started
    Measure = Callable[[str, tuple[str, ...]], Mapping[str, "Measured"] | None]

ACTIVE: Final = frozenset({ChangeState.APPLIED, ChangeState.VERIFIED, ChangeState.NOT_VERIFIED, ChangeState.CONFLICT})
LAUNCH: Final = frozenset({"launch-environment", "launch-sandbox"})
NOT_SET: Final = "not set"
OF_TOGGLE: Final = "Taken back, because another part of it failed."
OF_PRESET: Final = "Taken back, because another part of the preset failed; a preset is made entirely or not at all."
NOT_BEGUN: Final = "Not begun, because an earlier part of the preset failed; a preset is made entirely or not at all."
_COMMAND_PARTS: Final = ("program", "type", "value", "reset")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stand-in reads of one signal: the masked text, and whether the machine's own value is hidden (None: cannot be told)."""

    text: str
    hidden: bool | None


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """A setting that somebody else changed after us: before our change, ours, and now (as they may be shown)."""

    before: str
    ours: str
    now: str

    def __str__(self) -> str:
        """Return the three in one line."""
        return f"before: {self.before}; ours: {self.ours}; now: {self.now}"


@dataclass(slots=True)
class Applier:
    """Applies plans through one journal; `measure` starts a stand-in, `hides` says which signals a toggle is about."""

    journal: Journal
    hides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measure: Measure = field(default=lambda _tool, _signals: None)
    versions: Callable[[str], str] = field(default=lambda _tool: "")

    def apply(self, plan: Plan, *, confirm_system: bool = False) -> tuple[Receipt, ...]:
        """Make the changes, one toggle after the other; a toggle whose changes do not all succeed is taken back whole."""
        before = self._measured(plan.changes)
        with self.journal.locked():
            if plan.whole:
                self.journal.begin(change.id for change in plan.changes)
            done = self._all(plan, confirm_system=confirm_system)
            for change in done:
                if change.state is ChangeState.APPLIED:
                    self._retire_older(change)
            if plan.whole:
                self.journal.finish()
        after = self._measured([change for change in done if change.state is ChangeState.APPLIED])
        return tuple(self._receipt(change, before, after) for change in done)

    def _all(self, plan: Plan, *, confirm_system: bool) -> list[Change]:
        """Make every toggle's changes; of a plan that is whole, one failure takes everything back and leaves out the rest."""
        done: list[Change] = []
        groups = [[*group] for _, group in groupby(plan.changes, key=lambda change: (change.toggle, change.tool))]
        for number, changes in enumerate(groups):
            made = self._one_toggle(changes, confirm_system=confirm_system)
            if plan.whole and any(change.state is ChangeState.FAILED for change in made):
                back = [self._taken_back(change, OF_PRESET) if change.state is ChangeState.APPLIED else change for change in reversed(done)]
                rest = [replace(change, state=ChangeState.FAILED, note=NOT_BEGUN) for group in groups[number + 1 :] for change in group]
                return [*made, *back, *rest]
            done += made
        return done

    def _measured(self, changes: Sequence[Change]) -> dict[str, Mapping[str, Measured] | None]:
        """Return per tool what a stand-in reads of the signals which the launch changes are about."""
        wanted: dict[str, dict[str, None]] = {}
        for change in changes:
            if change.kind in LAUNCH:
                wanted.setdefault(change.tool, {}).update(dict.fromkeys(self.hides.get(change.toggle, ())))
        return {tool: self.measure(tool, tuple(signals)) if signals else {} for tool, signals in wanted.items()}

    def _one_toggle(self, changes: list[Change], *, confirm_system: bool) -> list[Change]:
        made: list[Change] = []
        for change in changes:
            try:
                if change.kind == "system-setting" and not confirm_system:
                    raise NotPossibleError("A change of the whole computer needs its own confirmation, so nothing was changed.")
                if change.is_reset:
                    made.append(self._reset(change))
                    continue
                entry = kind(change.kind).apply(change, self.journal)
            except TelltaleError as error:
                failed = replace(change, state=ChangeState.FAILED, note=str(error), at=_now())
                return [*(self._taken_back(item, OF_TOGGLE) for item in reversed(made)), failed]
            made.append(replace(change, state=ChangeState.APPLIED, at=datetime.fromtimestamp(entry.made_at, UTC)))
        return made

    def _reset(self, change: Change) -> Change:
        """Take a setting away; where taking Telltale's own change back was all there was to do, return how that stands."""
        done = apply_reset(change, self.journal)
        if done.entry is not None:
            return replace(change, state=ChangeState.APPLIED, at=datetime.fromtimestamp(done.entry.made_at, UTC))
        return replace(change, id=done.taken_back[0].id, state=ChangeState.UNDONE, note=ALSO, at=_now())

    def _taken_back(self, change: Change, why: str) -> Change:
        if change.state is not ChangeState.APPLIED:
            return change
        try:
            kind(change.kind).undo(change, self.journal)
        except TelltaleError as error:
            return replace(change, state=ChangeState.CONFLICT, note=f"Another part failed, and this one could not be taken back: {error}")
        return replace(change, state=ChangeState.UNDONE, note=why)

    def _retire_older(self, change: Change) -> None:
        """Close entries of the same change that another program had made ineffective; the new entry stands for them."""
        for entry in self.journal.entries():
            if entry.id == change.id or entry.toggle != change.toggle or entry.state not in ACTIVE:
                continue
            other = change_of(entry)
            if _same_step(other, change):
                self._note(replace(entry, state=ChangeState.UNDONE, note=f"No longer in effect; made again as {change.id}."))

    def _note(self, entry: Entry) -> None:
        """Write down what came of a change; the change itself stands in the journal already."""
        with contextlib.suppress(JournalError):
            self.journal.save(entry)

    def _receipt(
        self, change: Change, before: Mapping[str, Mapping[str, Measured] | None], after: Mapping[str, Mapping[str, Measured] | None]
    ) -> Receipt:
        if change.state is ChangeState.UNDONE and change.is_reset:
            was = {change.key: change.before or NOT_SET}
            return Receipt(change, kind(change.kind).verify(change), was, {change.key: NOT_SET}, "The setting was read again.", _now())
        if change.state is not ChangeState.APPLIED:
            return Receipt(
                change, verified=False, before={}, after={}, method="Nothing was measured, because nothing was changed.", at=_now()
            )
        if change.kind in LAUNCH:
            verified, was, now, method = self._launch_result(change, before.get(change.tool), after.get(change.tool))
        else:
            verified = kind(change.kind).verify(change)
            was = {change.key: change.before or NOT_SET}
            now = {change.key: change.after or NOT_SET} if verified else {}
            method = "The setting was read again." if verified is not None else "The setting cannot be read again here."
        state = ChangeState.VERIFIED if verified else ChangeState.NOT_VERIFIED
        self._note(replace(self.journal.entry(change.id), state=state))
        return Receipt(replace(change, state=state), verified, was, now, method, _now(), self.versions(change.tool))

    def _launch_result(
        self, change: Change, before: Mapping[str, Measured] | None, after: Mapping[str, Measured] | None
    ) -> tuple[bool | None, dict[str, str], dict[str, str], str]:
        signals = self.hides.get(change.toggle, ())
        if kind(change.kind).verify(change) is not True:
            return False, {}, {}, "The launch profile was read again and does not hold the change."
        if before is None or after is None or not signals:
            return None, {}, {}, "Entered in the launch profile; what the tool then reads was not measured."
        was = {name: before[name].text for name in signals if name in before}
        now = {name: after[name].text for name in signals if name in after}
        hidden = [_is_hidden(before.get(name), after[name]) for name in signals if name in after]
        verified = False if False in hidden else None if None in hidden or not hidden else True
        return verified, was, now, "A stand-in was started before and after, the way the tool starts."


def _is_hidden(before: Measured | None, after: Measured) -> bool | None:
    """Return whether the machine's own value is out of sight; where there was none before, what is there now is the change itself."""
    is_ours = before is not None and not before.text and bool(before.hidden) and bool(after.text)
    return True if is_ours else after.hidden


def _same_step(one: Change, other: Change) -> bool:
    """Return whether two changes write the same into the same place, for the same tool."""
    names = ("tool", "kind", "target", "key", "is_reset")
    if any(getattr(one, name) != getattr(other, name) for name in names):
        return False
    is_item = other.parameters.get("operation") == "append"
    return not is_item or one.parameters.get("value") == other.parameters.get("value")


def change_of(entry: Entry) -> Change:
    """Return a journal entry as the change a person sees."""
    edit = entry.edit
    is_command = "program" in edit
    parameters = {name: str(edit[name]) for name in _COMMAND_PARTS if edit.get(name) is not None} if is_command else parameters_of(entry)
    if is_command:
        parameters |= {"name": json.dumps(edit["name"]), "was": json.dumps(edit["was"])}
    was = edit.get("was", MISSING)
    return Change(
        id=entry.id,
        toggle=entry.toggle,
        tool=entry.tool,
        kind=entry.kind,
        target=entry.path,
        key=edit["name"][-1] if is_command else ".".join(edit.get("key", ())),
        before=shown(MISSING if was is None and is_command else was),
        after=_ours(edit),
        state=entry.state,
        at=datetime.fromtimestamp(entry.made_at, UTC),
        note=entry.note,
        parameters=parameters,
    )


def undo_entry(entry: Entry, journal: Journal) -> Change:
    """Take one change back and return how it stands then; a conflict changes nothing and says before, ours and now."""
    change = change_of(entry)
    try:
        return change_of(kind(entry.kind).undo(change, journal))
    except ConflictError as error:
        return replace(change, state=ChangeState.CONFLICT, note=f"{error} ({three_way(entry)})")
    except TelltaleError as error:
        return replace(change, state=ChangeState.FAILED, note=str(error))


def three_way(entry: Entry) -> ThreeWay:
    """Return a setting before our change, as we made it, and as it is now."""
    edit = entry.edit
    try:
        now = _found_now(entry)
    except (TelltaleError, OSError):
        return ThreeWay(_text(edit.get("was", MISSING)), _ours(edit) or NOT_SET, "cannot be read")
    return ThreeWay(_text(edit.get("was", MISSING)), _ours(edit) or NOT_SET, _text(now))


def _found_now(entry: Entry) -> Found:
    from core.toggles.target import read

    edit = entry.edit
    if "program" in edit:
        value = read_setting(Setting(edit["program"], tuple(edit["name"]), edit["type"]), run_command)
        return MISSING if value is None else value
    from pathlib import Path

    data = read(Path(entry.real_path))
    return MISSING if data is None else edits.get(edit["format"], data, tuple(edit["key"]))


def _ours(edit: Mapping[str, Any]) -> str | None:
    """Return what we wrote, unmasked: it comes from the catalogue, not from this machine; of a whole file, which does, the size is told."""
    value = edit.get("value")
    if edit.get("operation") == "drop" or edit.get("reset"):
        return None
    if edit.get("format") == "whole":
        return f"a file of {len(str(value).splitlines())} lines"
    return value if isinstance(value, str) else json.dumps(value)


def _text(value: Found) -> str:
    return shown(value) or NOT_SET


def _now() -> datetime:
    return datetime.now(UTC)

"""Change one setting through the system's command: written to the journal before, read again after, taken back by value."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core import VERSION
from core.errors import TelltaleError
from core.toggles import commands
from core.toggles.commands import Setting
from core.toggles.filechange import MADE_UNNOTED, UNDONE_UNNOTED, ConflictError, no_step
from core.toggles.journal import Journal, JournalError
from core.toggles.journal_entry import Entry
from core.toggles.model import ChangeState
from core.toggles.target import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.toggles.commands import Run
    from core.toggles.filechange import Purpose


@dataclass(slots=True)
class CommandChanger:
    """Makes, takes back and settles changes made by commands; every call runs under the journal's lock."""

    journal: Journal
    run: Run = field(default=commands.run)
    step: Callable[[str], None] = field(default=no_step)

    def apply(self, setting: Setting, value: str | None, was: str | None, purpose: Purpose) -> Entry:
        """Set the value (None: take it away), if the present one is still `was`; raise without having changed anything."""
        with self.journal.locked():
            if commands.read(setting, self.run) != was:
                raise ConflictError("The setting was changed by another program since the preview, so nothing was changed; look again.")
            record = {"program": setting.program, "name": [*setting.name], "type": setting.type, "value": value, "was": was}
            record |= purpose.remembered
            entry = self.journal.add(
                Entry(
                    id=purpose.id,
                    number=0,
                    toggle=purpose.toggle,
                    tool=purpose.tool,
                    kind=purpose.kind,
                    state=ChangeState.PLANNED,
                    path=" ".join((setting.program, *setting.name)),
                    existed=was is not None,
                    edit=record,
                    version=VERSION,
                )
            )
            self.step("planned")
            out = self.run(commands.write_argv(setting, value))
            self.step("commanded")
            if commands.read(setting, self.run) != value:
                with contextlib.suppress(JournalError):  # the next start settles it
                    self.journal.save(replace(entry, state=ChangeState.FAILED, note=f"The command ended with status {out.code}."))
                raise RefusedError("The system did not take the new value, so the setting is as it was; its administrator may forbid it.")
            done = replace(entry, state=ChangeState.APPLIED)
            try:
                self.journal.save(done)
            except JournalError:
                self._put_back(setting, was)
                raise
            self.step("applied")
            return done

    def undo(self, entry: Entry) -> Entry:
        """Put the value before the change back; raise `ConflictError` if the setting holds a third value."""
        with self.journal.locked():
            setting, value, was = _parts(entry)
            now = commands.read(setting, self.run)
            if now not in {value, was}:
                raise ConflictError(
                    "Somebody else changed this setting since, so nothing was undone; compare before, ours and now, then decide."
                )
            self.journal.save(replace(entry, undoing=True))
            self.step("undo planned")
            if now != was:
                self.run(commands.write_argv(setting, was))
                self.step("undo commanded")
                if commands.read(setting, self.run) != was:
                    self.journal.save(entry)
                    raise RefusedError(
                        "The system did not take the old value back, so the setting is as it was before the undo; try again."
                    )
            done = replace(entry, state=ChangeState.UNDONE, undoing=False, undone_at=time.time())
            self.journal.note(done, UNDONE_UNNOTED)
            self.step("undone")
            return done

    def _put_back(self, setting: Setting, was: str | None) -> None:
        """Bring the old value back where the journal cannot say that there is a new one; raise if that fails, too."""
        self.run(commands.write_argv(setting, was))
        if commands.read(setting, self.run) != was:
            raise JournalError(MADE_UNNOTED)

    def recover(self, kind: str) -> tuple[Entry, ...]:
        """Settle the entries of a kind which a crash left open, by what the setting holds now."""
        with self.journal.locked():
            is_open = (ChangeState.PLANNED,)
            waiting = [e for e in self.journal.entries() if e.kind == kind and "program" in e.edit and (e.state in is_open or e.undoing)]
            return tuple(entry for entry in map(self._settle, waiting) if entry is not None)

    def _settle(self, entry: Entry) -> Entry | None:
        setting, value, was = _parts(entry)
        try:
            now = commands.read(setting, self.run)
        except TelltaleError:
            return None
        if now == value and value != was:
            settled = replace(entry, state=ChangeState.APPLIED if entry.state is ChangeState.PLANNED else entry.state, undoing=False)
        elif entry.undoing:
            is_back = now == was
            settled = replace(
                entry, state=ChangeState.UNDONE if is_back else entry.state, undoing=False, undone_at=time.time() if is_back else 0.0
            )
        else:
            settled = replace(entry, state=ChangeState.FAILED, note="Interrupted before the setting was touched.")
        self.journal.save(settled)
        return settled


def _parts(entry: Entry) -> tuple[Setting, str | None, str | None]:
    edit = entry.edit
    return Setting(edit["program"], tuple(edit["name"]), edit["type"]), edit["value"], edit["was"]

"""The one door to changing things: plan, apply, undo, verify. One service per program; every change and undo in order.

Methods do their work in the calling thread, one at a time. A window calls them through `post`, which runs them on the single
writer thread and gives back a future, so that the main thread never touches a file.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from core import paths
from core.errors import TelltaleError
from core.toggles.apply import ACTIVE, LAUNCH, Applier, change_of, three_way, undo_entry
from core.toggles.farewell import remove_own_folders
from core.toggles.journal import Journal, age_s
from core.toggles.model import ChangeState, Plan, ToggleState
from core.toggles.places import ProjectNeededError, check_project, needs_project
from core.toggles.plan import Piece, make_plan, plan_one
from core.toggles.registry import Context, kind, kinds
from core.toggles.reset import plan_reset
from core.toggles.target import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from core.catalogue import Catalogue
    from core.host.base import Host
    from core.toggles.apply import Measure, ThreeWay
    from core.toggles.diary import Diary
    from core.toggles.journal_entry import Entry
    from core.toggles.model import Change, Receipt, Toggle
    from core.tools.model import Session

# of several project folders, the state that asks for most attention is the one that shows
WORST: Final = (
    ToggleState.DRIFTED,
    ToggleState.NOT_VERIFIED,
    ToggleState.NOT_POSSIBLE,
    ToggleState.OFF,
    ToggleState.ON_RESTART_NEEDED,
    ToggleState.ON_VERIFIED,
)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Senses:
    """What the service asks others: what a tool could read when started, running sessions, versions; `diary` hears what was changed."""

    measure: Measure = field(default=lambda _tool, _signals: None)
    sessions: Callable[[], Iterable[Session]] = field(default=tuple)
    version: Callable[[str], str] = field(default=lambda _tool: "")
    diary: Diary | None = None


class ToggleService:
    """Plans, applies, verifies and undoes toggles of one machine."""

    def __init__(
        self,
        host: Host,
        catalogue: Catalogue,
        senses: Senses | None = None,
        *,
        state: Path | None = None,
        config: Path | None = None,
    ) -> None:
        """Use Telltale's own folders unless others are given; nothing is read or written before the first call."""
        self._host = host
        self._catalogue = catalogue
        self._senses = senses or Senses()
        self.config = config or paths.config_dir()
        self._state = state or paths.state_dir()
        self.journal = Journal(self._state / "journal")
        self._lock = threading.RLock()
        self._writer: ThreadPoolExecutor | None = None
        self._is_recovered = False
        self._diary = self._senses.diary

    @property
    def toggles(self) -> Mapping[str, Toggle]:
        """All toggles of the catalogue by id."""
        return self._catalogue.toggles

    def plan(self, ids: Iterable[str], tool: str = "", *, project: str = "", whole: bool = False) -> Plan:
        """Return what applying these toggles would do; nothing is changed. A `whole` plan is made entirely or not at all."""
        listed = [*ids]
        with self._lock:
            context = self._context(project or self._remembered(listed, tool))
            return replace(make_plan(context, self.toggles, listed, tool), whole=whole)

    def plan_reset(self, ids: Iterable[str], tool: str = "", *, project: str = "") -> Plan:
        """Return what would be taken away so that the vendor's defaults apply, whatever stands there; nothing is changed."""
        listed = [*ids]
        with self._lock:
            return plan_reset(self._context(project or self._remembered(listed, tool)), self.toggles, listed, tool)

    def apply(self, plan: Plan, *, confirm_system: bool = False) -> tuple[Receipt, ...]:
        """Make a plan's changes and measure again; a toggle that fails is taken back whole and its receipt says why."""
        with self._lock:
            self.recover()
            hides = {name: self.toggles[name].hides for name in {change.toggle for change in plan.changes} if name in self.toggles}
            applier = Applier(self.journal, hides, self._senses.measure, self._senses.version)
            receipts = applier.apply(plan, confirm_system=confirm_system)
            if self._diary is not None:
                self._diary.made(receipt.change for receipt in receipts)
                self._diary.undone(receipt.change for receipt in receipts if receipt.change.is_reset)
            return receipts

    def undo(self, change_id: str) -> Change:
        """Take one change back; a conflict or failure is in the state and note of what is returned."""
        with self._lock:
            self.recover()
            entry = self.journal.entry(change_id)
            if entry.state not in ACTIVE:
                raise RefusedError(f"The change {change_id} is not in effect (it is {entry.state.value}), so there was nothing to undo.")
            return self._told((undo_entry(entry, self.journal),))[0]

    def undo_all(self) -> tuple[Change, ...]:
        """Take every change back that is in effect, the newest first."""
        return self._undo_those(lambda _entry: True)

    def undo_today(self) -> tuple[Change, ...]:
        """Take back what was changed since midnight, also if the clock was set in between."""
        now = datetime.now().astimezone()
        since_midnight = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
        return self._undo_those(lambda entry: age_s(entry) <= since_midnight)

    def undo_toggle(self, toggle: str, tool: str = "") -> tuple[Change, ...]:
        """Switch one toggle off: take back its changes that are in effect (a reset is none of them), the newest first."""
        return self._undo_those(lambda entry: entry.toggle == toggle and (not tool or entry.tool == tool) and not entry.edit.get("reset"))

    def changes(self) -> tuple[Change, ...]:
        """Return every change ever made and not forgotten, the newest first."""
        with self._lock:
            return tuple(change_of(entry) for entry in reversed(self.journal.entries()))

    def three_way(self, change_id: str) -> ThreeWay:
        """Return a setting before our change, as we made it, and now."""
        return three_way(self.journal.entry(change_id))

    def keep_theirs(self, change_id: str) -> Change:
        """Settle a conflict by leaving what others wrote; the change is no longer ours to undo."""
        with self._lock, self.journal.locked():
            entry = replace(self.journal.entry(change_id), state=ChangeState.UNDONE, note="Left as others wrote it.")
            self.journal.save(entry)
            return self._told((change_of(entry),))[0]

    def state(self, toggle: str, tool: str = "", *, project: str = "") -> ToggleState:
        """Return what the switch of a toggle shows, measured now; in every project it was switched on for, or in the one named."""
        with self._lock:
            active = [entry for entry in self._active() if entry.toggle == toggle and entry.tool == tool and not entry.edit.get("reset")]
            folders = [project] if project else sorted({entry.edit.get("project", "") for entry in active} or {""})
            found = [self._state_in(folder, toggle, tool, active) for folder in folders]
            return min(found, key=WORST.index)

    def _state_in(self, project: str, toggle: str, tool: str, active: list[Entry]) -> ToggleState:
        mine = [entry for entry in active if not project or entry.edit.get("project", project) == project]
        try:
            return self._shown(plan_one(self._context(project), self.toggles[toggle], tool), mine)
        except ProjectNeededError:
            return ToggleState.OFF
        except (TelltaleError, KeyError):
            return ToggleState.DRIFTED if mine else ToggleState.NOT_POSSIBLE

    def _shown(self, piece: Piece, active: list[Entry]) -> ToggleState:
        verdicts = [kind(change.kind).verify(change) for change in piece.changes]
        if not active:
            return ToggleState.ON_VERIFIED if piece.is_in_effect and all(verdicts) else ToggleState.OFF
        if not piece.is_in_effect or False in verdicts:
            return ToggleState.DRIFTED
        launch = [entry for entry in active if entry.kind in LAUNCH]
        if None in verdicts or any(entry.state is not ChangeState.VERIFIED for entry in launch):
            return ToggleState.NOT_VERIFIED
        made_at = max(entry.made_at for entry in active)
        older = any(session.tool == active[0].tool and session.started < made_at for session in self._senses.sessions())
        return ToggleState.ON_RESTART_NEEDED if older else ToggleState.ON_VERIFIED

    def check_drift(self) -> tuple[Change, ...]:
        """Return the changes that are no longer in effect, because another program wrote the setting; a reset never drifts."""
        with self._lock:
            made = [change_of(entry) for entry in self._active() if not entry.edit.get("reset")]
            drifted = tuple(change for change in made if _verdict(change) is False)
            if self._diary is not None and (made or self.journal.folder.is_dir()):
                self._diary.drifted(drifted)
            return drifted

    def verify(self) -> tuple[tuple[Change, bool | None], ...]:
        """Read every change in effect again and return the verdicts, the oldest first."""
        with self._lock:
            made = [change_of(entry) for entry in self._active()]
            verdicts = tuple((change, _verdict(change)) for change in made)
            if self._diary is not None and made:
                self._diary.drifted([change for change, verdict in verdicts if verdict is False and not change.is_reset])
            return verdicts

    def recover(self) -> tuple[Change, ...]:
        """Finish what a crash left open; done once per service, before the first change."""
        with self._lock:
            if self._is_recovered or not self.journal.folder.is_dir():
                return ()
            with self.journal.locked():
                settled = tuple(change_of(entry) for each in kinds() for entry in each.recover(self.journal))
                half = self.journal.unfinished()
                back = tuple(undo_entry(entry, self.journal) for entry in reversed(self._active()) if entry.id in half)
                self.journal.finish()
            self._is_recovered = True
            return (*settled, *back)

    def uninstall(self) -> tuple[Change, ...]:
        """Take everything back and remove Telltale's own folders; if something could not be taken back, the journal stays."""
        with self._lock:
            diary, self._diary = self._diary, None  # what goes away now is not written into what goes away now
            taken = self.undo_all()
            self._diary = diary
            left = [entry for entry in self.journal.entries() if entry.state in ACTIVE or entry.state is ChangeState.PLANNED]
            if not left and not self.journal.damaged():
                remove_own_folders(self.journal, self.config, self._state, paths.cache_dir())
            return taken

    def post(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run one of these methods on the writer thread, after everything posted before."""
        with self._lock:
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, "telltale-writer")
            return self._writer.submit(work, *args, **kwargs)

    def close(self) -> None:
        """Wait until everything posted is done; nothing can be posted afterwards."""
        if self._writer is not None:
            self._writer.shutdown(wait=True)

    def _undo_those(self, wanted: Callable[[Entry], bool]) -> tuple[Change, ...]:
        with self._lock:
            self.recover()
            entries = [entry for entry in self._active() if wanted(entry)]
            return self._told(tuple(undo_entry(entry, self.journal) for entry in reversed(entries)))

    def _told(self, taken: tuple[Change, ...]) -> tuple[Change, ...]:
        if self._diary is not None:
            self._diary.undone(taken)
        return taken

    def _active(self) -> list[Entry]:
        return [entry for entry in self.journal.entries() if entry.state in ACTIVE]

    def _remembered(self, ids: list[str], tool: str) -> str:
        """Return the project folder that one of these toggles was switched on for last, if it needs one and is in effect."""
        wanted = {name for name in ids if name in self.toggles and needs_project(self.toggles[name])}
        found = [entry for entry in self._active() if entry.toggle in wanted and (not tool or entry.tool == tool)] if wanted else []
        return str(found[-1].edit.get("project", "")) if found else ""

    def _context(self, project: str) -> Context:
        if project and not self._host.is_synthetic:
            project = check_project(project, self._host, (self.config, self._state))
        return Context(self._host, self._catalogue.tools, self.config, project)


def _verdict(change: Change) -> bool | None:
    """Return whether a change is still in effect; None also for one whose kind only a newer Telltale knows."""
    try:
        return kind(change.kind).verify(change)
    except TelltaleError:
        return None

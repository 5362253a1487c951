"""The main thread's copy of what is switched: states as they were measured, changes made, and the way to make and undo them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from core.errors import TelltaleError
from core.toggles.model import ChangeState, Scope, ToggleState
from gui.models.change_work import ON, Pair, joined, measured, merged, posted
from gui.switch_paint import SwitchState
from gui.switch_words import INVENTED, switch_words, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future

    from core.engine import Engine
    from core.history import History
    from core.toggles.apply import ThreeWay
    from core.toggles.demo import DemoToggles
    from core.toggles.model import Change, Plan, Receipt, Toggle
    from core.toggles.service import ToggleService
    from gui.models.store import Store
    from gui.models.tools import ToolStore
    from gui.session import Session

T = TypeVar("T")
log = logging.getLogger(__name__)
CHECK_EVERY_MS: Final = 20_000
IN_EFFECT: Final = frozenset({ChangeState.APPLIED, ChangeState.VERIFIED, ChangeState.NOT_VERIFIED, ChangeState.CONFLICT})


@dataclass(frozen=True, slots=True)
class SwitchLook:
    """What a switch shows and says; `toggle` is what it switches, for `tools`."""

    state: SwitchState
    toggle: Toggle
    tools: tuple[str, ...]
    words: str


class ChangeDesk(QObject):
    """Owns the one door to changing things of the machine shown; all work is done on its writer thread."""

    states_changed = Signal()
    changes_changed = Signal()
    applied = Signal(list)
    undone = Signal(list)
    busy_changed = Signal()
    failed = Signal(str)
    told = Signal(object)
    _answered = Signal(int, object, object, str)

    def __init__(
        self, store: Store, tools: ToolStore, session: Session, history: Callable[[], History | None], parent: QObject | None = None
    ) -> None:
        """Follow which machine is shown and which tools are on it; what is changed is written into its history and `told`."""
        super().__init__(parent)
        self._store, self._tools, self._history = store, tools, history
        self._door: ToggleService | DemoToggles | None = None
        self._generation = 0
        self._busy: set[Pair] = set()
        self._waiting = 0
        self._reasons: dict[Pair, str] = {}
        self._by_signal: dict[str, Toggle] = {}
        self.states: dict[Pair, ToggleState] = {}
        self.changes: tuple[Change, ...] = ()
        self.drifted: frozenset[str] = frozenset()
        self.receipts: dict[str, Receipt] = {}
        self.has_looked = False
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self._check_active)
        session.starting.connect(self._on_starting)
        session.stopping.connect(self._on_stopping)
        tools.installations_changed.connect(self.look)
        tools.sessions_changed.connect(self._check_active)
        if session.engine is not None:
            self._on_starting(session.engine)

    # -- what can be asked

    @property
    def is_synthetic(self) -> bool:
        """Whether what is switched is pretended, on an invented machine."""
        return self._store.is_synthetic

    @property
    def is_busy(self) -> bool:
        """Whether something is being changed."""
        return bool(self._busy) or self._waiting > 0

    @property
    def tools(self) -> tuple[str, ...]:
        """The installed tools that Telltale can start."""
        known = self._tools.tools
        return tuple(item for item in self._tools.installed if item in known and known[item].commands)

    @property
    def hidden(self) -> frozenset[Pair]:
        """Return which signals are hidden from which tools when Telltale starts them: pairs of tool and signal."""
        on = [
            (toggle, tool)
            for (name, tool), state in self.states.items()
            if state is ToggleState.ON_VERIFIED and (toggle := self.toggle(name))
        ]
        return frozenset((tool, signal) for toggle, tool in on if toggle.scope in {Scope.LAUNCH, Scope.SANDBOX} for signal in toggle.hides)

    @property
    def active(self) -> tuple[Change, ...]:
        """The changes in effect."""
        return tuple(change for change in self.changes if change.state in IN_EFFECT)

    def toggle(self, toggle_id: str) -> Toggle | None:
        """Return a toggle."""
        return self._door.toggles.get(toggle_id) if self._door is not None else None

    def toggle_of(self, signal_id: str) -> Toggle | None:
        """Return what hides a signal when a tool starts, if anything does."""
        return self._by_signal.get(signal_id)

    def switch(self, signal_id: str, tool: str = "") -> SwitchLook | None:
        """Return a signal's switch: for one tool, or for all tools here together; None where there is nothing to switch."""
        toggle = self._by_signal.get(signal_id)
        return self.look_of(toggle, (tool,) if tool else self.tools) if toggle is not None else None

    def look_of(self, toggle: Toggle, tools: tuple[str, ...]) -> SwitchLook | None:
        """Return a toggle's switch for these tools together; None as long as nothing was measured."""
        pairs = [(toggle.id, item) for item in tools]
        states = [self.states[pair] for pair in pairs if pair in self.states]
        if not states:
            return None
        state = SwitchState.WORKING if self._busy & set(pairs) else joined(states)
        names = [self._tools.name(item) for item in tools]
        reason = next((self._reasons[pair] for pair in pairs if pair in self._reasons), "")
        said = switch_words(toggle, state, names, self._store.titles(toggle.hides), reason)
        return SwitchLook(state, toggle, tools, f"{said}\n{words(INVENTED)}" if self.is_synthetic else said)

    def toggles_of(self, tool: str) -> list[Toggle]:
        """Return a tool's own settings that can be switched here."""
        every = self._door.toggles.values() if self._door is not None else ()
        return [toggle for toggle in every if tool in toggle.tools and (toggle.id, tool) in self.states]

    def other_ways(self, signal_id: str) -> list[Toggle]:
        """Return what else hides a signal: for the account or the whole computer, beyond a tool's start."""
        every = self._door.toggles.values() if self._door is not None else ()
        wide = {Scope.ACCOUNT, Scope.COMPUTER}
        return [item for item in every if item.is_offered and not item.tools and item.scope in wide and signal_id in item.hides]

    def recommended(self) -> list[tuple[str, str]]:
        """Return what the light preset would still change, as pairs of toggle and tool."""
        from core.toggles.presets import shipped

        if self._door is None:
            return []
        preset = next((item for item in shipped() if item.id == "light"), None)
        wanted = [(name, tool) for tool in self.tools for name in preset.ids_for(self._door.toggles, tool)] if preset else []
        return [pair for pair in wanted if self.states.get(pair) in {ToggleState.OFF, ToggleState.DRIFTED}]

    # -- what can be done

    def plan(
        self,
        pairs: Iterable[Pair],
        done: Callable[[Plan], None],
        *,
        project: str = "",
        whole: bool = False,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Work out what switching these on would change; nothing is changed. `whole` makes it all or nothing."""
        listed = list(pairs)
        self._do(lambda door: merged(door, listed, project, whole=whole), done, failed)

    def plan_reset(self, toggle: str, tool: str, done: Callable[[Plan], None]) -> None:
        """Work out what would be taken away so that the vendor's default applies."""
        self._do(lambda door: door.plan_reset([toggle], tool), done)

    def apply(self, plan: Plan, *, confirm_system: bool = False) -> None:
        """Make a plan's changes; `applied` brings the receipts."""
        busy = {(change.toggle, change.tool) for change in plan.changes}
        self._set_busy(busy, is_busy=True)

        def done(receipts: Sequence[Receipt]) -> None:
            self._set_busy(busy, is_busy=False)
            self.receipts.update({item.change.id: item for item in receipts})
            self.look()
            self.applied.emit(list(receipts))

        def failed(message: str) -> None:
            self._set_busy(busy, is_busy=False)
            self.failed.emit(message)

        self._do(lambda door: door.apply(plan, confirm_system=confirm_system), done, failed)

    def undo(self, change_ids: Sequence[str]) -> None:
        """Take changes back; `undone` brings how they stand then."""
        self._undo(lambda door: tuple(door.undo(item) for item in change_ids))

    def undo_toggle(self, toggle: str, tools: Sequence[str]) -> None:
        """Switch one off for these tools."""
        self._undo(lambda door: tuple(change for tool in tools for change in door.undo_toggle(toggle, tool)))

    def undo_today(self) -> None:
        """Take back everything made today."""
        self._undo(lambda door: door.undo_today())

    def undo_all(self) -> None:
        """Take back everything."""
        self._undo(lambda door: door.undo_all())

    def keep_theirs(self, change_id: str) -> None:
        """Leave what others wrote and settle the conflict."""
        self._undo(lambda door: (door.keep_theirs(change_id),))

    def ask_three_way(self, change_id: str, done: Callable[[ThreeWay], None]) -> None:
        """Read how a setting was before our change, as we made it, and how it is now."""
        self._do(lambda door: door.three_way(change_id), done)

    def look(self) -> None:
        """Measure every switch and read the changes again."""
        pairs = self._wanted()
        self._do(lambda door: measured(door, pairs), self._take)

    def _check_active(self) -> None:
        pairs = [pair for pair, state in self.states.items() if state in ON or state is ToggleState.DRIFTED]
        if pairs or self.active:
            self._do(lambda door: measured(door, pairs), self._take)

    # -- inside

    def _wanted(self) -> list[Pair]:
        if self._door is None:
            return []
        starts = {toggle.id for toggle in self._by_signal.values()}
        reach = {Scope.LAUNCH, Scope.SANDBOX, Scope.ACCOUNT}
        return [
            (toggle.id, tool)
            for toggle in self._door.toggles.values()
            for tool in (toggle.tools or self.tools)
            if toggle.is_offered and toggle.scope in reach and (tool in self._tools.installed if toggle.tools else toggle.id in starts)
        ]

    def _take(self, answer: tuple[dict[Pair, ToggleState], dict[Pair, str], tuple[Change, ...], frozenset[str]]) -> None:
        states, reasons, changes, drifted = answer
        is_new = not self.has_looked or any(self.states.get(pair) is not state for pair, state in states.items())
        self.has_looked = True
        self.states.update(states)
        self._reasons.update(reasons)
        if (changes, drifted) != (self.changes, self.drifted):
            self.changes, self.drifted = changes, drifted
            self.changes_changed.emit()
        if is_new:
            self._tools.set_hidden(self.hidden)
            self.states_changed.emit()

    def _undo(self, work: Callable[[ToggleService | DemoToggles], Sequence[Change]]) -> None:
        self._waiting += 1
        self.busy_changed.emit()

        def ended() -> None:
            self._waiting -= 1
            self.busy_changed.emit()
            self.look()

        def done(taken: Sequence[Change]) -> None:
            ended()
            self.undone.emit(list(taken))

        def failed(message: str) -> None:
            ended()
            self.failed.emit(message)

        self._do(work, done, failed)

    def _set_busy(self, pairs: set[Pair], *, is_busy: bool) -> None:
        self._busy = self._busy | pairs if is_busy else self._busy - pairs
        self.busy_changed.emit()
        self.states_changed.emit()

    def _do(
        self, work: Callable[[ToggleService | DemoToggles], T], done: Callable[[T], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Run work on the writer thread (an invented machine has none) and hand its answer back on this one."""
        door, generation = self._door, self._generation
        if door is None:
            return

        def tell(future: Future[T]) -> None:
            try:
                self._answered.emit(generation, (done, failed), future.result(), "")
            except TelltaleError as error:
                self._answered.emit(generation, (done, failed), None, str(error))
            except Exception as error:  # noqa: BLE001  the boundary of the writer: a person gets a sentence, never a traceback
                log.warning("a change ended with %s", type(error).__name__)
                said = self.tr("This could not be finished. What was changed is in the list of changes and can be undone there.")
                self._answered.emit(generation, (done, failed), None, said)

        posted(door, work).add_done_callback(tell)

    def _on_answered(self, generation: int, call: object, answer: object, message: str) -> None:
        done, failed = call if isinstance(call, tuple) else (None, None)
        if generation != self._generation:
            return
        if message:
            (failed or self.failed.emit)(message)
        elif done is not None:
            done(answer)

    def _on_starting(self, engine: Engine) -> None:
        self._forget()
        self._door = self._open(engine)
        self._by_signal = {}
        for toggle in self._door.toggles.values():
            is_start = toggle.is_offered and not toggle.tools and toggle.scope in {Scope.LAUNCH, Scope.SANDBOX}
            for signal in toggle.hides if is_start else ():
                self._by_signal.setdefault(signal, toggle)
        self._timer.start()
        self.look()

    def _open(self, engine: Engine) -> ToggleService | DemoToggles:
        from core.toggles.diary import Diary

        diary = Diary(engine.catalogue, self._history, self.told.emit)
        if engine.host.is_synthetic:
            from core.toggles.demo import DemoToggles

            return DemoToggles(engine.catalogue, self._store.readings, diary)
        from core.toggles.senses import RealSenses
        from core.toggles.service import Senses, ToggleService

        found, tools = RealSenses(engine.host, engine.catalogue), self._tools
        senses = Senses(found.measure, lambda: tools.sessions, tools.version, diary)
        return ToggleService(engine.host, engine.catalogue, senses)

    def _on_stopping(self) -> None:
        self._timer.stop()
        door = self._door
        self._forget()
        if door is not None:
            door.close()

    def _forget(self) -> None:
        self._generation += 1
        self._door = None
        self._busy, self._waiting, self.has_looked = set(), 0, False
        self.states, self._reasons, self.receipts = {}, {}, {}
        self.changes, self.drifted = (), frozenset()
        self._tools.set_hidden(frozenset())
        self.changes_changed.emit()
        self.states_changed.emit()

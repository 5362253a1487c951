"""The main thread's copy of the AI tools: what is installed and runs, and what each could see; widgets ask only this."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from core.model import Grade
from core.tools.exposure import can_see
from core.tools.finders.editors import UNKNOWN_EDITOR
from core.tools.model import SYNTHETIC
from gui.marks import Mark, mark_of_grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.policy import Judgement
    from core.policy_file import PolicyState
    from core.tools.detect import Problem
    from core.tools.exposure_book import ExposureBook
    from core.tools.model import Exposure, Installation, Session, Tool

HIDEABLE: Final = frozenset({Mark.COULD_SEE, Mark.VENDOR_SAYS, Mark.REPORTED})
UNMEASURED: Final = frozenset({Grade.NOT_MEASURED, Grade.NOT_POSSIBLE})


class ToolStore(QObject):
    """Installed tools in the catalogue's order, their sessions and their cells; lives on the main thread."""

    opened = Signal()
    installations_changed = Signal()
    sessions_changed = Signal()
    cells_changed = Signal(list)
    policy_changed = Signal()
    looking_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without a catalogue."""
        super().__init__(parent)
        self.tools: Mapping[str, Tool] = {}
        self.installations: tuple[Installation, ...] = ()
        self.sessions: tuple[Session, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self.policy: PolicyState | None = None
        self.book: ExposureBook | None = None
        self.has_looked = False
        self.is_looking = False
        self.is_measuring = False
        self._installed: tuple[str, ...] = ()
        self._copies: dict[str, tuple[Installation, ...]] = {}
        self._cells: dict[str, dict[str, Exposure]] = {}
        self._sees: dict[str, tuple[int, int]] = {}
        self._judgements: dict[tuple[str, date], Judgement] = {}
        self._recommended: frozenset[str] = frozenset()
        self._hidden: frozenset[tuple[str, str]] = frozenset()

    def open(self, tools: Mapping[str, Tool], book: ExposureBook | None = None) -> None:
        """Forget the last machine; take the catalogue's tools and what joins their cells."""
        self.tools, self.book = tools, book
        self.installations, self.sessions, self.problems = (), (), ()
        self.has_looked = self.is_looking = self.is_measuring = False
        self._installed, self._copies, self._cells, self._sees = (), {}, {}, {}
        self.policy, self._judgements, self._recommended = None, {}, frozenset()
        self.opened.emit()

    # -- what comes in

    def set_looking(self, *, is_looking: bool, is_measuring: bool = False) -> None:
        """Say what goes on in the background."""
        if (is_looking, is_measuring) != (self.is_looking, self.is_measuring):
            self.is_looking, self.is_measuring = is_looking, is_measuring
            self.looking_changed.emit()

    def set_installations(self, installations: Sequence[Installation], problems: Sequence[Problem] = ()) -> None:
        """Take the newest detection."""
        is_first, self.has_looked = not self.has_looked, True
        found, self.problems = tuple(installations), tuple(problems)
        if found == self.installations and not is_first:
            return
        self.installations = found
        copies: dict[str, list[Installation]] = {}
        for item in found:
            copies.setdefault(item.tool, []).append(item)
        self._copies = {tool: tuple(items) for tool, items in copies.items()}
        self._installed = tuple(copies)
        self._sees.clear()
        self._judgements.clear()
        self.installations_changed.emit()

    def set_sessions(self, sessions: Iterable[Session]) -> None:
        """Take the sessions that run now."""
        now = tuple(sessions)
        if now != self.sessions:
            self.sessions = now
            self.sessions_changed.emit()

    def take_cells(self, cells: Iterable[Exposure]) -> None:
        """Take joined cells and tell which of them are different now."""
        changed = []
        for cell in cells:
            row = self._cells.setdefault(cell.tool, {})
            if row.get(cell.signal) != cell:
                row[cell.signal] = cell
                self._sees.pop(cell.tool, None)
                changed.append((cell.tool, cell.signal))
        if changed:
            self.cells_changed.emit(changed)

    def set_policy(self, policy: PolicyState) -> None:
        """Take the policies in force."""
        from core.policy import recommended

        if policy != self.policy:
            self.policy, self._recommended = policy, recommended(policy.policies)
            self._judgements.clear()
            self.policy_changed.emit()

    # -- what can be asked

    @property
    def installed(self) -> tuple[str, ...]:
        """The ids of the tools found here, in the catalogue's order."""
        return self._installed

    @property
    def running(self) -> frozenset[str]:
        """The ids of the tools with a session now."""
        return frozenset(item.tool for item in self.sessions)

    def name(self, tool_id: str) -> str:
        """Return a tool's name."""
        if tool_id == UNKNOWN_EDITOR:
            return self.tr("Unknown VS Code-family editor")
        tool = self.tools.get(tool_id)
        return tool.name if tool is not None else tool_id

    def mark_icon(self, tool_id: str) -> str:
        """Return the name of a tool's mark."""
        tool = self.tools.get(tool_id)
        return tool.mark if tool is not None else ""

    def copies(self, tool_id: str) -> tuple[Installation, ...]:
        """Return a tool's installations, the one its command starts first."""
        return self._copies.get(tool_id, ())

    def version(self, tool_id: str) -> str:
        """Return the version of the copy that is named first, empty if it is not known."""
        return next((item.version for item in self.copies(tool_id) if item.version), "")

    def sessions_of(self, tool_id: str) -> tuple[Session, ...]:
        """Return a tool's running sessions."""
        return tuple(item for item in self.sessions if item.tool == tool_id)

    def cell(self, tool_id: str, signal_id: str) -> Exposure | None:
        """Return what is known about a tool and a signal, None as long as nothing was joined."""
        row = self._cells.get(tool_id)
        return row.get(signal_id) if row is not None else None

    def mark(self, tool_id: str, signal_id: str) -> Mark:
        """Return the mark of a cell."""
        cell = self.cell(tool_id, signal_id)
        if cell is None:
            return Mark.NOT_MEASURED
        return Mark.HIDDEN if self._is_hidden(cell) else mark_of_grade(cell.grade)

    def _is_hidden(self, cell: Exposure) -> bool:
        """Whether a switch hides it; what was seen since outranks that, what was made up for an invented machine does not."""
        if (cell.tool, cell.signal) not in self._hidden:
            return False
        seen = [item for item in cell.evidence if item.grade in {Grade.SAW_SENT, Grade.SAW_READ}]
        return mark_of_grade(cell.grade) in HIDEABLE or (bool(seen) and all(item.method == SYNTHETIC for item in seen))

    def sentence(self, tool_id: str, signal_id: str) -> str:
        """Return a cell's plain sentence."""
        cell = self.cell(tool_id, signal_id)
        if cell is not None and self._is_hidden(cell):
            said = self.tr("Hidden when {tool} is started through Telltale. Otherwise: {sentence}")
            return said.format(tool=self.name(tool_id), sentence=cell.sentence)
        return cell.sentence if cell is not None else ""

    def set_hidden(self, pairs: frozenset[tuple[str, str]]) -> None:
        """Take which signals were measured as hidden from which tools by switches that are on."""
        changed = sorted(pairs ^ self._hidden)
        self._hidden = pairs
        if changed:
            self._sees.clear()
            self.cells_changed.emit(changed)

    def marks(self, signal_id: str) -> frozenset[Mark]:
        """Return the marks a signal has among the tools here."""
        return frozenset(self.mark(tool, signal_id) for tool in self._installed)

    def cells_of(self, tool_id: str) -> tuple[Exposure, ...]:
        """Return a tool's cells."""
        return tuple(self._cells.get(tool_id, {}).values())

    def sees(self, tool_id: str) -> tuple[int, int] | None:
        """Return how many signals a tool has or could have when Telltale starts it, of how many measured; None before anything was."""
        known = self._sees.get(tool_id)
        if known is None:
            row = self.cells_of(tool_id)
            seen = sum(can_see(cell) and self.mark(tool_id, cell.signal) is not Mark.HIDDEN for cell in row)
            known = self._sees[tool_id] = (seen, sum(cell.here not in UNMEASURED for cell in row))
        return known if known[1] else None

    def judgement(self, tool_id: str) -> Judgement | None:
        """Return what the organisation's policy says of a tool today, None if nobody says anything."""
        from core.policy import judge

        if self.policy is None or not self.policy.policies:
            return None
        key = (tool_id, self.today)
        if key not in self._judgements:
            versions = [item.version for item in self.copies(tool_id)]
            self._judgements[key] = judge(self.policy.policies, self.tools.get(tool_id, tool_id), versions, self.today)
        return self._judgements[key]

    def is_recommended(self, tool_id: str) -> bool:
        """Whether the organisation recommends a tool instead of another one."""
        return tool_id in self._recommended

    @property
    def today(self) -> date:
        """The day that policies are read on."""
        return datetime.now().astimezone().date()

"""The whole matrix of signals and tools, kept up to date: news go in, the cells that changed come out. Used from any thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.model import Grade
from core.tools.exposure import Known, any_applies, can_see, claim_evidence, counts, expose, report_evidence
from core.tools.model import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.catalogue import Catalogue
    from core.model import System
    from core.tools.looks import View
    from core.tools.model import Evidence, Exposure, Installation, Tool


@dataclass(frozen=True, slots=True)
class Cell:
    """What is remembered of one exposure: its grades here and said, and the version they are about."""

    here: Grade
    said: Grade | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not as it was; None where it was not known before or is not known now."""

    tool: str
    signal: str
    before: Cell | None
    after: Cell | None

    @property
    def is_new_version_only(self) -> bool:
        """Whether the same is known as before, of another version."""
        one, other = self.before, self.after
        return one is not None and other is not None and (one.here, one.said) == (other.here, other.said)


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """One piece of evidence about a tool that applies to only one of two versions."""

    signal: str
    begins: bool
    evidence: Evidence


class ExposureBook:
    """All exposures of one machine; cells are joined when asked for and kept until something about their tool changes."""

    def __init__(self, catalogue: Catalogue, system: System) -> None:
        """Start with nothing installed and nothing measured."""
        self._catalogue = catalogue
        self._known = {name: Known(tool, system) for name, tool in catalogue.tools.items()}
        self._cells: dict[tuple[str, str], Exposure] = {}
        self._lock = threading.RLock()

    @property
    def installed(self) -> tuple[str, ...]:
        """The ids of installed tools, in the catalogue's order."""
        with self._lock:
            return tuple(name for name, known in self._known.items() if known.versions)

    def known(self, tool: str) -> Known:
        """Return what the join knows of a tool; raises KeyError for one that is not in the catalogue."""
        with self._lock:
            return self._known[tool]

    def set_installations(self, installations: Iterable[Installation]) -> tuple[Exposure, ...]:
        """Take the newest detection; return the cells that changed."""
        versions: dict[str, list[str]] = {}
        for item in installations:
            versions.setdefault(item.tool, []).append(item.version)
        with self._lock:
            return tuple(
                cell
                for name, known in self._known.items()
                for cell in self._replace(name, replace(known, versions=tuple(dict.fromkeys(versions.get(name, ())))))
            )

    def set_view(self, view: View) -> tuple[Exposure, ...]:
        """Take the newest look through a tool's eyes; return the cells that changed."""
        with self._lock:
            known = self._known.get(view.tool)
            return self._replace(view.tool, replace(known, view=view)) if known is not None else ()

    def add_evidence(self, evidence: Iterable[Evidence]) -> tuple[Exposure, ...]:
        """Take what a trace or capture showed; return the cells that changed."""
        by_tool: dict[str, list[Evidence]] = {}
        for item in evidence:
            by_tool.setdefault(item.tool, []).append(item)
        with self._lock:
            return tuple(
                cell
                for name, items in by_tool.items()
                if (known := self._known.get(name)) is not None
                for cell in self._replace(
                    name,
                    replace(known, evidence=(*known.evidence, *(item for item in items if item not in known.evidence))),
                    frozenset(item.signal for item in items),
                )
            )

    def exposure(self, tool: str, signal: str) -> Exposure:
        """Return one cell; raises KeyError for a tool or signal that is not in the catalogue."""
        with self._lock:
            cell = self._cells.get((tool, signal))
            if cell is None:
                cell = self._cells[tool, signal] = expose(self._known[tool], self._catalogue.signals[signal])
            return cell

    def row(self, tool: str) -> tuple[Exposure, ...]:
        """Return all cells of a tool, in the catalogue's order of signals."""
        return tuple(self.exposure(tool, signal) for signal in self._catalogue.signals)

    def counts(self, tool: str) -> Mapping[Grade, int]:
        """Return how many signals have which grade here for a tool."""
        return counts(self.row(tool))

    def sees(self, tool: str) -> tuple[int, int]:
        """Return how many signals a tool has or could have, of how many that were measured."""
        row = self.row(tool)
        unknown = {Grade.NOT_MEASURED, Grade.NOT_POSSIBLE}
        return sum(map(can_see, row)), sum(cell.here not in unknown for cell in row)

    def cells(self, tools: Iterable[str] | None = None) -> dict[tuple[str, str], Cell]:
        """Return what is worth remembering of the installed tools (or of these)."""
        return {
            (name, cell.signal): Cell(cell.here, cell.said, ", ".join(self.known(name).versions))
            for name in (self.installed if tools is None else tools)
            for cell in self.row(name)
        }

    def _replace(self, name: str, known: Known, only: frozenset[str] | None = None) -> tuple[Exposure, ...]:
        """Take new knowledge of one tool (about `only` these signals) and return its cells, of those asked for, that differ now."""
        if known == self._known[name]:
            return ()
        self._known[name] = known
        signals = self._catalogue.signals if only is None else only
        asked = [signal for signal in signals if (name, signal) in self._cells]
        before = {signal: self._cells.pop((name, signal)) for signal in asked}
        return tuple(cell for signal in asked if (cell := self.exposure(name, signal)) != before[signal])


def differences(before: Mapping[tuple[str, str], Cell], after: Mapping[tuple[str, str], Cell]) -> tuple[Difference, ...]:
    """Return the cells that differ between two times, in the order of the later one."""
    keys = (*after, *(key for key in before if key not in after))
    return tuple(Difference(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def version_differences(tool: Tool, old: str, new: str) -> tuple[VersionDifference, ...]:
    """Return the claims and reports that apply to only one of two versions; what cannot be told is left out."""
    pieces = [(claim_evidence(tool, claim), claim.versions) for claim in tool.claims if claim.basis is not Basis.UNVERIFIED]
    pieces += [(report_evidence(tool, report, signal), report.versions) for report in tool.reports for signal in report.signals]
    found = []
    for item, versions in pieces:
        was, now = any_applies((old,), versions), any_applies((new,), versions)
        if was is not None and now is not None and was != now:
            found.append(VersionDifference(item.signal, now, item))
    return tuple(found)

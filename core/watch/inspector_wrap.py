"""The inspector round a prepared start: variables and certificate files are added, and everything ends with the tool."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.watch.inspector_run import Inspection, InspectOptions, Report, Subject, readings_searcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.toggles.prepared import Prepared
    from core.tools.model import Tool
    from core.watch.facts import Searcher
    from core.watch.store import Store


class InspectWrapper:
    """A wrapper in the sense of `core.toggles.prepared`; `report` holds what the capture came to, once the tool has ended."""

    def __init__(
        self,
        tool: Tool | None,
        version: str = "",
        options: InspectOptions | None = None,
        *,
        searcher: Callable[[], Searcher] | None = None,
        store: Store | None = None,
    ) -> None:
        """Look at `tool` (None: a command that the catalogue does not know); `searcher` measures this computer if not given."""
        self._tool, self._version, self._options, self._store = tool, version, options, store
        self._searcher = searcher or readings_searcher()
        self.report: Report | None = None

    def prepare(self, prepared: Prepared) -> Prepared:
        """Start the inspector and return the start that leads through it; raises a sentence where that is not possible."""
        name = prepared.argv[0].replace("\\", "/").rpartition("/")[2]
        inspection = Inspection(Subject(self._tool, name, self._version, prepared.env), self._searcher, self._options, store=self._store)
        added = inspection.start()

        def end() -> None:
            self.report = inspection.finish()

        return replace(
            prepared,
            env={**prepared.env, **added.environment},
            show=(*prepared.show, *added.readable),
            local_ports=(*prepared.local_ports, *added.local_ports),
            cleanup=(*prepared.cleanup, end),
        )

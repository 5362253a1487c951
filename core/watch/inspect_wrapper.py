"""The inspector round a prepared start: variables and certificate files are added, and everything ends with the tool."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from core.watch.inspector_run import Inspection, InspectOptions, Report, Subject, readings_searcher
from core.watch.store_model import KeepBodies

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from core.toggles.prepared import Prepared
    from core.tools.model import Tool
    from core.watch.facts import Searcher
    from core.watch.store import Store


def wrapper(tool: Tool | None, options: Namespace | None = None) -> InspectWrapper:
    """Return the inspector for a tool as the command line asks for it."""
    if options is None:
        return InspectWrapper(tool)
    keep = KeepBodies.ENCRYPTED if options.keep_bodies else KeepBodies.NO
    return InspectWrapper(tool, options=InspectOptions(answers=options.answer, keep_bodies=keep, reads_all=options.all_hosts))


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

    def said(self) -> tuple[str, ...]:
        """What to tell a person once the tool has ended."""
        if self.report is None:
            return ()
        more = f"Everything that was found: telltale requests --session {self.report.session}"
        return tuple(line for line in (self.report.coverage, *self.report.lines, more) if line)

    def prepare(self, prepared: Prepared) -> Prepared:
        """Start the inspector and return the start that leads through it; raises a sentence where that is not possible."""
        name = prepared.argv[0].replace("\\", "/").rpartition("/")[2]
        version = self._version or _version(self._tool, prepared.argv[0])
        inspection = Inspection(Subject(self._tool, name, version, prepared.env), self._searcher, self._options, store=self._store)
        added = inspection.start(is_private=prepared.is_sandboxed and prepared.profile.private_network)

        def end() -> None:
            self.report = inspection.finish()

        return replace(
            prepared,
            env={**prepared.env, **added.environment},
            show=(*prepared.show, *added.readable),
            local_ports=(*prepared.local_ports, *added.local_ports),
            packets=added.packets,
            cleanup=(*prepared.cleanup, end),
        )


def _version(tool: Tool | None, program: str) -> str:
    """Return the version of the installation that a program belongs to; empty if that is not known."""
    if tool is None:
        return ""
    from core.host.real import RealHost
    from core.tools.detect import detect

    found = detect(RealHost(), [tool])
    owner = found.owner_of(os.path.realpath(program)) or next((item for item in found.installations if item.starts_first), None)
    return owner.version if owner else ""

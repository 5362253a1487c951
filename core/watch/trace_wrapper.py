"""The trace round a prepared start (`telltale run --trace`): evidence and a kept file when the tool has ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.redact import visible
from core.watch import trace_evidence, trace_file
from core.watch.trace import Start, Tracing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.toggles.prepared import Prepared
    from core.tools.model import Tool
    from core.watch.trace_model import TraceEvent, TraceReport


class TraceWrapper:
    """A wrapper in the sense of `core.toggles.prepared`; `report` holds the trace once the tool has ended."""

    def __init__(
        self,
        tool: Tool | None,
        on_event: Callable[[TraceEvent], None] | None = None,
    ) -> None:
        """Trace `tool` (None: a command that the catalogue does not know)."""
        self._tool, self._on_event = tool, on_event
        self.report: TraceReport | None = None
        self.file: Path | None = None

    def prepare(self, prepared: Prepared) -> Prepared:
        """Put strace round the tool; raises a sentence where no trace is possible."""
        program = prepared.argv[0]
        tracing = Tracing(Start(program, prepared.env, prepared.cwd, self._tool, prepared.is_sandboxed), self._on_event)
        tracing.open()

        def end() -> None:
            self._finish(tracing, program)

        return replace(
            prepared,
            argv=(*tracing.prefix, *prepared.argv),
            show=(*prepared.show, tracing.pipe),
            cleanup=(*prepared.cleanup, end),
        )

    def _finish(self, tracing: Tracing, program: str) -> None:
        report = tracing.finish()
        if self._tool is not None:
            report = replace(report, version=_version(self._tool, program))
        self.report, self.file = report, trace_file.save(report)
        if report.tool:
            _remember(report, self.file.name if self.file is not None else "a trace that could not be kept")

    def said(self) -> tuple[str, ...]:
        """Return what a person is told when the tool has ended."""
        report = self.report
        if report is None:
            return ()
        count = len(report.signals)
        where = f"'telltale trace show {self.file.stem}' tells which" if self.file is not None else "the trace could not be kept on disk"
        first = f"The trace saw {count} signal{'' if count == 1 else 's'} being read; {where}."
        return (first, *report.sentences()[1:-1])


def _version(tool: Tool, program: str) -> str:
    """Return the version of the copy that ran; only this tool is looked for."""
    from pathlib import Path

    from core.host.real import RealHost
    from core.tools.detect import detect

    detection = detect(RealHost(), [tool])
    owner = detection.owner_of(str(Path(program).resolve()))
    known = {item.version for item in detection.installations}
    return visible(owner.version) if owner is not None else known.pop() if len(known) == 1 else ""


def _remember(report: TraceReport, source: str) -> None:
    """Add to history and evidence."""
    from core.catalogue import load_catalogue
    from core.history import History
    from core.tools.recording import Recorder

    history = History()
    try:
        Recorder(history, load_catalogue()).evidence(trace_evidence.evidence(report, source))
    finally:
        history.close()


def wrapper(tool: Tool | None) -> TraceWrapper:
    """Return the wrapper of `telltale run --trace`; its `report` and `file` are there once the tool has ended."""
    return TraceWrapper(tool)

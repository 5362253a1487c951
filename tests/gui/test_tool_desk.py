"""The desk of the AI tools measures again what the switches change, without a window."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from core.host.recorded import load_persona
from core.model import Grade
from core.policy_file import PolicyState
from core.toggles.profiles import ProfileFile
from core.tools.detect import Detection
from core.tools.exposure_book import Cell
from core.tools.looks import View
from core.tools.model import Channel, Evidence, Installation
from core.watch import kept_evidence
from gui import tool_desk
from gui.marks import Mark
from gui.memory_history import MemoryHistory
from gui.models.tools import ToolStore
from gui.tool_desk import EVIDENCE, STARTS, ToolDesk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.catalogue import Catalogue
    from core.loop import Source
    from core.tools.model import Tool

FOUND = tuple(Installation(tool, "1.0", f"/home/mia/{tool}", Channel.NPM, "npm-package") for tool in ("claude-code", "codex-cli"))


def evidence(signal: str, grade: Grade, method: str) -> Evidence:
    return Evidence("claude-code", signal, grade, method, datetime(2026, 11, 20, tzinfo=UTC), "1.0", "a", "", "/etc/localtime")


class Bench:
    """A desk of a machine that is not an invented one, whose sources are asked by hand."""

    def __init__(self, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, kept: Evidence | None = None) -> None:
        self.switched: dict[str, ProfileFile] = {}
        self.measured: list[set[str]] = []
        self.sources: dict[str, Source] = {}
        persona = load_persona("developer-laptop")
        host = SimpleNamespace(is_synthetic=False, system=persona.system)
        self.engine = SimpleNamespace(host=host, catalogue=catalogue, subscribe=lambda _any: lambda: None, readings=dict)
        self.engine.add_source = lambda source: self.sources.update({source.key: source})
        self.engine.poke = lambda keys: [self.ask(key) for key in keys]
        monkeypatch.setattr(tool_desk, "policies_of", lambda *_any: PolicyState)
        monkeypatch.setattr(tool_desk, "starts", lambda tools: {tool: self.switched.get(tool, ProfileFile(tool)) for tool in tools})
        monkeypatch.setattr(tool_desk, "measure_copies", self._measure)
        monkeypatch.setattr("core.tools.watching.watch_sessions", lambda *_any: SimpleNamespace(start=lambda: None, close=lambda: None))
        self.history = MemoryHistory()
        engine: Any = self.engine
        self.tools = ToolStore()
        self.captured: list[Evidence] = []
        monkeypatch.setattr(kept_evidence, "captured_evidence", lambda: tuple(self.captured))
        monkeypatch.setattr(kept_evidence, "captured_mark", lambda: (len(self.captured),))
        if kept is not None:
            self.history.add_evidence(kept)
        self.desk = ToolDesk(engine, self.tools, lambda call: call(), self.history, lambda _events: None)
        self.settle()

    def _measure(self, copies: Iterable[tuple[Tool, Installation | None]], *_any: object) -> Iterator[View]:
        listed = [tool.id for tool, _ in copies]
        self.measured.append(set(listed))
        return iter([View(tool, "1.0", "stand-in", datetime(2026, 11, 21, tzinfo=UTC), {}) for tool in listed])

    def ask(self, key: str) -> None:
        self.sources[key].arrived(self.sources[key].ask())
        self.settle()

    def settle(self) -> None:
        """Wait until the worker did all it was given."""
        done: Future[None] = Future()
        self.desk._do(lambda: done.set_result(None))
        done.result(timeout=20)

    def detect(self) -> None:
        self.desk._on_detected(Detection(FOUND))
        self.settle()


@pytest.fixture
def bench(qapp: object, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench(catalogue, monkeypatch, evidence("time-zone", Grade.SAW_READ, "trace"))
    yield made
    made.desk.close()


def test_a_tool_is_measured_again_when_its_start_was_switched(bench: Bench) -> None:
    bench.detect()
    bench.ask(STARTS)
    assert bench.measured == [{"claude-code", "codex-cli"}]
    bench.switched["codex-cli"] = ProfileFile("codex-cli", ("time-zone",))
    bench.desk.look_at_starts()
    bench.ask(STARTS)
    assert bench.measured[1:] == [{"codex-cli"}]
    bench.switched.clear()
    bench.ask(STARTS)
    assert bench.measured[2:] == [{"codex-cli"}]


def test_what_is_switched_while_a_few_signals_are_measured_is_measured_wholly_later(bench: Bench) -> None:
    bench.detect()
    bench.switched["claude-code"] = ProfileFile("claude-code", ("time-zone",))
    bench.desk._do(lambda: bench.desk._measure(frozenset({"time-zone"})))
    bench.settle()
    bench.ask(STARTS)
    assert bench.measured[2:] == [{"claude-code"}]


def test_what_was_seen_in_earlier_runs_is_in_the_cells_from_the_start_and_what_others_see_comes_soon(bench: Bench) -> None:
    bench.ask(EVIDENCE)
    bench.detect()
    assert bench.tools.mark("claude-code", "time-zone") is Mark.SAW_READ
    bench.captured.append(evidence("hostname", Grade.SAW_SENT, "inspector"))
    bench.ask(EVIDENCE)
    assert bench.tools.mark("claude-code", "hostname") is Mark.SAW_SENT
    bench.history.add_evidence(evidence("kernel", Grade.SAW_READ, "trace"))
    bench.ask(EVIDENCE)
    assert bench.tools.mark("claude-code", "kernel") is Mark.SAW_READ


def test_what_changed_is_asked_of_the_looks_kept_from_that_time(bench: Bench) -> None:
    found: list[object] = []
    bench.desk.ask_changed("claude-code", datetime.now(UTC), found.append)
    bench.settle()
    assert found == [None]
    bench.history.note_cells({("claude-code", "time-zone"): Cell(Grade.HIDDEN, None, "0.9"), ("codex-cli", "shell"): Cell(Grade.HIDDEN)})
    bench.detect()
    bench.desk.ask_changed("claude-code", datetime.now(UTC), found.append)
    bench.settle()
    told = found[1]
    assert isinstance(told, tuple)
    assert {item.tool for item in told} == {"claude-code"}

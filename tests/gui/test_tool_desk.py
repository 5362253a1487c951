"""The desk of the AI tools measures again what the switches change, without a window."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from core.host.recorded import load_persona
from core.policy_file import PolicyState
from core.toggles.profiles import ProfileFile
from core.tools.detect import Detection
from core.tools.looks import View
from core.tools.model import Channel, Installation
from gui import tool_desk
from gui.memory_history import MemoryHistory
from gui.models.tools import ToolStore
from gui.tool_desk import STARTS, ToolDesk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.catalogue import Catalogue
    from core.loop import Source
    from core.tools.model import Tool

FOUND = tuple(Installation(tool, "1.0", f"/home/mia/{tool}", Channel.NPM, "npm-package") for tool in ("claude-code", "codex-cli"))


class Bench:
    """A desk of a machine that is not an invented one, whose sources are asked by hand."""

    def __init__(self, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
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
        self.desk = ToolDesk(engine, ToolStore(), lambda call: call(), self.history, lambda _events: None)
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
    made = Bench(catalogue, monkeypatch)
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

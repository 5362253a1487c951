from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.catalogue.tool_schema import FINDERS
from core.catalogue.tools import load_tools
from core.host.recorded import load_persona, persona_names
from core.model import System
from core.tools import detect as module
from core.tools.detect import KINDS, detect
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search
    from tests.conftest import MakeHost

AGENT = tool(
    "agent",
    finder("npm-package", names=("agent",)),
    finder("path-command", names=("agent",), markers=("node_modules/agent",)),
    finder("desktop-entry", ids=("agent",)),
    commands=("agent",),
)
FILES = {
    "/usr/lib/node_modules/agent/package.json": '{"name": "agent", "version": "1.0.0", "bin": "cli.js"}',
    "/usr/lib/node_modules/agent/cli.js": "x",
    "/usr/share/applications/agent.desktop": "[Desktop Entry]\nExec=/usr/bin/agent\n",
}
MACHINE: dict[str, Any] = {
    "files": FILES,
    "links": {"/usr/bin/agent": "../lib/node_modules/agent/cli.js"},
    "modes": {"/usr/lib/node_modules/agent/cli.js": 0o755},
    "env": {"PATH": "/usr/bin"},
    "times": {"/usr/lib/node_modules/agent/package.json": 1_795_000_000.0},
}


def test_what_several_finders_see_of_one_copy_is_one_row(recorded_host: MakeHost) -> None:
    detection = detect(recorded_host(**MACHINE), [AGENT])
    (found,) = detection.installations
    assert (found.finder, found.version, found.starts_first) == ("npm-package", "1.0.0", True)
    assert found.changed_at is not None


def test_a_file_below_an_installation_belongs_to_it(recorded_host: MakeHost) -> None:
    detection = detect(recorded_host(**MACHINE), [AGENT])
    owner = detection.owner_of("/usr/lib/node_modules/agent/node_modules/native/agent")
    assert owner is not None
    assert owner.tool == "agent"
    assert detection.owner_of("/usr/lib/node_modules/agent-2/x") is None


def test_rules_of_another_system_are_not_asked(recorded_host: MakeHost) -> None:
    one = tool("agent", finder("npm-package", (System.MACOS,), names=("agent",)))
    assert detect(recorded_host(**MACHINE), [one]).installations == ()


def test_progress_goes_from_none_to_all(recorded_host: MakeHost) -> None:
    seen: list[tuple[int, int]] = []
    detect(recorded_host(), [AGENT], progress=lambda done, all_: seen.append((done, all_)))
    assert seen[0] == (0, len(KINDS))
    assert seen[-1] == (len(KINDS), len(KINDS))
    assert seen == sorted(seen)


def test_cancelled_it_gives_what_was_found_so_far(recorded_host: MakeHost) -> None:
    asked = iter([False] * 5)
    detection = detect(recorded_host(**MACHINE), [AGENT], is_cancelled=lambda: next(asked, True))
    assert not detection.is_complete


def test_a_failing_kind_of_finder_costs_only_itself(recorded_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import UnreadableError

    def broken(_search: Search, _rules: Sequence[Rule]) -> Iterator[Found]:
        raise UnreadableError("Something is broken.")

    monkeypatch.setattr(module, "KINDS", {**KINDS, "homebrew": broken})
    one = tool("agent", *AGENT.finders, finder("homebrew", formulae=("agent",)))
    detection = detect(recorded_host(**MACHINE), [one])
    assert len(detection.installations) == 1
    assert [(item.finder, item.message) for item in detection.problems] == [("homebrew", "Something is broken.")]


def test_every_kind_of_finder_the_catalogue_offers_is_built_and_no_other() -> None:
    assert set(KINDS) == set(FINDERS)


@pytest.mark.parametrize("name", persona_names())
def test_the_whole_catalogue_is_looked_for_on_every_persona(name: str) -> None:
    tools, _ = load_tools()
    detection = detect(load_persona(name), tools.values())
    assert detection.is_complete
    assert all(item.tool in tools for item in detection.installations)


WRONG_NAMES = {
    "/usr/lib/node_modules/cursor-agent/package.json": '{"name": "cursor-agent", "version": "1.0.0"}',
    "/usr/lib/node_modules/kimi-code/package.json": '{"name": "kimi-code", "version": "1.0.0"}',
    "/usr/lib/node_modules/ollama/package.json": '{"name": "ollama", "version": "1.0.0"}',
    "/usr/lib/python3/dist-packages/kiro_cli-1.0.dist-info/METADATA": "Name: kiro-cli\nVersion: 1.0\n",
    "/usr/lib/python3/dist-packages/ollama-1.0.dist-info/METADATA": "Name: ollama\nVersion: 1.0\n",
}


def test_packages_that_only_bear_a_tools_name_do_not_match(recorded_host: MakeHost) -> None:
    tools, _ = load_tools()
    commands = sorted({command for one in tools.values() for command in one.commands})
    programs = [f"/srv/{number}/{name}" for number, name in enumerate(commands)]
    path = ":".join(program.rpartition("/")[0] for program in programs)
    files = {**WRONG_NAMES, **dict.fromkeys(programs, "#!/bin/sh\necho no AI tool\n")}
    host = recorded_host(files=files, modes=dict.fromkeys(programs, 0o755), env={"PATH": path})
    assert [(item.tool, item.path) for item in detect(host, tools.values()).installations] == []

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.host.base import Process
from core.tools.detect import Detection, detect
from core.tools.matching import Matcher, command_text
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from core.host.recorded import RecordedHost
    from tests.conftest import MakeHost

AGENT = tool(
    "agent",
    finder("npm-package", names=("@acme/agent",)),
    process={
        "exe": (r"/@acme/agent[^/]*/bin/agent(\.exe)?$", r"/agent/versions/[0-9][^/]*$"),
        "argv": (r"/@acme/agent/cli\.js( |$)", "^acme-agent$"),
    },
)
HELPER = tool("helper", process={"background": (r"/helper-daemon$",)})
PACKAGE = "/usr/lib/node_modules/@acme/agent"


def machine(make: MakeHost) -> RecordedHost:
    return make(
        files={f"{PACKAGE}/package.json": '{"name": "@acme/agent", "version": "1.2.3", "bin": "cli.js"}', f"{PACKAGE}/cli.js": ""},
        links={"/usr/bin/agent": "../lib/node_modules/@acme/agent/cli.js", "/proc/7/cwd": "/usr/lib/node_modules"},
    )


def matched(make: MakeHost, exe: str, *argv: str) -> str | None:
    host = machine(make)
    hit = Matcher(host, [AGENT, HELPER], detect(host, [AGENT, HELPER])).match(Process(7, 1, "MainThread", exe, argv))
    return hit[0] if hit else None


@pytest.mark.parametrize(
    ("exe", "argv"),
    [
        ("/x/@acme/agent-linux-x64/bin/agent", ("agent", "-p", "hi")),
        ("/home/mia/.local/share/agent/versions/2.1.9", ("agent",)),
        ("C:\\x\\@acme\\agent\\bin\\agent.exe", ()),
        (f"{PACKAGE}/node_modules/native/agent-core", ("anything",)),
        ("/usr/bin/node", ("node", "/srv/@acme/agent/cli.js", "-p", "hi")),
        ("/usr/bin/node", ("/usr/bin/node", "--expose-gc", "/usr/bin/agent")),
        ("/usr/bin/node22", ("node", "@acme/agent/cli.js")),
        ("/usr/bin/node", ("acme-agent",)),
        ("", ("/x/@acme/agent/bin/agent", "hi")),
    ],
)
def test_a_tool_is_known_by_its_file_or_its_script(recorded_host: MakeHost, exe: str, argv: tuple[str, ...]) -> None:
    assert matched(recorded_host, exe, *argv) == "agent"


@pytest.mark.parametrize(
    ("exe", "argv"),
    [
        ("/usr/bin/agent-smith", ("agent",)),
        ("/usr/bin/vim", ("vim", "/srv/@acme/agent/cli.js")),
        ("/usr/bin/bash", ("bash", "-c", "node /srv/@acme/agent/cli.js")),
        ("/usr/bin/node", ("node", "other.js", "a", "b", "/srv/@acme/agent/cli.js")),
        ("/usr/bin/node", ("node",)),
        ("/usr/bin/node", ("node", "agent")),
        ("/opt/@acme/agent/bin/agent-doc", ("agent",)),
        ("", ()),
        ("/usr/bin/node", ("node", "x" * 100_000)),
    ],
)
def test_what_only_names_a_tool_is_not_one(recorded_host: MakeHost, exe: str, argv: tuple[str, ...]) -> None:
    assert matched(recorded_host, exe, *argv) is None


def test_background_helpers_belong_to_their_tool(recorded_host: MakeHost) -> None:
    assert matched(recorded_host, "/opt/helper-daemon", "x") == "helper"


def test_the_installation_a_process_was_started_from_is_told(recorded_host: MakeHost) -> None:
    host = machine(recorded_host)
    matcher = Matcher(host, [AGENT], detect(host, [AGENT]))
    hit = matcher.match(Process(7, 1, "node", "/usr/bin/node", ("node", "/usr/bin/agent")))
    assert hit is not None
    assert hit[1] is not None
    assert hit[1].version == "1.2.3"


def test_a_broken_expression_matches_nothing_and_breaks_nothing(recorded_host: MakeHost) -> None:
    one = tool("agent", process={"exe": ("(",), "argv": ("[",)})
    assert Matcher(recorded_host(), [one], Detection()).match(Process(7, 1, "x", "/(", ("(",))) is None


def test_a_prompt_is_not_part_of_what_is_matched() -> None:
    assert command_text(("node", "--x", "/a/cli.js", "run", "the prompt")) == "node --x /a/cli.js run"

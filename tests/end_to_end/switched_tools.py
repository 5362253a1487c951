"""Runs on the marked machine: `NAME OPT_OUT` starts a real tool with one documented opt-out made (`none` for none) and prints what it
asked for, through the inspector and answered from this computer: how often which host and path, what went around the proxy, which
marks the bodies hold, which files it left, and the receipt of the change.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from core.catalogue import load_catalogue
from core.host.real import RealHost
from core.toggles import edits
from core.toggles.launch import build_environment, profile_of
from core.toggles.permissions import parse_key
from core.toggles.service import ToggleService
from core.toggles.settings import json_value
from core.watch.inspector_run import Inspection, InspectOptions, Subject, readings_searcher
from core.watch.store import Store
from tests.end_to_end import launch_tools
from tests.end_to_end.inspected_tools import HELLO, RECIPES, marks_in, names_of_this_computer, program, run
from tests.end_to_end.launch_requests import PROJECT, make_project
from tests.end_to_end.marked_machine import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.toggles.model import Toggle
    from core.watch.answerer import Answerer

AIDER: Final = ["--message", HELLO, "--model", "openai/gpt-4o", "--no-show-model-warnings", "--yes-always"]
# what differs from the recipes of the inspector's tests: the vendor's own hosts, and nothing switched off beforehand
OTHERS: Final[dict[str, tuple[str, list[str], dict[str, str]]]] = {
    "claude": ("claude-code", ["-p", HELLO], {"ANTHROPIC_API_KEY": "sk-ant-fake"}),
    "claude-newest": ("claude-code", ["-p", HELLO], {"ANTHROPIC_API_KEY": "sk-ant-fake"}),
    "aider": ("aider", AIDER, {"OPENAI_API_KEY": "sk-fake"}),
    "opencode": ("opencode", RECIPES["opencode"][1], {"OPENCODE_CONFIG_CONTENT": RECIPES["opencode"][2]["OPENCODE_CONFIG_CONTENT"]}),
}
NODE22: Final = (
    launch_tools.CACHE.parent / ".detection_cache" / "node22" / "node_modules" / ".bin" / "node"
)  # what the newest Qwen Code wants
# what a person types for it
BY_HAND: Final[dict[str, list[str]]] = {
    "copilot-cli-telemetry-flag": ["--disable-client-telemetry"],
    "aider-analytics": ["--analytics-disable"],
    "aider-update-flag": ["--no-check-update"],
}
TERMINAL: Final = "terminal"  # instead of arguments: start it full-screen and leave it alone for a while
IN_A_TERMINAL: Final = "sleep 26 | timeout -s KILL 40 script -qec 'timeout 25 {command}' /dev/null >/dev/null 2>&1"
SCREEN: Final = "screen"  # the same in a terminal that answers what terminals are asked; the next word is what is typed
SCREEN_S: Final = 24
NEEDLES: Final = ("MEMORY.md", "gitStatus", "x-anthropic-billing-header", "environment_context", "timezone", "telemetry", "statsig", "cch=")


def command_of(name: str) -> Path | None:
    """Return a tool's command, if it is installed."""
    if name == "qwen-newest":
        return launch_tools.program(name) if NODE22.exists() else None
    return program(name)


def recipe(name: str) -> tuple[str, list[str], dict[str, str]]:
    """Return a tool's id, its arguments, its variables."""
    if name == "qwen-newest":
        tool_id, arguments, more = RECIPES["qwen"]
        return tool_id, arguments, {**more, "PATH": f"{NODE22.parent}{os.pathsep}{os.environ['PATH']}"}
    return OTHERS.get(name) or RECIPES[name]


def switch(toggle: Toggle, tool_id: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Make an opt-out as Telltale makes it (as a person would, where it is only listed); return variables and what the receipt says."""
    service = ToggleService(RealHost(), load_catalogue())
    plan = service.plan([toggle.id], tool_id)
    if plan.changes:
        receipts = service.apply(plan)
        said = {"verified": [item.verified for item in receipts], "method": receipts[0].method}
    else:
        said = {"not offered": plan.refused.get(toggle.id, "")}
        for spec in toggle.changes:
            if spec.kind == "settings-key":
                _write(spec.parameters)
    profile = profile_of(tool_id, [toggle])
    return build_environment(profile, {}) if profile.environment_set else {}, said


def _write(parameters: Mapping[str, str]) -> None:
    path = Path(parameters["place"].replace("~", HOME, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_bytes() if path.exists() else b""
    path.write_bytes(edits.put("jsonc", old, parse_key(parameters["key"]), json_value(parameters["value"])))


def main(name: str, opt_out: str, *instead: str) -> dict[str, Any]:
    """Run the tool and say what it asked for; words after the opt-out stand for the recipe's arguments."""
    make_project()
    tool_id, arguments, more = recipe(name)
    catalogue = load_catalogue()
    path = command_of(name)
    assert path is not None
    receipt: dict[str, Any] = {}
    if opt_out != "none":
        toggle = catalogue.toggles[opt_out]
        added, receipt = switch(toggle, tool_id)
        more = {**more, **added}
    words = [*BY_HAND.get(opt_out, []), *(instead or arguments)]
    environment = {**os.environ, "PWD": str(PROJECT), **more}
    with Store(Path(HOME, "captures", "captures.sqlite")) as store:
        subject = Subject(catalogue.tools[tool_id], name, name, environment)
        inspection = Inspection(subject, readings_searcher(), InspectOptions(answers=True), store=store)
        started = inspection.start()
        begun = time.monotonic()
        start = _start(path, words)
        status = run([*names_of_this_computer(name), *start], {**environment, **started.environment})
        answerer: Answerer | None = inspection._answerer
        assert answerer
        raw = [(f"{item.method} {item.url}\n{item.headers}", item.body) for item in answerer.requests]
        asked = Counter(_short(item.method, item.url) for item in answerer.requests)
        report = inspection.finish()
        around = [[item.host, item.port, item.why, item.count] for item in store.bypasses(report.session)]
    text = b"\n".join(head.encode() + body for head, body in raw).decode("utf-8", "replace")
    return {
        "status": status[:60],
        "seconds": round(time.monotonic() - begun, 1),
        "asked": dict(sorted(asked.items())),
        "around": around,
        "marks": sorted(mark for mark, is_there in marks_in(raw).items() if is_there),
        "needles": [word for word in NEEDLES if word in text],
        "bytes": sum(len(body) for _, body in raw),
        "files": _files(),
        "receipt": receipt,
    }


def _start(path: Path, words: list[str]) -> list[str]:
    """Return the command line: plain, or in a terminal."""
    if words == [TERMINAL]:
        return ["sh", "-c", IN_A_TERMINAL.format(command=path)]
    if words[0] == SCREEN:
        _be_no_newcomer()
        return [sys.executable, str(Path(__file__).with_name("in_a_terminal.py")), str(SCREEN_S), words[1], str(path)]
    return [str(path), *words]


def _be_no_newcomer() -> None:
    """Answer beforehand what tools ask at their first full-screen start: colours, the key, whether the folder is trusted."""
    trusted = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True, "projectOnboardingSeenCount": 5}
    keys = {"approved": ["sk-ant-fake", "fake"], "rejected": []}
    claude = {"hasCompletedOnboarding": True, "theme": "dark", "customApiKeyResponses": keys, "projects": {str(PROJECT): trusted}}
    Path(HOME, ".claude.json").write_text(json.dumps(claude))
    codex = Path(HOME, ".codex/config.toml")
    codex.parent.mkdir(exist_ok=True)
    old = codex.read_text() if codex.exists() else ""
    codex.write_text(f'{old}\n[projects."{PROJECT}"]\ntrust_level = "trusted"\n')


def _short(method: str, url: str) -> str:
    parts = urlsplit(url)
    return f"{method} {parts.hostname}/{'/'.join(parts.path.strip('/').split('/')[:3])}"[:120]


def _files() -> list[str]:
    own = ("captures", ".local/state/telltale", ".config/telltale", ".cache/telltale", "canary-project")
    found = [f"{path.relative_to(HOME).as_posix()} {path.stat().st_size}" for path in Path(HOME).rglob("*") if path.is_file()]
    return [name for name in sorted(found) if not name.startswith(own)][:60]


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])) + "\n")

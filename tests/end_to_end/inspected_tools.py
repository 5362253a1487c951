"""Runs on the marked machine: `NAME` starts a real tool through the inspector, answered from this computer, and prints what the
inspector found beside what an independent look at the raw bytes of the same requests found (no code of the detectors).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.watch.inspector_run import Inspection, InspectOptions, Subject, readings_searcher
from core.watch.store import Store
from tests.end_to_end import claude_versions, launch_tools
from tests.end_to_end.launch_requests import PROJECT, make_project
from tests.end_to_end.marked_machine import HOME, MARKS
from tests.end_to_end.real_tools import NEWEST

if TYPE_CHECKING:
    from core.watch.answerer import Answerer

LIMIT_S = 75
UNSEEN = re.compile("[\u00ad\u00a0\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\U000e0000-\U000e007f]")
ODD_APOSTROPHE = re.compile("(?<=[A-Za-z])[\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02c8\u2032\uff07\u00b4](?=[a-z])")
HELLO = "Say hello."
OPENAI = {"OPENAI_API_KEY": "sk-fake"}
CHAT = {"OPENAI_MODEL": "gpt-4o", "OPENAI_BASE_URL": "https://api.openai.com/v1"}
COPILOT = {
    "COPILOT_PROVIDER_BASE_URL": "https://api.openai.com/v1",
    "COPILOT_PROVIDER_API_KEY": "sk-fake",
    "COPILOT_MODEL": "gpt-4o",
}
PROVIDER = json.dumps(
    {
        "provider": {
            "mine": {
                "npm": "@ai-sdk/openai-compatible",
                "options": {"baseURL": "https://api.openai.com/v1", "apiKey": "sk-fake"},
                "models": {"gpt-4o": {}},
            }
        }
    }
)
GATEWAY = "http://deepseek.example.cn"
ADDRESS = "203.0.113.1"
AROUND = {"qodercli": ("api2.qoder.sh", "sg-pum.alibabachengdun.com", "center.qoder.sh")}
RECIPES: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "claude-2.1.197": ("claude-code", ["-p", HELLO], {"ANTHROPIC_BASE_URL": GATEWAY}),
    "claude-newest": ("claude-code", ["-p", HELLO], {"ANTHROPIC_BASE_URL": GATEWAY}),
    "codex": ("codex-cli", ["exec", "--skip-git-repo-check", HELLO], {"CODEX_API_KEY": "sk-fake", **OPENAI}),
    "gemini": ("gemini-cli", ["--skip-trust", "-p", HELLO], {}),
    "qwen": ("qwen-code", ["--auth-type", "openai", "-p", HELLO], {**OPENAI, **CHAT}),
    "opencode": (
        "opencode",
        ["run", "--model", "mine/gpt-4o", HELLO],
        {"OPENCODE_DISABLE_AUTOUPDATE": "1", "OPENCODE_CONFIG_CONTENT": PROVIDER},
    ),
    "copilot": ("copilot-cli", ["-p", HELLO], COPILOT),
    "cline": (
        "cline-cli",
        ["-P", "anthropic", "-k", "sk-ant-fake", "-m", "claude-sonnet-4-5", HELLO],
        {"ANTHROPIC_API_KEY": "sk-ant-fake"},
    ),
    "qodercli": ("qoder-cli", ["-p", HELLO], {}),
    "aider": (
        "aider",
        ["--message", HELLO, "--model", "openai/gpt-4o", "--no-show-model-warnings", "--yes-always", "--analytics-disable"],
        OPENAI,
    ),
    "llm": ("llm", ["-m", "gpt-4o-mini", HELLO], OPENAI),
}


def program(name: str) -> Path | None:
    """Return the command of a tool, if it is installed."""
    if name == "claude-2.1.197":
        return claude_versions.program("2.1.197")
    if name == "claude-newest":
        return claude_versions.native(NEWEST) or launch_tools.program("claude")
    if name == "opencode":  # the package's own command is made by a script that does not run here
        return next(launch_tools.folder_of(name).glob("node_modules/opencode-linux-*/bin/opencode"), None)
    return launch_tools.program(name)


def marks_in(requests: list[tuple[str, bytes]]) -> dict[str, bool]:
    """Look for the marks in heads and bodies as they arrived: in the clear, and the machine's number also as a digest."""
    whole = b"\n".join(head.encode("utf-8", "replace") + b"\n" + body for head, body in requests)
    text = whole.decode("utf-8", "replace").replace("\\/", "/")
    digest = hashlib.sha256(MARKS["machine-id"].encode()).hexdigest()
    found = {name: mark in text for name, mark in MARKS.items()}
    found["kernel"] = platform.release() in text
    return found | {"home": HOME in text, "machine-id": found["machine-id"] or digest in text}


def odd_characters(requests: list[tuple[str, bytes]]) -> list[str]:
    """Return the unseen characters and the odd apostrophes between plain letters, escapes undone; no code of the detectors."""
    text = "\n".join(head + "\n" + body.decode("utf-8", "replace") for head, body in requests)
    while (plain := re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)) != text:
        text = plain
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs of escapes become one character
    return sorted({f"U+{ord(ch):04X}" for ch in [*UNSEEN.findall(text), *ODD_APOSTROPHE.findall(text)]})


def date_line(requests: list[tuple[str, bytes]]) -> list[str]:
    """Return apostrophe and separator of the date line, as the bytes have them."""
    text = "".join(
        json.dumps(json.loads(body), ensure_ascii=False) for _, body in requests if body.startswith(b"{") and b"date is 20" in body
    )
    found = re.search(r"Today(.)s date is \d{4}(.)\d\d", text)
    return [f"U+{ord(ch):04X}" for ch in found.groups()] if found else []


def main(name: str) -> dict[str, Any]:
    """Run the tool and put both looks side by side."""
    make_project()
    tool_id, arguments, more = RECIPES[name]
    tool = load_catalogue().tools[tool_id]
    path = program(name)
    assert path is not None
    environment = {**os.environ, "PWD": str(PROJECT), **more}
    with Store(Path(HOME, "captures", "captures.sqlite")) as store:
        inspection = Inspection(Subject(tool, name, name, environment), readings_searcher(), InspectOptions(answers=True), store=store)
        added = inspection.start()
        begun = time.monotonic()
        status = run([*names_of_this_computer(name), str(path), *arguments], {**environment, **added.environment})
        seconds = time.monotonic() - begun
        answerer: Answerer | None = inspection._answerer
        assert answerer
        raw = [(f"{item.method} {item.url}\n{item.headers}", item.body) for item in answerer.requests]
        report = inspection.finish()
        return {
            "status": status,
            "seconds": round(seconds, 1),
            "raw_requests": len(raw),
            "raw_bytes": sum(len(body) for _, body in raw),
            "marks": marks_in(raw),
            "date_line": date_line(raw),
            "odd": odd_characters(raw),
            "requests": store.count(report.session),
            "hosts": [list(row) for row in store.hosts(report.session)],
            "facts": [[host, fact.signal, fact.encoding, fact.place] for host, fact, _ in store.facts(report.session)],
            "markers": [
                [item.kind, item.scheme, [point.label for point in item.code_points], item.place]
                for _, _, item in store.markers(report.session)
            ],
            "bypasses": [[item.host, item.address, item.port, item.why, item.count] for item in store.bypasses(report.session)],
            "coverage": report.coverage,
            "troubles": list(report.lines),
        }


def names_of_this_computer(name: str) -> list[str]:
    """Return a start in which the hosts that a tool reaches without a proxy have the address that the test listens on."""
    if name not in AROUND:
        return []
    hosts = Path(HOME, "hosts")
    lines = [Path("/etc/hosts").read_text(encoding="ascii"), *(f"{ADDRESS} {host}\n" for host in AROUND[name])]
    hosts.write_text("".join(lines), encoding="ascii")
    return ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(hosts), "/etc/hosts", "--die-with-parent", "--"]


def run(command: list[str], environment: dict[str, str]) -> str:
    """Run the tool within its time and return how it ended."""
    with subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
            return "time limit: " + said.decode("utf-8", "replace")[-400:]
    return f"{process.returncode}: " + said.decode("utf-8", "replace")[-400:]


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(sys.argv[1])) + "\n")

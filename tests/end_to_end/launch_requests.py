"""Runs on the marked machine: `NAME PRESET` starts a real tool against an answerer and prints which marks its requests hold."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from core.catalogue import load_catalogue
from core.toggles.launch import LaunchProfile, profile_of, with_needs
from core.toggles.prepared import Situation, command
from core.toggles.presets import shipped
from core.toggles.ready import facts_of
from core.toggles.run import completed
from core.watch.answerer import Answerer
from tests.end_to_end.launch_tools import program
from tests.end_to_end.marked_machine import HOME, MARKS

IDS = {
    "claude": "claude-code",
    "codex": "codex-cli",
    "gemini": "gemini-cli",
    "copilot": "copilot-cli",
    "cline": "cline-cli",
    "aider": "aider",
}
PROJECT = Path(HOME, MARKS["project"])


def recipe(name: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and variables that point a tool at the answerer."""
    url = f"http://127.0.0.1:{port}"
    openai = {"OPENAI_API_KEY": "sk-fake", "OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_BASE": f"{url}/v1"}
    codex = ["exec", "--skip-git-repo-check", "-c", f'openai_base_url="{url}/v1"', "Say hello."]
    aider = [
        "--message",
        "Say hello.",
        "--model",
        "openai/gpt-4o",
        "--no-show-model-warnings",
        "--yes-always",
        "--analytics-disable",
        "--no-check-update",
    ]
    copilot = {
        "COPILOT_PROVIDER_BASE_URL": f"{url}/v1",
        "COPILOT_PROVIDER_API_KEY": "sk-fake",
        "COPILOT_MODEL": "gpt-4o",
        "COPILOT_OFFLINE": "true",
    }
    return {
        "claude": (["-p", "Say hello."], {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "sk-ant-fake"}),
        "codex": (codex, {**openai, "CODEX_API_KEY": "sk-fake"}),
        "gemini": (["--skip-trust", "-p", "Say hello."], {"GEMINI_API_KEY": "fake", "GOOGLE_GEMINI_BASE_URL": url}),
        "copilot": (["-p", "Say hello."], copilot),
        "aider": (aider, openai),
    }[name]


def profile(preset: str, tool: str) -> LaunchProfile:
    """Return the launch profile of a preset (`none` for none)."""
    if preset == "none":
        return LaunchProfile(tool)
    catalogue = load_catalogue()
    if preset.startswith("variable:"):
        name, _, value = preset.removeprefix("variable:").partition("=")
        return LaunchProfile(tool, {name: value})
    if preset.startswith("toggles:"):
        wanted = preset.removeprefix("toggles:").split(",")
    else:
        wanted = list(next(item for item in shipped() if item.id == preset).ids_for(catalogue.toggles, tool))
    return with_needs(profile_of(tool, [catalogue.toggles[item] for item in wanted]), catalogue.tools[tool])


def make_project() -> None:
    """Make a project folder with a git identity outside it."""
    PROJECT.mkdir()
    (PROJECT / "hello.py").write_text("print('hello')\n")
    Path(HOME, ".gitconfig").write_text(f"[user]\n\tname = Canary Person\n\temail = {MARKS['git-identity']}\n")
    Path(HOME, ".gemini").mkdir()
    Path(HOME, ".gemini", "settings.json").write_text('{"security": {"auth": {"selectedType": "gemini-api-key"}}}')
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=PROJECT, check=True, capture_output=True)


def marks_in(text: str) -> dict[str, bool]:
    """Return which marks a text holds, also inside base64."""
    return {name: mark in text or base64.b64encode(mark.encode()).decode().rstrip("=")[:-1] in text for name, mark in MARKS.items()}


def main(name: str, preset: str) -> dict[str, Any]:
    """Start the tool and say what its requests hold."""
    make_project()
    path = program(name)
    assert path is not None
    with Answerer() as answerer:
        arguments, more = recipe(name, answerer.port)
        catalogue = load_catalogue()
        facts = facts_of(catalogue.tools[IDS[name]])
        situation = Situation(facts=facts, base_env={**os.environ, **more}, cwd=str(PROJECT))
        begun = time.monotonic()
        done = completed(command(profile(preset, IDS[name]), [str(path), *arguments], situation), timeout_s=90)
        requests = list(answerer.requests)
    text = "\n".join(f"{item.url}\n{item.headers}\n{item.body.decode('utf-8', 'replace')}" for item in requests)
    return {
        "status": done.returncode,
        "seconds": round(time.monotonic() - begun, 1),
        "said": done.stdout.decode("utf-8", "replace")[-300:],
        "errors": done.stderr.decode("utf-8", "replace")[-600:],
        "requests": len(requests),
        "marks": marks_in(text),
        "zone": _around(text, "timezone>") or _around(text, "date is") or _around(text, "oday"),
        "length": len(text),
    }


def _around(text: str, word: str) -> str:
    place = text.find(word)
    return text[place : place + 60] if place >= 0 else ""


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])) + "\n")

"""Installs real AI tools for the end-to-end tests, each through its own package manager, into an ignored folder of the checkout.

Runs before the tests are enclosed, because inside there is no network: `python3 tests` does it by itself, and
`python3 -m tests.end_to_end.real_tools` does it alone. Standard library only. No tool is started here and no script of a package
runs. What a manager says it installed is written to `installed.json`, for the tests to compare with.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.end_to_end import real_editor

CACHE = Path(__file__).resolve().parent.parent.parent / ".detection_cache"
HOME = CACHE / "home"
INSTALLED = CACHE / "installed.json"
STAMP = CACHE / "stamp.json"
LIMIT_S = 300
NPM_GLOBAL = HOME / ".npm-global"
CODE_SERVER = NPM_GLOBAL / "lib" / "node_modules" / "code-server"
NVM = HOME / ".nvm" / "versions" / "node" / "v20.0.0"
NEWEST = HOME / ".npm-packages"
VENV = HOME / "tools"
# Where to, and what. `--cpu=none` leaves the large platform binaries away (in global installs `--omit=optional` does not), so those
# tools can be found but not started; one install with binaries must not share their prefix, for npm would complete them too.
NPM: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (NVM, ("@anthropic-ai/claude-code@2.1.197", "--cpu=none")),
    (
        NPM_GLOBAL,
        (
            "@openai/codex",
            "opencode-ai",
            "@github/copilot",
            "cline",
            "@google/gemini-cli",
            "@qwen-code/qwen-code",
            "@qoder-ai/qodercli",
            "code-server@4.139.1",
            "--cpu=none",
        ),
    ),
    (NEWEST, ("@anthropic-ai/claude-code@latest",)),
)
# Which tools the tests find installed for real, and how; README's table is written from this.
DETECTED = {
    **dict.fromkeys(
        ("claude-code", "codex-cli", "opencode", "copilot-cli", "cline-cli", "gemini-cli", "qwen-code", "qoder-cli"), "real package (npm)"
    ),
    "llm": "real packages (pipx, uv)",
    "aider": "real package (pip)",
    "vscode": "real package (npm), as code-server",
    "github-copilot": "as shipped inside a real code-server",
    "cline": "real code-server, with a package made by the test",
    "continue": "real code-server, with a package made by the test",
}
PIPX = ("llm",)
UV = ("llm",)
PIP = ("aider-chat",)


def wanted() -> dict[str, Any]:
    """Return what the cache must have been filled with to be used again."""
    return {"npm": [[str(prefix.relative_to(CACHE)), *packages] for prefix, packages in NPM], "pipx": PIPX, "uv": UV, "pip": PIP, "form": 2}


def install() -> str:
    """Install what is missing; return an empty text, or a sentence on why the tests will skip."""
    try:
        if json.loads(STAMP.read_text(encoding="utf-8")) == json.loads(json.dumps(wanted())):
            real_editor.install(CACHE, CODE_SERVER)
            return ""
    except (OSError, ValueError):
        shutil.rmtree(CACHE, ignore_errors=True)
    npm = shutil.which("npm")
    if npm is None or sys.platform != "linux":
        return "The tests with real AI tools are skipped: they need npm on Linux."
    shutil.rmtree(CACHE, ignore_errors=True)
    HOME.mkdir(parents=True)
    try:
        installed = {**_with_npm(npm), **_with_python_tools()}
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        return f"The tests with real AI tools are skipped: an installation failed ({type(error).__name__})."
    INSTALLED.write_text(json.dumps(installed, indent=1), encoding="utf-8")
    STAMP.write_text(json.dumps(wanted()), encoding="utf-8")
    real_editor.install(CACHE, CODE_SERVER)
    return ""


def _run(command: list[str], **more: str) -> str:
    environment = {**os.environ, **more}
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S, env=environment).stdout


def _with_npm(npm: str) -> dict[str, str]:
    """Install with npm and return what `npm ls` says, as `channel package -> version`; two versions of one package as two keys."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    found: dict[str, str] = {}
    for prefix, packages in NPM:
        _run([npm, "install", "--global", *quiet, "--prefix", str(prefix), *packages])
    for prefix, _ in NPM:
        listed = json.loads(_run([npm, "ls", "--global", "--json", "--depth=0", "--prefix", str(prefix)]))
        folder = prefix.relative_to(CACHE) / "lib" / "node_modules"
        found |= {f"npm {folder / name}": str(entry["version"]) for name, entry in listed["dependencies"].items()}
    return found


def _with_python_tools() -> dict[str, str]:
    """Install with pipx, uv (both from the package index) and pip, and return what they say."""
    managers = CACHE / "managers"
    _run([sys.executable, "-m", "venv", str(managers)])
    _run([str(managers / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "pipx", "uv"])
    share, programs = HOME / ".local" / "share", HOME / ".local" / "bin"
    pipx = {"PIPX_HOME": str(share / "pipx"), "PIPX_BIN_DIR": str(programs), "PIPX_MAN_DIR": str(share / "man"), "USE_EMOJI": "0"}
    for name in PIPX:
        _run([str(managers / "bin" / "pipx"), "install", "--quiet", name], **pipx)
    listed = json.loads(_run([str(managers / "bin" / "pipx"), "list", "--json"], **pipx))
    found = {
        f"pipx home/.local/share/pipx/venvs/{name}": str(venv["metadata"]["main_package"]["package_version"])
        for name, venv in listed["venvs"].items()
    }
    uv = {"UV_TOOL_DIR": str(share / "uv" / "tools"), "UV_TOOL_BIN_DIR": str(HOME / "bin"), "UV_PYTHON": sys.executable}
    for name in UV:
        _run([str(managers / "bin" / "uv"), "tool", "install", "--quiet", "--no-python-downloads", name], **uv)
    for line in _run([str(managers / "bin" / "uv"), "tool", "list"], **uv).splitlines():
        name, _, version = line.partition(" v")
        if version and not line.startswith("-"):
            found[f"uv home/.local/share/uv/tools/{name}"] = version.strip()
    return {**found, **_with_pip(str(managers / "bin" / "pip"))}


def _with_pip(pip: str) -> dict[str, str]:
    """Install without what the packages need: to be found they need nothing, and they are not started."""
    _run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    target = [pip, "--disable-pip-version-check", "--python", str(VENV)]
    _run([*target, "install", "--quiet", "--no-deps", "--only-binary", ":all:", *PIP])
    return {f"pip {item['name']}": str(item["version"]) for item in json.loads(_run([*target, "list", "--format", "json"]))}


if __name__ == "__main__":
    sys.stderr.write(install() or f"Real tools are in {CACHE}\n")

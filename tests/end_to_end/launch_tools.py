"""Installs the tools that the launch tests start, each alone in an ignored folder: `python3 -m tests.end_to_end.launch_tools [NAME... | all]`.

Runs outside the enclosure, because inside there is no network. No tool is started and no script of a package runs. A tool that is
not installed is skipped by its test, which says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent.parent / ".launch_cache"
NPM = {
    "claude": "@anthropic-ai/claude-code",
    "codex": "@openai/codex",
    "gemini": "@google/gemini-cli",
    "copilot": "@github/copilot",
    "cline": "cline",
    "qodercli": "@qoder-ai/qodercli",
    "qwen": "@qwen-code/qwen-code",
    "qwen-newest": "@qwen-code/qwen-code@0.24.4",  # wants a newer Node than the system's, which the detection tests install
    "opencode": "opencode-ai",
    "srt": "@anthropic-ai/sandbox-runtime",
}
FOLDERS = {"srt": "sandbox-runtime"}
COMMANDS = {"qwen-newest": "qwen"}
PIP = {"aider": "aider-chat", "llm": "llm"}
DEFAULT = ("claude", "codex", "gemini", "qwen", "llm")
LIMIT_S = 300


def folder_of(name: str) -> Path:
    """Return where a tool is installed."""
    return CACHE / FOLDERS.get(name, name)


def program(name: str) -> Path | None:
    """Return the command of a tool, if it is installed."""
    if name == "claude":
        return next(folder_of(name).glob("node_modules/@anthropic-ai/claude-code-linux-*/claude"), None)
    path = folder_of(name) / ("bin" if name in PIP else "node_modules/.bin") / COMMANDS.get(name, name)
    return path if path.exists() else None


def install(names: tuple[str, ...] = DEFAULT) -> str:
    """Install what is missing; return an empty text, or a sentence on why tests will skip."""
    npm = shutil.which("npm")
    if npm is None or sys.platform != "linux":
        return "Launch tests with real tools are skipped: they need npm on Linux."
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    try:
        for name in names:
            if program(name) is not None:
                continue
            folder = folder_of(name)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text('{"name": "telltale-tests", "private": true}\n')
            if name in PIP:
                subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=LIMIT_S)
                command = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", PIP[name]]
            else:
                command = [npm, "install", *quiet, "--prefix", str(folder), NPM[name]]
            subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=LIMIT_S)
    except (subprocess.SubprocessError, OSError) as error:
        return f"Launch tests with real tools are skipped: an installation failed ({type(error).__name__})."
    return ""


if __name__ == "__main__":
    chosen = (*NPM, *PIP) if sys.argv[1:] == ["all"] else tuple(sys.argv[1:])
    sys.stderr.write(install(chosen or DEFAULT) or f"Tools are in {CACHE}\n")

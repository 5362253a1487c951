"""Installs two versions of Claude Code that can be started, into an ignored folder: the last with the reported date line, one before.

Apart from `real_tools`, whose copy of 2.1.197 is only to be found. `python3 -m tests.end_to_end.claude_versions` does it alone,
outside the enclosure. No tool is started here and no script of a package runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent.parent / ".claude_cache"
VERSIONS = ("2.1.197", "2.1.90")
LIMIT_S = 300


def program(version: str) -> Path | None:
    """Return the program of a version, if it is installed."""
    script = CACHE / version / "node_modules" / ".bin" / "claude"
    return native(CACHE / version) or (script if script.exists() else None)


def native(prefix: Path) -> Path | None:
    """Return the program for this kind of machine below a folder of npm; the script of the package that links it does not run here."""
    return next(prefix.glob("**/@anthropic-ai/claude-code-linux-*/claude"), None)


def install() -> str:
    """Install what is missing; return an empty text, or a sentence on why tests will skip."""
    npm = shutil.which("npm")
    if npm is None or sys.platform != "linux":
        return "The tests of the date line are skipped: they need npm on Linux."
    for version in VERSIONS:
        if program(version) is None:
            folder = CACHE / version
            folder.mkdir(parents=True, exist_ok=True)
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
            wanted = [npm, "install", *quiet, "--prefix", str(folder), f"@anthropic-ai/claude-code@{version}"]
            try:
                subprocess.run(wanted, check=True, capture_output=True, cwd=folder, timeout=LIMIT_S)
            except (subprocess.SubprocessError, OSError) as error:
                return f"The tests of the date line are skipped: an installation failed ({type(error).__name__})."
    return ""


if __name__ == "__main__":
    sys.stderr.write(install() or f"Versions are in {CACHE}\n")

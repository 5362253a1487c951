"""Runs the tests as on a newcomer's machine, so that no test can read, change or reach anything that is not its own.

Environment: empty but for PATH, LANG, TERM and a throw-away HOME. Where the kernel allows it also a private process
list and a private network that holds only loopback; where it does not, one line says so and the tests run without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PRIVATE = "unshare --net --pid --fork --kill-child --mount --propagation unchanged".split()
AS_USER = ["--user", "--map-current-user", "--keep-caps"]
KEPT = ("PATH", "TERM", "CI", "SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP")


def run_enclosed(command: list[str], folder: Path) -> int:
    """Run the command in the folder, enclosed as far as this system allows, and return its exit status."""
    home = Path(tempfile.mkdtemp(prefix="telltale-tests-"))
    try:
        runtime = home / ".run"
        runtime.mkdir(mode=0o700)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        own = {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "offscreen",
        }
        wrapped = [*_private_view(), *command]
        return subprocess.run(wrapped, cwd=folder, env={**kept, **own}, stdin=subprocess.DEVNULL, check=False).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _private_view() -> list[str]:
    inside = [sys.executable, str(Path(__file__).with_name("first_inside.py"))]
    if shutil.which("unshare"):
        for way in (PRIVATE, [*PRIVATE, *AS_USER]):
            if subprocess.run([*way, *inside, "true"], check=False, capture_output=True).returncode == 0:
                return [*way, *inside]
    sys.stderr.write(
        "This system gives no private process list and network: the tests run with an empty environment and a throw-away home "
        "only, and tests that need the private view say so and are skipped.\n"
    )
    return []

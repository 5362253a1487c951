"""A marked machine made of this one: its zone, host name, machine id and account are invented, so that a value seen inside or
sent somewhere is known to come from it. Run as a program it starts tools plainly and through a launch profile, lets them talk to
an answerer on this machine, and prints as JSON which marks came out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MARKS = {
    "time-zone": "Asia/Shanghai",
    "host-name": "canary-host",
    "machine-id": "cafe0000cafe0000cafe0000cafe0000",
    "user-name": "canaryuser",
    "git-identity": "canary.person@example.org",
    "secret": "canary-secret-value",
    "project": "canary-project",
    "offset": "+08:00",
}
HOME = "/home/canaryuser"


def outer(script: str, *arguments: str) -> list[str]:
    """Return the command that runs a Python script on the marked machine; the empty folder `arguments[0]` becomes its home."""
    made = {
        "hostname": f"{MARKS['host-name']}\n",
        "hosts": f"127.0.0.1 localhost\n127.0.1.1 {MARKS['host-name']}\n",
        "machine-id": f"{MARKS['machine-id']}\n",
        "timezone": f"{MARKS['time-zone']}\n",
        "passwd": f"{MARKS['user-name']}:x:{os.getuid()}:{os.getgid()}:Canary Person,,,:{HOME}:/bin/bash\n",
        "group": f"{MARKS['user-name']}:x:{os.getgid()}:\n",
    }
    folder = Path(arguments[0])
    etc = folder / "etc"
    etc.mkdir()
    words = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--unshare-uts", "--hostname", MARKS["host-name"], "--tmpfs", "/etc"]
    for entry in sorted(Path("/etc").iterdir()):
        if entry.name in made or entry.name == "localtime":
            continue
        if entry.is_symlink():
            words += ["--symlink", str(entry.readlink()), str(entry)]
        elif os.access(entry, os.R_OK):
            words += ["--ro-bind", str(entry), str(entry)]
    for name, text in made.items():
        (etc / name).write_text(text)
        words += ["--ro-bind", str(etc / name), f"/etc/{name}"]
    words += ["--symlink", f"/usr/share/zoneinfo/{MARKS['time-zone']}", "/etc/localtime"]
    if Path("/var/lib/dbus/machine-id").is_file() and not Path("/var/lib/dbus/machine-id").is_symlink():
        words += ["--ro-bind", str(etc / "machine-id"), "/var/lib/dbus/machine-id"]
    home = folder / "home"
    home.mkdir()
    words += ["--tmpfs", "/home", "--bind", str(home), HOME, "--chdir", "/", "--die-with-parent"]
    return [*words, sys.executable, "-m", script, *arguments[1:]]


def environment(path: str) -> dict[str, str]:
    """Return the environment of a session on the marked machine."""
    root = str(Path(__file__).resolve().parents[2])
    return {
        "PATH": path,
        "HOME": HOME,
        "USER": MARKS["user-name"],
        "LOGNAME": MARKS["user-name"],
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "CANARY_TOKEN": MARKS["secret"],
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run_marked(module: str, *arguments: str, timeout_s: float = 240) -> dict[str, object]:
    """Run a module on the marked machine and return the JSON it prints last."""
    with tempfile.TemporaryDirectory(prefix="telltale-marked-", ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            outer(module, folder, *arguments),
            env=environment(os.environ["PATH"]),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, f"nothing came back (status {done.returncode}): {done.stderr[-2000:]}"
    found: dict[str, object] = json.loads(lines[-1])
    return found

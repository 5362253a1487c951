"""Installs what others use for the same question, each in the way its makers intend: pip, apt, npm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Candidate

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "telltale-bench"
FLOOR = "import psutil, tzlocal; tzlocal.get_localzone_name(); psutil.Process().environ(); psutil.net_if_addrs()"
_LONGEST_S = 900
ALL_DATA = "require('systeminformation').getAllData().then(d => console.log(JSON.stringify(d)))"


def install(folder: Path = FOLDER) -> None:
    """Install whatever is missing; a rival that cannot be installed here is named in the table, not hidden."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "venv").is_dir():
        _try([sys.executable, "-m", "venv", str(folder / "venv")])
    _try([str(folder / "venv" / "bin" / "pip"), "install", "-q", "psutil", "tzlocal", "ansible-core"])
    missing = [name for name in ("facter", "inxi") if shutil.which(name) is None]
    if missing and shutil.which("apt-get"):
        _try([*([] if os.geteuid() == 0 else ["sudo", "-n"]), "apt-get", "install", "-y", "-q", "--no-install-recommends", *missing])
    if shutil.which("npm"):
        _try(["npm", "install", "--silent", "--prefix", str(folder), "systeminformation"])


def candidates(folder: Path = FOLDER) -> list[Candidate]:
    """Return Telltale, the floor and the rivals, with a reason for each that is not there."""
    python = str(folder / "venv" / "bin" / "python")
    ansible = str(folder / "venv" / "bin" / "ansible")
    module = folder / "node_modules" / "systeminformation"
    return [
        Candidate("python -c 'import psutil, tzlocal' + one read each", [python, "-c", FLOOR], _gone(python)),
        Candidate("telltale scan --json", [sys.executable, "-m", "core.cli.main", "scan", "--json"]),
        Candidate("facter --json", ["facter", "--json"], _gone("facter")),
        Candidate("inxi -F", ["inxi", "-F"], _gone("inxi")),
        Candidate(
            "systeminformation getAllData",
            ["node", "-e", ALL_DATA.replace("'systeminformation'", repr(str(module)))],
            _gone("node") or ("" if module.is_dir() else "not installed"),
        ),
        Candidate(
            "ansible -m setup",
            [ansible, "-i", "localhost,", "-c", "local", "localhost", "-m", "setup", "-e", f"ansible_python_interpreter={python}"],
            _gone(ansible),
        ),
    ]


def _gone(program: str) -> str:
    return "" if shutil.which(program) else "not installed"


def _try(argv: list[str]) -> None:
    try:
        status = str(subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=_LONGEST_S, check=False).returncode)
    except (OSError, subprocess.SubprocessError) as error:
        status = type(error).__name__
    if status != "0":
        sys.stderr.write(f"{argv[0]} {argv[1]} ended with {status}; its rival is left out.\n")

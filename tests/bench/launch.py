"""`python -m tests.bench.launch`: what a start through Telltale costs, side by side with a plain start and two other sandboxes.

All start the same program on the same machine in interleaved rounds. The other sandboxes hide less (firejail: its default profile
without filters; sandbox-runtime: its own network proxy and file rules), so the table says what each start hides.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core import paths
from core.catalogue import load_catalogue
from core.toggles import shims
from core.toggles.presets import shipped
from core.toggles.profiles import profile_path
from tests.bench.measure import Candidate, race, table
from tests.end_to_end.launch_tools import program

TOOL = "codex-cli"
FIREJAIL = ["firejail", "--quiet", "--machine-id", "--hostname=host", "--private-dev", "--private-tmp"]
PROGRAMS = {"true": ("/bin/true",), "node": ("/usr/bin/env", "node", "-e", "0")}


def main() -> int:
    """Measure and print; ends with 1 if the shim misses its limit of 15 ms."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.launch", description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="telltale-bench-") as folder:
        home = Path(folder, "home")
        project = home / "project"
        (project / ".git").mkdir(parents=True)
        os.environ.update({"HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}"})
        os.chdir(project)
        for name, argv in PROGRAMS.items():
            if shutil.which(argv[-3] if name == "node" else argv[0]):
                good = measure(name, argv, home, options.rounds) and good
    return 0 if good else 1


def measure(name: str, argv: tuple[str, ...], home: Path, rounds: int) -> bool:
    """Race the ways to start one program."""
    tool = home / "bin" / "codex"
    tool.parent.mkdir(exist_ok=True)
    tool.write_text("#!/bin/sh\nexec " + " ".join(argv) + "\n")
    tool.chmod(0o755)
    entries = [
        (Candidate("plain start", [str(tool)]), "nothing"),
        (Candidate("shim, nothing chosen", [made_shim(home, "none", [], [])]), "nothing"),
        (Candidate("shim, preset Light", [made_shim(home, "light", *listed("light"))]), "environment"),
        (Candidate("shim, preset Strict (sandbox)", [made_shim(home, "strict", *listed("strict"))]), "environment, files, names, ids"),
        (
            Candidate("telltale run --preset strict", telltale("run", "--quiet", "--preset", "strict", str(tool))),
            "environment, files, names, ids",
        ),
        (
            Candidate("firejail, its neutral options", [*FIREJAIL, str(tool)], no_firejail()),
            "machine id (random), host name, parts of the home",
        ),
        (sandbox_runtime(home, tool), "files by rules, network by proxy"),
    ]
    candidates = [entry for entry, _ in entries]
    race(candidates, rounds)
    base = candidates[0].wall
    rows = []
    for item, hides in entries:
        if item.missing:
            rows.append([item.name, item.missing, "", "", hides])
        else:
            rows.append([item.name, f"{item.wall:.1f}", f"{item.wall - base:+.1f}", f"{item.wall / base:.2f}", hides])
    sys.stdout.write(f"### Starting `{name}`, medians of {rounds} interleaved rounds\n\n")
    sys.stdout.write("\n".join(table(["way", "ms", "more than plain, ms", "times plain", "hides"], rows)) + "\n\n")
    return all(item.wall - base <= 15 for item in candidates[1:3])


def listed(preset: str) -> tuple[list[str], list[str]]:
    """Return the toggles of a preset as a launch profile lists them."""
    catalogue = load_catalogue()
    ids = next(item for item in shipped() if item.id == preset).ids_for(catalogue.toggles, TOOL)
    kinds = {name: {spec.kind for spec in catalogue.toggles[name].changes} for name in ids}
    return [name for name in ids if "launch-environment" in kinds[name]], [name for name in ids if "launch-sandbox" in kinds[name]]


def made_shim(home: Path, name: str, environment: list[str], sandbox: list[str]) -> str:
    """Make a shim with the product's own code, in a home of its own, and return its path."""
    own = {"XDG_STATE_HOME": str(home / name / "state"), "XDG_CONFIG_HOME": str(home / name / "config"), "SHELL": "/bin/bash"}
    os.environ.update(own)
    path = profile_path(TOOL)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'tool = "{TOOL}"\nenvironment = {json.dumps(environment)}\nsandbox = {json.dumps(sandbox)}\n')
    catalogue = load_catalogue()
    shims.install({"codex": TOOL}, catalogue.tools, catalogue.toggles)
    return str(paths.state_dir() / "shims" / "codex")


def telltale(*words: str) -> list[str]:
    """Return Telltale's own command line."""
    root = str(Path(__file__).resolve().parents[2])
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); from core.cli.main import main; sys.exit(main())", *words]


def sandbox_runtime(home: Path, tool: Path) -> Candidate:
    """Return the start through sandbox-runtime, with settings that allow the project."""
    found = program("srt")
    settings = home / ".srt-settings.json"
    rules = {"denyRead": ["~/.ssh"], "allowWrite": ["."], "denyWrite": []}
    settings.write_text(json.dumps({"network": {"allowedDomains": [], "deniedDomains": []}, "filesystem": rules}))
    missing = "" if found else "not installed"
    return Candidate("sandbox-runtime (srt)", [str(found), "--settings", str(settings), str(tool)], missing or gone("rg", "socat"))


def no_firejail() -> str:
    """Return why firejail cannot be compared: inside another list of processes it starts programs without any sandbox."""
    if missing := gone("firejail"):
        return missing
    own = os.readlink("/proc/self/ns/mnt")  # noqa: PTH115 - not a path
    said = subprocess.run([*FIREJAIL, "readlink", "/proc/self/ns/mnt"], capture_output=True, text=True, check=False).stdout
    return "" if said.strip().startswith("mnt:") and said.strip() != own else "makes no sandbox here (it takes this place for one)"


def gone(*programs: str) -> str:
    """Return a word if one of these is not installed."""
    return "" if all(map(shutil.which, programs)) else "not installed"


if __name__ == "__main__":
    sys.exit(main())

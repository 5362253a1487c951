"""`python -m tests.bench.launch`: what a start through Telltale costs, side by side with a plain start and two other sandboxes.

All start the same program on the same machine in interleaved rounds. The other sandboxes hide less (firejail: the profile it uses
for ordinary users; sandbox-runtime: its own network proxy and file rules), so the table says what each start hides. The shims are
measured once their start is kept; the first start in a folder takes as long as `telltale run` without the catalogue.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core import paths
from core.catalogue import load_catalogue
from core.toggles import kept_start, shims
from core.toggles.presets import shipped
from core.toggles.profiles import profile_path
from tests.bench.measure import Candidate, race, table
from tests.end_to_end import launch_tools
from tests.end_to_end.launch_tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL, OTHER = "codex-cli", "gemini-cli"
LIMIT_MS = 15
FIREJAIL = ["firejail", "--quiet", "--machine-id", "--hostname=host", "--private-dev", "--profile=/etc/firejail/default.profile"]
PROGRAMS = {"true": ("/bin/true",), "node": ("/usr/bin/env", "node", "-e", "0")}
ALL = "environment, files, names, ids"


def main() -> int:
    """Measure and print; ends with 1 if a shim misses its limit of 15 ms."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.launch", description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument(
        "--install-only", action="store_true", help="install firejail (as root, with apt) and sandbox-runtime, measure nothing"
    )
    options = parser.parse_args()
    if options.install_only:
        return install()
    good = True
    with tempfile.TemporaryDirectory(prefix="telltale-bench-") as folder, not_taken_for_a_sandbox(Path(folder)):
        for name, argv in PROGRAMS.items():
            if shutil.which(argv[-3] if name == "node" else argv[0]):
                home = Path(folder, name)
                project = home / "project"
                (project / ".git").mkdir(parents=True)
                os.environ.update({"HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}", "SHELL": "/bin/bash"})
                os.chdir(project)
                good = measure(name, argv, home, options.rounds) and good
    return 0 if good else 1


def install() -> int:
    """Install what is compared; what cannot be installed is named in the table."""
    if shutil.which("firejail") is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "firejail"], check=False)
    sys.stdout.write(launch_tools.install(("srt",)) + "\n")
    return 0


def measure(name: str, argv: tuple[str, ...], home: Path, rounds: int) -> bool:
    """Race the ways to start one program."""
    tool = home / "bin" / "codex"
    for command in (tool, tool.with_name("gemini")):
        command.parent.mkdir(exist_ok=True)
        command.write_text("#!/bin/sh\nexec " + " ".join(argv) + "\n")
        command.chmod(0o755)
    plain = Candidate("plain start", [str(tool)])
    shim = [
        Candidate("shim, nothing chosen", [made_shim(home, "none", [], [])]),
        Candidate("shim, preset Light", [made_shim(home, "light", *listed("light"))]),
        Candidate("shim, preset Strict (sandbox)", [made_shim(home, "strict", *listed("strict"))]),
        Candidate("the same with `true` instead of bubblewrap and the tool", [shim_alone(home)]),
    ]
    run = Candidate("telltale run --preset strict", telltale("run", "--quiet", "--preset", "strict", str(tool)))
    others = [Candidate("firejail, its neutral options", [*FIREJAIL, str(tool)], no_firejail()), sandbox_runtime(home, tool)]
    hides = [
        "nothing",
        "nothing",
        "environment",
        ALL,
        "",
        ALL,
        "machine id (random), host name, parts of the home",
        "files by rules, network by proxy",
    ]
    race([plain, *shim, run, *others], rounds)
    rows = [row(item, plain, shim[2], hidden) for item, hidden in zip([plain, *shim, run, *others], hides, strict=True)]
    sys.stdout.write(f"### Starting `{name}`, medians of {rounds} interleaved rounds\n\n")
    head = ["way", "ms", "more than plain, ms", "times plain", "times Strict", "hides"]
    sys.stdout.write("\n".join(table(head, rows)) + "\n\n")
    return all(not item.missing and item.wall - plain.wall <= LIMIT_MS for item in shim)


def row(item: Candidate, plain: Candidate, strict: Candidate, hides: str) -> list[str]:
    """Return one line of the table."""
    if item.missing:
        return [item.name, f"not measured: {item.missing}", "", "", "", hides]
    more, ratio, beside = item.wall - plain.wall, item.wall / plain.wall, item.wall / strict.wall
    return [item.name, f"{item.wall:.1f}", f"{more:+.1f}", f"{ratio:.2f}", f"{beside:.2f}", hides]


@contextlib.contextmanager
def not_taken_for_a_sandbox(folder: Path) -> Iterator[None]:
    """Let firejail work where processes have a list of their own: it looks for the kernel's processes among the first ten."""
    lookalike = folder / "kthreadd"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", lookalike)
    with subprocess.Popen([str(lookalike), "100000"]) as process:
        try:
            yield
        finally:
            process.kill()


def shim_alone(home: Path) -> str:
    """Return a Strict shim whose kept start names a program that does nothing instead of the sandbox."""
    path = made_shim(home, "strict", *listed("strict"), tool=OTHER)
    sandbox = shutil.which("bwrap") or ""
    for file in kept_start.folder(OTHER).iterdir():
        before, _, after = file.read_bytes().rpartition(item(sandbox))  # the last one is the program, the others are watched
        file.write_bytes(before + item("/bin/true") + after)
    return path


def item(text: str) -> bytes:
    """Return a text as a kept start holds it."""
    return struct.pack(">I", len(text)) + text.encode()


def listed(preset: str) -> tuple[list[str], list[str]]:
    """Return the toggles of a preset as a launch profile lists them."""
    catalogue = load_catalogue()
    ids = next(item for item in shipped() if item.id == preset).ids_for(catalogue.toggles, TOOL)
    kinds = {name: {spec.kind for spec in catalogue.toggles[name].changes} for name in ids}
    return [name for name in ids if "launch-environment" in kinds[name]], [name for name in ids if "launch-sandbox" in kinds[name]]


def made_shim(home: Path, name: str, environment: list[str], sandbox: list[str], tool: str = TOOL) -> str:
    """Make a shim with the product's own code, in places of its own, start it until its start is kept, and return its path."""
    own = {"XDG_STATE_HOME": str(home / name / "state"), "XDG_CONFIG_HOME": str(home / name / "config")}
    os.environ.update(own)
    path = profile_path(tool)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'tool = "{tool}"\nenvironment = {json.dumps(environment)}\nsandbox = {json.dumps(sandbox)}\n')
    catalogue = load_catalogue()
    command = tool.partition("-")[0]
    shims.install({command: tool}, catalogue.tools, catalogue.toggles)
    shim = str(paths.state_dir() / "shims" / command)
    for _ in range(20 if sandbox else 0):
        subprocess.run([shim], capture_output=True, check=False)
        if kept_start.folder(tool).is_dir():
            break
        time.sleep(0.3)
    return shim


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

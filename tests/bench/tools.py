"""`python -m tests.bench.tools`: matrix, detection and sessions at full size; prints Markdown for README.

Run it inside an enclosure: it makes a home folder with 100 installed tools and starts processes of its own. Outside pytest on
purpose: times are no test.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.catalogue import Catalogue, load_catalogue
from core.engine import scan_once
from core.host.real import RealHost
from core.model import Grade
from core.tools.detect import Detection, detect
from core.tools.exposure_book import ExposureBook
from core.tools.model import Channel, Evidence, Finder, Installation, Tool
from core.tools.stand_in import recorded_view
from core.tools.watching import SessionEvent, SessionEventKind, watch_sessions
from tests.bench.measure import Crowd, percentile, precise_cpu_s, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.model import Reading, Signal
    from core.tools.looks import View

TOOLS: Final = 100
SIGNALS: Final = 120
ROUNDS: Final = 40


def main() -> int:
    """Measure and print; ends with 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.tools", description=__doc__)
    parser.add_argument("--crowd", type=int, default=5000, metavar="PROCESSES")
    options = parser.parse_args()
    catalogue = enlarged(load_catalogue())
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        detection, cold, warm = detecting(home, catalogue)
        rows.append(row(f"detection, {len(detection.installations)} installations, first", cold, None))
        rows.append(row("detection, again (95 %)", warm, 300))
        rows += matrix(catalogue, detection)
        rows += sessions(home, catalogue, options.crowd)
    sys.stdout.write("\n".join(table(["what", "measured", "target", "measured / target"], rows)) + "\n")
    return 1 if any(line[3] and float(line[3]) > 1 for line in rows) else 0


def row(what: str, measured: float, target: float | None, unit: str = "ms") -> list[str]:
    """Return one line of the table."""
    wanted, ratio = ("", "") if target is None else (f"{target:g} {unit}", f"{measured / target:.2f}")
    return [what, f"{measured:.2f} {unit}", wanted, ratio]


class Enlarged(Catalogue):
    """A catalogue with more tools than are in its files."""

    def __init__(self, signals: Mapping[str, Signal], tools: Mapping[str, Tool]) -> None:
        """Take both lists."""
        super().__init__(signals)
        self._more = tools

    @property
    def tools(self) -> Mapping[str, Tool]:
        """The tools given."""
        return self._more


def enlarged(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with copies of its own entries, up to the sizes measured, found as packages of npm."""
    signals, tools = dict(catalogue.signals), dict(catalogue.tools)
    for number, signal in enumerate(tuple(signals.values())[: SIGNALS - len(signals)]):
        signals[f"copy-{number}"] = replace(signal, id=f"copy-{number}")
    originals = sorted(tools.values(), key=lambda tool: -len(tool.claims))
    for number, tool in enumerate(originals[: TOOLS - len(tools)]):
        tools[f"copy-{number}"] = replace(tool, id=f"copy-{number}", finders=())
    systems = (RealHost().system,)
    for name, tool in tools.items():
        basis = next(iter(catalogue.tools.values())).finders[0].basis
        extra = Finder("npm-package", {"names": (f"bench-{name}",)}, systems, basis)
        tools[name] = replace(tool, finders=(*tool.finders, extra))
    return Enlarged(signals, tools)


def detecting(home: Path, catalogue: Catalogue) -> tuple[Detection, float, float]:
    """Install a package per tool and measure the first look, and the 95th percentile of the next ones."""
    modules = home / ".npm-global" / "lib" / "node_modules"
    programs = home / ".npm-global" / "bin"
    programs.mkdir(parents=True)
    for name in catalogue.tools:
        folder = modules / f"bench-{name}"
        folder.mkdir(parents=True)
        manifest = {"name": f"bench-{name}", "version": "2.1.100", "bin": {f"bench-{name}": "run.js"}}
        (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
        (folder / "run.js").write_text("#!/usr/bin/env node\n", encoding="utf-8")
        (folder / "run.js").chmod(0o755)
        (programs / f"bench-{name}").symlink_to(folder / "run.js")
    os.environ["HOME"] = str(home)
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
    times = []
    for _ in range(ROUNDS // 2):
        begun = time.perf_counter()
        found = detect(RealHost(), catalogue.tools.values())
        times.append((time.perf_counter() - begun) * 1000)
    return found, times[0], percentile(times[1:], 0.95)


def matrix(catalogue: Catalogue, detection: Detection) -> list[list[str]]:
    """Measure the first join of every cell, the news of one cell, and a new look through one tool's eyes."""
    readings = scan_once(RealHost(), catalogue)
    book = ExposureBook(catalogue, RealHost().system)
    book.set_installations(detection.installations)
    copies = {item.tool: item for item in detection.installations}
    for name, tool in catalogue.tools.items():
        book.set_view(recorded_view(tool, copies.get(name), readings))
    begun = time.perf_counter()
    cells = sum(len(book.row(name)) for name in catalogue.tools)
    joined = (time.perf_counter() - begun) * 1000
    names = list(catalogue.tools)
    one = timed(lambda number: len(book.add_evidence([sighting(names[number % len(names)], number)])))
    look = timed(lambda number: book.set_view(_view(catalogue, names[number % len(names)], copies, readings)))
    return [
        row(f"all {cells} cells joined, once", joined, None),
        row("one cell, from the sighting to the changed cell (95 %)", one, 20),
        row("one tool measured again, all its cells (95 %)", look, None),
    ]


def _view(catalogue: Catalogue, name: str, copies: Mapping[str, Installation], readings: tuple[Reading, ...]) -> View:
    return recorded_view(catalogue.tools[name], copies.get(name), readings)


def sighting(tool: str, number: int) -> Evidence:
    """Return a sighting that is new."""
    return Evidence(tool, "time-zone", Grade.SAW_READ, "trace", datetime.now(UTC), "2.1.100", "bench", place=f"/etc/localtime {number}")


def timed(work: Callable[[int], object]) -> float:
    """Return the 95th percentile of some rounds, in milliseconds."""
    times = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - begun) * 1000)
    return percentile(times, 0.95)


def sessions(home: Path, catalogue: Catalogue, crowd: int) -> list[list[str]]:
    """Measure how soon a start and an end are noticed, and what watching costs, among many processes."""
    program = home / "agent"
    shutil.copy2(shutil.which("sleep") or "/bin/sleep", program)
    agent = replace(_plain(catalogue), id="bench-agent", process={"exe": (f"^{program}$",), "argv": (), "exclude": ()}, finders=())
    copy = Installation("bench-agent", "1.0", str(program), Channel.NATIVE, "path")
    found = Detection((copy,), executables=((str(program), copy),))
    events: queue.SimpleQueue[SessionEvent] = queue.SimpleQueue()
    with Crowd(crowd):
        watch = watch_sessions(RealHost(), [agent], found, (), events.put)
        watch.start()
        time.sleep(6)
        begun, cpu = time.perf_counter(), precise_cpu_s()
        time.sleep(30)
        share = (precise_cpu_s() - cpu) / (time.perf_counter() - begun) * 100
        starts, ends = zip(*(_one_session(program, events) for _ in range(9)), strict=True)
        watch.close()
    return [
        row(f"start of a session noticed, {crowd} processes (median of 9)", statistics.median(starts), 100),
        row("end of a session noticed (median of 9)", statistics.median(ends), 100),
        row(f"watching for sessions, {crowd} processes, share of a core", share, 1, "%"),
    ]


def _plain(catalogue: Catalogue) -> Tool:
    return next(iter(catalogue.tools.values()))


def _one_session(program: Path, events: queue.SimpleQueue[SessionEvent]) -> tuple[float, float]:
    begun = time.perf_counter()
    running = subprocess.Popen([str(program), "60"])
    _wait(events, SessionEventKind.STARTED)
    started = (time.perf_counter() - begun) * 1000
    begun = time.perf_counter()
    running.kill()
    _wait(events, SessionEventKind.ENDED)
    ended = (time.perf_counter() - begun) * 1000
    running.wait()
    time.sleep(0.7)
    return started, ended


def _wait(events: queue.SimpleQueue[SessionEvent], kind: SessionEventKind) -> None:
    while events.get(timeout=20).kind is not kind:
        pass


if __name__ == "__main__":
    sys.exit(main())

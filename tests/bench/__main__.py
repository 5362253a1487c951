"""`python -m tests.bench`: install the rivals, measure side by side on this machine, print Markdown for README.

Run it where the machine's own processes may be read. `--install-only` and `--no-install` split it in two, so that the
measuring can happen without a network. Outside pytest on purpose: times are no test.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.schedule import Pace
from tests.bench import live, rivals, window
from tests.bench.measure import Crowd, race, table

if TYPE_CHECKING:
    from collections.abc import Callable

MORE: Final = ("scanning", "tracing", "launch", "inspecting", "matrix", "tools", "changes")
LONGEST_S: Final = 1800


def main() -> int:
    """Measure and print; ends with 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--install-only", action="store_true")
    parser.add_argument("--no-install", action="store_true")
    parser.add_argument("--folder", type=Path, default=rivals.FOLDER, help="where the rivals are installed")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--idle", type=float, default=60, metavar="SECONDS")
    parser.add_argument("--crowd", type=int, default=5000, metavar="PROCESSES")
    parser.add_argument("--all", action="store_true", help=f"run the other rooms' benches as well: {', '.join(MORE)}")
    options = parser.parse_args()
    if not options.no_install:
        rivals.install(options.folder)
    if options.install_only:
        return 0
    say(f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}, medians of {options.rounds} interleaved rounds.\n")
    few = max(3, options.rounds // 3)
    results = [
        to_the_end(lambda: cold(options.folder, options.rounds, 0, "Cold process, few other processes")),
        to_the_end(lambda: running(options.idle)),
        to_the_end(lambda: windows(options.rounds, options.idle)),
        # last, for ending thousands of processes keeps the machine busy for a while
        to_the_end(lambda: cold(options.folder, few, options.crowd, f"Cold process, {options.crowd} other processes")),
    ]
    results += [to_the_end(lambda name=name: other(name)) for name in (MORE if options.all else ())]  # type: ignore[misc]  # a default binds the name
    return 0 if all(results) else 1


def to_the_end(part: Callable[[], bool]) -> bool:
    """Run a part; if it cannot be measured here, say so and let the next part begin."""
    try:
        return part()
    except (OSError, subprocess.SubprocessError, statistics.StatisticsError, LookupError, RuntimeError, ValueError) as error:
        say(f"\nThis part could not be measured here: {type(error).__name__}: {error}\n")
        return False


def other(name: str) -> bool:
    """Run another room's bench, which prints its own table."""
    say(f"\n### {name}\n")
    return subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], timeout=LONGEST_S, check=False).returncode == 0


def cold(folder: Path, rounds: int, crowd: int, title: str) -> bool:
    """Race the cold processes and print the table; says whether Telltale met its targets."""
    entries = rivals.candidates(folder)
    with Crowd(crowd):
        race(entries, rounds)
    floor, own = entries[0], entries[1]
    say(f"### {title}\n")
    rows = []
    if own.missing:
        say(f"Telltale itself {own.missing}; nothing can be compared.\n")
        return False
    for item in entries:
        if item.missing:
            rows.append([item.name, item.missing, "", "", ""])
        else:
            rows.append([item.name, f"{item.wall:.0f}", f"{item.cpu:.0f}", f"{item.wall / own.wall:.2f}", f"{item.out_bytes}"])
    say("\n".join(table(["command", "wall ms", "CPU ms", "time / Telltale's", "bytes out"], rows)))
    say("".join(f"\nNot compared: {item.name} ({item.missing})." for item in entries if item.missing))
    slower = [item.name for item in entries[2:] if not item.missing and item.wall <= own.wall]
    ratio = own.wall / floor.wall if not floor.missing else float("nan")
    say(f"\nTelltale / floor: {ratio:.2f} (target 3.00 without a crowd). Faster than Telltale: {', '.join(slower) or 'none'}.\n")
    return not slower and (crowd > 0 or ratio <= 3)


def running(idle_s: float) -> bool:
    """Measure a running engine and print the table."""
    median, p95 = live.change_to_reading()
    pass_ms = live.second_pass()
    shown = live.idle(idle_s, Pace.VISIBLE)
    hidden = live.idle(idle_s, Pace.HIDDEN)
    rows = [
        ["second pass of all probes, CPU", f"{pass_ms:.1f} ms", "10 ms", pass_ms < 10],
        ["watched file replaced -> reading, median", f"{median:.1f} ms", "", True],
        ["watched file replaced -> reading, p95", f"{p95:.1f} ms", "50 ms", p95 < 50],
        [f"idle for {idle_s:.0f} s, 160 processes, shown (core only)", f"{shown:.3f} %", "0.2 %", shown < 0.2],
        [f"idle for {idle_s:.0f} s, 160 processes, hidden (core only)", f"{hidden:.3f} %", "0.1 %", hidden < 0.1],
    ]
    say("### A running engine\n")
    say("\n".join(table(["what", "measured", "target", "met"], [[str(cell) for cell in row] for row in rows])))
    return all(bool(row[3]) for row in rows)


def windows(rounds: int, idle_s: float) -> bool:
    """Measure the window beside an empty one and print the table."""
    rows = window.rows(rounds, idle_s)
    say("\n### The window\n")
    say("\n".join(table(["what", "measured", "target", "met"], [[what, got, target, str(met)] for what, got, target, met in rows])))
    return all(row[3] for row in rows)


def say(text: str) -> None:
    """Print at once, so that a long run shows how far it is."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def machine() -> str:
    """Name processor, system and Python."""
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "?")
    return f"{os.cpu_count()} x {cpu}, {release}, Linux {platform.release()}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())

"""The window beside an empty one: first frame, stalls of the main thread, a change on the screen, idling, memory.

Every figure comes from processes of their own, Telltale's and the empty window's in turns. Without a display the windows are
drawn off the screen; start the bench inside Xvfb or a session to have them on one.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.bench.measure import Crowd, percentile

CHILD: Final = "tests.bench.window_child"
_WAIT_S: Final = 300


def child(job: str, home: str, **more: str) -> tuple[int, list[tuple[str, float]]]:
    """Run a job in a process; return when it was started (ns of the monotonic clock) and the lines it wrote."""
    given = {"HOME": home, "XDG_RUNTIME_DIR": home, **more}
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        given.setdefault("QT_QPA_PLATFORM", "offscreen")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")} | given
    begun = time.monotonic_ns()
    argv = [sys.executable, "-m", CHILD, job]
    try:
        wrote = subprocess.run(
            argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_WAIT_S, check=False
        ).stdout
    except subprocess.TimeoutExpired as late:
        sys.stderr.write(f"{job}: the window did not end within {_WAIT_S} s; what it said until then counts.\n")
        wrote = late.stdout or b""
    lines = [line.split() for line in wrote.decode().splitlines()]
    return begun, [(line[0], float(line[1])) for line in lines if len(line) == 2]


def first_frames(rounds: int = 11) -> dict[str, list[float]]:
    """Return the milliseconds from starting the process to the first frame of both windows, and to Telltale's complete page."""
    took: dict[str, list[float]] = {"empty": [], "painted": [], "complete": []}
    with tempfile.TemporaryDirectory() as home:
        for number in range(rounds + 1):
            for job in ("empty", "paint"):
                begun, lines = child(job, home)
                forget_socket(Path(home))
                for word, moment in lines:
                    if number:  # the first round warms up
                        took["empty" if job == "empty" else word].append((moment - begun) / 1e6)
    return took


def forget_socket(home: Path) -> None:
    """Take away what a window leaves behind that ended without closing, as the bench's do: the next would first ask who is there."""
    for path in home.rglob("*"):
        if path.is_socket():
            path.unlink()


def memories(rounds: int = 3) -> dict[str, dict[str, float]]:
    """Return the memory in MB (pss, uss, rss) of the empty window and of Telltale after its scan, one after the other, never both."""
    found: dict[str, dict[str, list[float]]] = {"empty-memory": {}, "memory": {}}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(rounds):
            for job, sizes in found.items():
                for word, size in child(job, home)[1]:
                    sizes.setdefault(word, []).append(size / 1024)
    return {job: {word: statistics.median(values) for word, values in sizes.items()} for job, sizes in found.items()}


def other_qt_programs() -> int:
    """Return how many programs in sight have Qt's libraries loaded: they share them, which shrinks the empty window's PSS most."""
    return sum(_has_qt(path) for path in Path("/proc").glob("[0-9]*/maps"))


def _has_qt(maps: Path) -> bool:
    try:
        return "libQt6Core" in maps.read_text(errors="replace")
    except OSError:
        return False


def stalls(rounds: int = 3) -> dict[str, list[float]]:
    """Return the longest stalls of the main thread in ms, by what was done, one per process."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(rounds):
            for word, worst in child("stalls", home)[1]:
                if word != "painted":
                    found.setdefault(word, []).append(worst)
    return found


def change_to_row() -> tuple[float, float]:
    """Return median and 95th percentile, in ms, from replacing a watched file to its painted row."""
    with tempfile.TemporaryDirectory() as home:
        times = [ms for word, ms in child("change", home)[1] if word == "row"]
    return statistics.median(times), percentile(times, 0.95)


def idle(seconds: float, processes: int = 160) -> dict[str, float]:
    """Return the share of one core, in percent, of the whole window while nothing happens, shown and hidden."""
    with Crowd(processes), tempfile.TemporaryDirectory() as home:
        return {word: share for word, share in child("idle", home, BENCH_IDLE_S=str(seconds))[1] if word != "painted"}


def rows(rounds: int, idle_s: float) -> list[tuple[str, str, str, bool]]:
    """Measure everything; a row is what, measured, target, met."""
    return [*_frame_rows(rounds), *_stall_rows(), *_change_rows(), *_idle_rows(idle_s), *_memory_rows()]


def _frame_rows(rounds: int) -> list[tuple[str, str, str, bool]]:
    took = {name: statistics.median(values) for name, values in first_frames(rounds).items()}
    ratio = took["painted"] / took["empty"]
    return [
        ("empty window: process start to first frame", f"{took['empty']:.0f} ms", "", True),
        ("Telltale: process start to first frame", f"{took['painted']:.0f} ms = {ratio:.2f} x", "1.50 x", ratio <= 1.5),
        ("Telltale: process start to the page with all readings", f"{took['complete']:.0f} ms", "", True),
    ]


def _stall_rows() -> list[tuple[str, str, str, bool]]:
    found = stalls()
    others = {
        name: statistics.median(values) for name, values in found.items() if name.startswith(("open", "back")) and not name.endswith("-cpu")
    }
    slowest = max(others, key=lambda name: others[name])
    entries = [
        ("first scan", "scan"),
        ("preparing pages after it", "prepare"),
        ("next scan", "again"),
        (slowest.replace("-", " "), slowest),
    ]
    return [_stall_row(title, statistics.median(found[name]), statistics.median(found[f"{name}-cpu"])) for title, name in entries]


def _stall_row(title: str, wall: float, cpu: float) -> tuple[str, str, str, bool]:
    return (f"longest stall of the main thread: {title}", f"{wall:.0f} ms ({cpu:.0f} ms own work)", "50 ms", wall <= 50)


def _change_rows() -> list[tuple[str, str, str, bool]]:
    median, p95 = change_to_row()
    return [
        ("watched file replaced -> painted row, median", f"{median:.0f} ms", "", True),
        ("watched file replaced -> painted row, p95", f"{p95:.0f} ms", "150 ms", p95 < 150),
    ]


def _idle_rows(seconds: float) -> list[tuple[str, str, str, bool]]:
    share = idle(seconds)
    return [
        (f"idle for {seconds:.0f} s, 160 processes, window shown", f"{share['shown']:.3f} %", "0.2 %", share["shown"] < 0.2),
        (f"idle for {seconds:.0f} s, 160 processes, window hidden", f"{share['hidden']:.3f} %", "0.1 %", share["hidden"] < 0.1),
    ]


def _memory_rows() -> list[tuple[str, str, str, bool]]:
    before = other_qt_programs()
    found = memories()
    others = max(before, other_qt_programs())
    empty, own = found["empty-memory"], found["memory"]
    ratios = {word: own[word] / empty[word] for word in ("pss", "uss", "rss")}
    said = (
        f"; {others} other programs share Qt's libraries here, which shrinks the empty window's PSS: measure without them" if others else ""
    )
    more = f"own alone {own['uss']:.0f} = {ratios['uss']:.2f} x, all in sight {own['rss']:.0f} = {ratios['rss']:.2f} x{said}"
    return [
        ("empty window: memory (PSS)", f"{empty['pss']:.0f} MB (own alone {empty['uss']:.0f}, all in sight {empty['rss']:.0f})", "", True),
        (
            "Telltale after its scan: memory (PSS)",
            f"{own['pss']:.0f} MB = {ratios['pss']:.2f} x ({more})",
            "2.00 x",
            ratios["pss"] <= 2,
        ),
    ]

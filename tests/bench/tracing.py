"""`python -m tests.bench.tracing`: a traced start against strace alone and a plain start, side by side; reading speed of a long trace.

strace alone watches the same calls with the same options and writes a file that nobody reads. A real tool is among the programs where
the tests have installed one. Outside pytest on purpose.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.watch.trace import TraceSession
from core.watch.trace_book import Book, Traced
from core.watch.trace_start import strace
from tests.bench.measure import table

ROUNDS = 9
LINES = 1_000_000
TARGET = 1.1
BUILD = """job() { for n in 1 2 3 4 5; do /usr/bin/env -i /bin/sh -c '/bin/grep -c include /usr/include/stdio.h; /usr/bin/wc -l /etc/passwd'; done; }
for i in 1 2 3 4 5 6 7 8; do job >/dev/null 2>&1 & done; wait"""
PROGRAMS = {
    "python importing 60 modules": [
        sys.executable,
        "-c",
        "import asyncio, json, http.client, email.mime.text, xml.dom.minidom, sqlite3, unittest.mock, ctypes, decimal",
    ],
    "shell starting 60 programs": ["/bin/sh", "-c", "i=0; while [ $i -lt 60 ]; do /bin/cat /etc/passwd >/dev/null; i=$((i+1)); done"],
    "build of 8 jobs at once": [
        "/bin/sh",
        "-c",
        BUILD,
    ],
    "find over /usr/share": ["/usr/bin/find", "/usr/share", "-maxdepth", "3", "-newer", "/etc/passwd"],
}
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def main() -> int:
    """Measure and print; ends with 1 if the target is missed."""
    rows, is_met = [], True
    for name, argv in {**PROGRAMS, **real()}.items():
        plain, alone, ours = medians(argv)
        is_met = is_met and ours / alone <= TARGET
        rows.append([name, f"{plain:.0f}", f"{alone:.0f}", f"{ours:.0f}", f"{ours / alone:.2f}", f"{ours / plain:.2f}"])
    head = ["program", "plain ms", "strace alone ms", "telltale trace ms", "trace / strace alone", "trace / plain"]
    sys.stdout.write("\n".join(table(head, rows)) + f"\n\nTarget: at most {TARGET} x strace alone: {'met' if is_met else 'missed'}.\n")
    sys.stdout.write(reading())
    return 0 if is_met else 1


def real() -> dict[str, list[str]]:
    """Return a real tool that ends by itself, if the tests have installed it."""
    from tests.end_to_end.test_detection_sessions import NATIVE

    return {"claude --version": [str(NATIVE), "--version"]} if NATIVE.exists() else {}


def medians(argv: list[str]) -> tuple[float, float, float]:
    """Run all three once per round, so that a busy machine hits all alike; return the medians in milliseconds."""
    times: list[list[float]] = [[], [], []]
    for number in range(ROUNDS + 1):
        for way, run in enumerate((plain, alone, ours)):
            begun = time.perf_counter()
            run(argv)
            if number:
                times[way].append((time.perf_counter() - begun) * 1000)
    return (statistics.median(times[0]), statistics.median(times[1]), statistics.median(times[2]))


def plain(argv: list[str]) -> None:
    """Start it as it is."""
    subprocess.run(argv, check=False, **QUIET)  # type: ignore[call-overload]  # descriptors only


def alone(argv: list[str]) -> None:
    """Start it under strace; its tracer is waited for too, as a trace is only then complete."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out"
        command = strace().command(out)
        command = tuple(word for word in command if word not in {"-DD", "-D"})
        subprocess.run([*command, *argv], check=False, **QUIET)  # type: ignore[call-overload]  # descriptors only


def ours(argv: list[str]) -> None:
    """Start it under a trace that is read and mapped while it runs."""
    session = TraceSession((shutil.which(argv[0]) or argv[0], *argv[1:]), os.environ, str(Path.cwd()), lambda _event: None)
    session.start(**QUIET)
    session.wait()


def reading() -> str:
    """Read a long trace of ordinary start-up calls and say how fast that was."""
    lines = [
        b'%d  1795232861.%06d newfstatat(AT_FDCWD</home/mia/work>, "/usr/lib/node_modules/agent/dist/part%d/package.json", 0x7ffd83b789a0, 0)'
        b" = -1 ENOENT (No such file or directory)\n" % (100 + number % 3000, number, number % 5000)
        for number in range(9990)
    ]
    lines += [b'%d 1795232861.5 openat(AT_FDCWD</x>, "/etc/localtime", O_RDONLY) = 3</etc/localtime>\n' % pid for pid in range(100, 110)]
    data = b"".join(lines)
    book = Book(Traced(program="agent"))
    begun = time.perf_counter()
    for _ in range(LINES // len(lines)):
        for at in range(0, len(data), 65536):
            book.feed(data[at : at + 65536])
    took = time.perf_counter() - begun
    size = len(data) * (LINES // len(lines)) / 1e6
    count = book.report().lines
    return f"Reading {count} lines ({size:.0f} MB) of 3000 processes: {took:.1f} s, {size / took:.0f} MB/s, {count / took / 1000:.0f} thousand lines/s.\n"


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.bench.changes`: 1,000 changes applied and undone, with every write synced; prints Markdown for README.

Run it inside an enclosure; it works in a throw-away folder. Outside pytest on purpose: times are no test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.journal import Journal

START = b'{\n  // mine\n  "model": "x",\n  "env": {\n    "A": "1"\n  }\n}\n'


def main() -> int:
    """Measure and print; ends with 1 if the files are not the old ones in the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.changes", description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=None, help="on which disk (default: the folder for temporary files)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        return run(Path(name), options.changes)


def run(root: Path, count: int) -> int:
    """Apply and undo `count` changes in ten files; compare with bare synced replacements of the same files."""
    files = [root / "tool" / f"settings-{number}.json" for number in range(10)]
    files[0].parent.mkdir()
    for file in files:
        file.write_bytes(START)
    changer = FileChanger(Journal(root / "journal"), (root / "tool",), "bench")
    applied = timed(count, lambda n: changer.apply(files[n % 10], Edit("jsonc", "put", ("env", f"K{n}"), "1"), Purpose(f"t{n}", "tool")))
    begun = time.perf_counter()
    listed = len(changer.journal.entries())
    listing = (time.perf_counter() - begun) * 1000
    entries = [*reversed(changer.journal.entries())]
    undone = timed(count, lambda n: changer.undo(entries[n]))
    bare = timed(count, lambda n: replace_synced(files[n % 10]))
    out = sys.stdout
    out.write("| step | changes | total s | median ms | 95 % ms |\n|---|---|---|---|---|\n")
    for label, times in (("apply", applied), ("undo", undone), ("bare synced replacement", bare)):
        out.write(
            f"| {label} | {count} | {sum(times):.2f} | {statistics.median(times) * 1000:.2f} | {sorted(times)[int(count * 0.95)] * 1000:.2f} |\n"
        )
    out.write(f"\nListing {listed} entries: {listing:.0f} ms. Apply / bare: {statistics.median(applied) / statistics.median(bare):.1f}.\n")
    return 0 if all(file.read_bytes() == START for file in files) else 1


def timed(count: int, work: object) -> list[float]:
    """Return the seconds each call took."""
    times = []
    for number in range(count):
        begun = time.perf_counter()
        work(number)  # type: ignore[operator]  # a function of the number
        times.append(time.perf_counter() - begun)
    return times


def replace_synced(file: Path) -> None:
    """Replace a file by the same bytes, with the syncs any safe replacement needs."""
    spare = file.with_suffix(".new")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(handle, file.read_bytes())
    os.fsync(handle)
    os.close(handle)
    spare.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


if __name__ == "__main__":
    sys.exit(main())

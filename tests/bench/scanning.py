"""`python -m tests.bench.scanning`: how fast requests are searched for facts and markers, beside what else could do it.

Everything runs in turns in one process on the same 1 MB body (English with some other languages in it, 500 strings); the
last column is the time in units of reading the body's JSON. Engines and detectors that are not installed are left out.
"""

from __future__ import annotations

import importlib
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.watch.bodies import Request, walk
from core.watch.facts import Searcher
from core.watch.facts_engine import Engine, Pattern
from core.watch.markers import scan_pieces
from tests.bench.measure import table

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 11
PATTERNS: Final = 300
TARGET_MS: Final = 5.0
OTHER: Final = " caf\xe9 \u2014 \u201cquoted\u201d it\u2019s \u4f60\u597d \u043f\u0440\u0438\u0432\u0435\u0442 "


def body(seed: int = 7) -> bytes:
    """Make a request's body of about 1 MB."""
    chance = random.Random(seed)  # noqa: S311  the same body each time
    words = [word for path in sorted(Path(json.__file__).parent.glob("*.py")) for word in path.read_text(encoding="utf-8").split()]
    texts = [" ".join(chance.choices(words, k=260)) + OTHER for _ in range(500)]
    messages = [{"role": "user", "content": [{"type": "text", "text": text[:1950]}]} for text in texts]
    return json.dumps({"messages": messages}, ensure_ascii=False).encode()


def needles(count: int) -> list[str]:
    """Make texts as readings have them: paths, mail addresses, hosts, numbers."""
    chance = random.Random(11)  # noqa: S311  the same texts each time
    part = lambda: "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=9))  # noqa: E731  shorter than a function
    makers = (lambda: f"/home/{part()}/{part()}", lambda: f"{part()}@{part()}.example", lambda: f"{part()}.{part()}.example", part)
    return [makers[index % 4]() for index in range(count)]


def searcher(count: int) -> Searcher:
    """Make a searcher for so many readings, with all their encodings."""
    at = datetime.now(UTC)
    values = ((f"signal-{index}", Sensitive(text, MaskKind.ID)) for index, text in enumerate(needles(count)))
    return Searcher([Reading(name, Ok((value,)), (), Agreement.SINGLE, "", at, "bench") for name, value in values])


def entries(data: bytes) -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    request = Request("POST", "https://api.example/v1", (), data)
    pieces = walk(request).pieces
    texts = [piece.text for piece in pieces]
    text = data.decode()
    literals = needles(PATTERNS)
    engine = Engine([Pattern(item.encode(), is_exact=False, tag=item) for item in literals])
    few, many = searcher(PATTERNS // 20), searcher(PATTERNS)
    out: dict[str, Callable[[], object]] = {
        "read the JSON (json.loads)": lambda: json.loads(data),
        "copy the bytes": lambda: bytearray(data),
        "walk: all strings with their places": lambda: walk(request),
        f"engine, {PATTERNS} plain patterns": lambda: engine.find(texts),
        f"facts of {len(few.wanted)} values in all encodings": lambda: few.search_pieces(pieces),
        f"facts of {len(many.wanted)} values in all encodings": lambda: many.search_pieces(pieces),
        "markers": lambda: scan_pieces(pieces),
        "walk + facts + markers": lambda: (walk(request), few.search_pieces(pieces), scan_pieces(pieces)),
        f"other: {PATTERNS} x 'in'": lambda: [item in text for item in literals],
    }
    out.update(rivals(text, data, literals))
    return out


def rivals(text: str, data: bytes, literals: list[str]) -> dict[str, Callable[[], object]]:
    """Return what else is installed here."""
    out: dict[str, Callable[[], object]] = {}
    if rust := _module("ahocorasick_rs"):
        automaton = rust.BytesAhoCorasick([item.encode() for item in literals])
        out[f"other: ahocorasick-rs, {PATTERNS} patterns"] = lambda: automaton.find_matches_as_indexes(data)
    if plain := _module("ahocorasick"):
        machine = plain.Automaton()
        for item in literals:
            machine.add_word(item, item)
        machine.make_automaton()
        out[f"other: pyahocorasick, {PATTERNS} patterns"] = lambda: list(machine.iter(text))
    if homoglyphs := _module("confusable_homoglyphs.confusables"):
        out["other: confusable-homoglyphs, look-alikes only"] = lambda: homoglyphs.is_confusable(text, greedy=True)
    if ruff := shutil.which("ruff") or shutil.which("ruff", path=str(Path(sys.executable).parent)):
        path = Path(tempfile.mkdtemp(prefix="telltale-bench-")) / "body.py"
        path.write_text("".join(f"# {line}\n" for line in text.replace("\\n", "\n").splitlines()), encoding="utf-8")
        command = [ruff, "check", "--isolated", "--no-cache", "--select", "RUF001,RUF002,RUF003", "--exit-zero", "--quiet", str(path)]
        out["other: ruff RUF001-003 as a process"] = lambda: subprocess.run(command, capture_output=True, check=False)
    return out


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def main() -> int:
    """Measure and print; ends with 1 if 300 patterns in 1 MB take 5 ms or more."""
    data = body()
    timed = entries(data)
    took: dict[str, list[float]] = {name: [] for name in timed}
    for turn in range(ROUNDS + 1):
        for name, run in timed.items():
            begun = time.perf_counter()
            run()
            if turn:  # the first turn warms up
                took[name].append((time.perf_counter() - begun) * 1000)
    medians = {name: statistics.median(values) for name, values in took.items()}
    unit = medians["read the JSON (json.loads)"]
    size = len(data) / 1e6
    rows = [[name, f"{ms:.2f}", f"{size / ms * 1000:.0f}", f"{ms / unit:.2f}"] for name, ms in medians.items()]
    sys.stdout.write("\n".join(table([f"1 body of {size:.2f} MB", "ms", "MB/s", "time / reading it"], rows)) + "\n")
    return 0 if medians[f"engine, {PATTERNS} plain patterns"] < TARGET_MS * size else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.bench.scanning`: how fast requests are searched for facts and markers, beside what else could do it.

Everything runs in turns in one process on the same 1 MB body (English with some other languages in it, 500 strings); the
last column is the time in units of reading the body's JSON. Engines and detectors that are not installed are left out. That
body has odd characters in every string; the second table is of ordinary requests (`tests/fakes/ordinary_corpus.py`).
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
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive
from core.watch.bodies import Request, walk
from core.watch.facts import Searcher
from core.watch.facts_engine import Engine, Pattern
from core.watch.markers import scan_pieces
from tests.bench.measure import precise_cpu_s, table
from tests.fakes import ordinary_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 11
PATTERNS: Final = 300
TARGET_MS: Final = 5.0
ALL_MS: Final = 25.0
ORDINARY: Final = 60
READING: Final = "read the JSON (json.loads)"
ALL: Final = "walk + facts + markers"
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
        READING: lambda: json.loads(data),
        "copy the bytes": lambda: bytearray(data),
        "walk: all strings with their places": lambda: walk(request),
        f"engine, {PATTERNS} plain patterns": lambda: engine.find(texts),
        f"facts of {len(few.wanted)} values in all encodings": lambda: few.search_pieces(pieces),
        f"facts of {len(many.wanted)} values in all encodings": lambda: many.search_pieces(pieces),
        "markers": lambda: scan_pieces(pieces),
        ALL: lambda: (walk(request), few.search_pieces(pieces), scan_pieces(pieces)),
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


def ordinary() -> list[Request]:
    """Return some megabytes of ordinary requests."""
    chosen = ordinary_corpus.texts(8, frozenset({"library", "package", "doc", "licence"}))
    return list(islice(ordinary_corpus.requests(chosen), ORDINARY))


def ordinary_entries(requests: list[Request]) -> dict[str, Callable[[], object]]:
    """Return what is timed on ordinary requests, by name."""
    few = searcher(PATTERNS // 20)
    walked = [walk(request).pieces for request in requests]
    return {
        READING: lambda: [json.loads(request.body) for request in requests],
        "walk": lambda: [walk(request) for request in requests],
        "facts": lambda: [few.search_pieces(pieces) for pieces in walked],
        "markers": lambda: [scan_pieces(pieces) for pieces in walked],
        ALL: lambda: [(few.search_pieces(pieces), scan_pieces(pieces)) for request in requests if (pieces := walk(request).pieces)],
    }


def timed(entries_of: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of processor time of each entry, all in turns; the first turn warms up."""
    took: dict[str, list[float]] = {name: [] for name in entries_of}
    for turn in range(rounds + 1):
        for name, run in entries_of.items():
            begun = precise_cpu_s()
            run()
            if turn:
                took[name].append((precise_cpu_s() - begun) * 1000)
    return {name: statistics.median(values) for name, values in took.items()}


def tell(title: str, size: float, medians: dict[str, float]) -> None:
    """Print one table."""
    unit = medians[READING]
    rows = [[name, f"{ms:.2f}", f"{size / ms * 1000:.0f}", f"{ms / size:.1f}", f"{ms / unit:.2f}"] for name, ms in medians.items()]
    sys.stdout.write("\n".join(table([title, "CPU ms", "MB/s", "ms per MB", "time / reading it"], rows)) + "\n\n")


def main() -> int:
    """Measure and print; ends with 1 if 300 patterns in 1 MB take 5 ms or more, or all of it more than 25 ms per MB of ordinary requests."""
    data, requests = body(), ordinary()
    size, many = len(data) / 1e6, sum(len(request.body) for request in requests) / 1e6
    odd, plain = timed(entries(data), ROUNDS), timed(ordinary_entries(requests), ROUNDS // 2)
    tell(f"1 body of {size:.2f} MB, odd characters in every string", size, odd)
    tell(f"{len(requests)} ordinary requests, {many:.2f} MB", many, plain)
    per_engine, per_all, per_plain = odd[f"engine, {PATTERNS} plain patterns"] / size, odd[ALL] / size, plain[ALL] / many
    sys.stdout.write(f"{PATTERNS} patterns: {per_engine:.1f} ms per MB (limit {TARGET_MS:.0f}). ")
    sys.stdout.write(
        f"{ALL}: {per_all:.1f} ms per MB where every string is odd, {per_plain:.1f} on ordinary requests (limit {ALL_MS:.0f}).\n"
    )
    return 0 if per_engine < TARGET_MS and per_plain < ALL_MS else 1


if __name__ == "__main__":
    sys.exit(main())

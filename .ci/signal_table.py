"""Write README's table of signals per system anew from the catalogue: `python3 .ci/signal_table.py`; `--check` only compares."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- signals: begin (written by .ci/signal_table.py) -->", "<!-- signals: end -->"
GROUPS = {
    "where": "Where you are",
    "who": "Who you are",
    "network": "Network",
    "device": "This device",
    "software": "Your software",
    "work": "Your work",
    "secrets": "Your secrets",
}
STATES = {"works": "works", "recorded": "recorded only", "not-possible": "not possible", "not-built": "not built yet"}
SYSTEMS = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}
WORDS = {"works": "works", "recorded": "recorded", "not-possible": "-", "not-built": "not built yet"}


def entries() -> list[dict[str, Any]]:
    """Return every signal of the catalogue in the order the window shows it."""
    files = sorted((ROOT / "resources" / "catalogue" / "signals").glob("*.toml"))
    found = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(found, key=lambda entry: (list(GROUPS).index(entry["group"]), entry["order"], entry["id"]))


def table() -> str:
    """Return the counts per system and one row per signal."""
    signals = entries()
    lines = ["| | " + " | ".join(SYSTEMS.values()) + " |", "|---|" + "---|" * len(SYSTEMS)]
    counts = {system: Counter(str(signal["systems"][system]["state"]) for signal in signals) for system in SYSTEMS}
    for state, word in STATES.items():
        if any(counts[system][state] for system in SYSTEMS):
            lines.append(f"| **{word}** | " + " | ".join(f"**{counts[system][state]}**" for system in SYSTEMS) + " |")
    group = None
    for signal in signals:
        if signal["group"] != group:
            group = signal["group"]
            lines.append(f"| *{GROUPS[str(group)]}* |" + " |" * len(SYSTEMS))
        states = " | ".join(WORDS[signal["systems"][system]["state"]] for system in SYSTEMS)
        lines.append(f"| {signal['title']} (`{signal['id']}`) | {states} |")
    return "\n".join([f"{len(signals)} signals:", "", *lines])


def main(*, only_check: bool) -> int:
    """Put the table between README's two marks, or tell whether it stands there already."""
    readme = ROOT / "README.md"
    old = readme.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN)
    new = f"{head}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"
    if only_check:
        return int(old != new)
    readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(only_check="--check" in sys.argv[1:]))

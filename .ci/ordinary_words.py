#!/usr/bin/env python3
"""Count the words of ordinary text and write `resources/catalogue/ordinary-words.toml`: `PYTHONPATH=. .ci/ordinary_words.py`.

Only the tuning half of the corpus is read (`tests/fakes/ordinary_corpus.py`); what is measured by the tests and the bench is
the other half. A word is kept if texts of four packages or more hold it; its number is how rare it is, in bits.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes import ordinary_corpus  # noqa: E402  the root has to be on the path first

TARGET = ROOT / "resources" / "catalogue" / "ordinary-words.toml"
PACKAGES = 4
LONGEST = 28
RAREST = 20
WORD = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*")
PART = re.compile(r"[a-z0-9]+")
HOST = re.compile(r"\.(?:com|dev|io|net|org)$")
LISTS_OF_NAMES = re.compile(r"copyright|author|thanks|credits|maintainers|changelog|news|contributors", re.IGNORECASE)
HEAD = """\
# How rare a word is in ordinary text (manuals, licences, read-mes, source files), in bits: a word under "b12" is one of about
# 2^12 words. Names joined by dots, hyphens, underscores or plus signs are words of their own. Written by
# .ci/ordinary_words.py from the tuning half of the corpus of tests/fakes/ordinary_corpus.py; not to be edited.

"""


def counted() -> tuple[dict[str, int], int]:
    """Return how often each kept word stands in the tuning half, and how many words that half has."""
    often: Counter[str] = Counter()
    holders: dict[str, set[str]] = defaultdict(set)
    total = 0
    for text in ordinary_corpus.texts(2):
        if text.is_held_out or LISTS_OF_NAMES.match(text.name):
            continue
        low = text.content.lower()
        found = Counter(PART.findall(low))
        total += found.total()
        found.update(word for word in WORD.findall(low) if not word.isalnum())
        often.update(found)
        for word in found:
            if len(word) <= LONGEST and re.search(r"[a-z]", word) and not HOST.search(word):
                holders[word].add(text.group)
    return {word: often[word] for word, groups in holders.items() if len(groups) >= PACKAGES}, total


def main() -> int:
    """Write the table."""
    words, total = counted()
    rows: dict[int, list[str]] = defaultdict(list)
    for word, times in words.items():
        rows[min(RAREST, round(math.log2(total / times)))].append(word)
    lines = (f"b{bits:02} = '{' '.join(sorted(listed))}'\n" for bits, listed in sorted(rows.items()))
    TARGET.write_text(HEAD + "".join(lines), encoding="ascii")
    sys.stdout.write(f"{len(words):,} words of {total:,}, {TARGET.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

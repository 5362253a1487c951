from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import linecache, sys
from gui.quick_import import stop_reading_sources
asked = stop_reading_sources()
before = set(linecache.cache)
import core.model, gui.theme
print(asked, sorted(name for name in set(linecache.cache) - before if "theme" in name or "model" in name))
"""


def test_modules_imported_after_pyside_are_not_read_as_sources() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gui.__main__ import shadowing

ROOT = Path(__file__).resolve().parents[2]


def test_siblings_are_fine_and_strangers_are_named() -> None:
    assert shadowing("/app/gui/__main__.py", "/app/core/__init__.py") == ""
    assert shadowing("/app/gui/__main__.py", "/work/core/__init__.py") == "/work"
    assert shadowing("/app/gui/__main__.py", None) == "not found"
    assert shadowing(r"C:\app\gui\__main__.py", r"C:\app\core\__init__.py") == ""


def test_a_foreign_core_in_the_working_folder_never_runs(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("raise SystemExit('the foreign core ran')\n")
    code = f"import sys; sys.path.append({str(ROOT)!r}); sys.argv = ['gui', '--help']; import runpy; runpy.run_module('gui', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert "foreign core ran" not in done.stdout + done.stderr
    assert done.returncode == 0

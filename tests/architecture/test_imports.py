from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT, place, python_files, tell

BLOCK_QT_AND_IMPORT = """
import importlib, sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "gui"}:
            raise ImportError(f"{name} was asked for")
sys.meta_path.insert(0, NoQt())
for name in sys.argv[1:]:
    importlib.import_module(name)
assert not {"PySide6", "gui"} & {name.split(".")[0] for name in sys.modules}
"""


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_every_module_of_core_can_be_imported_without_qt_or_the_window() -> None:
    elsewhere = {"core.watch.addon"}  # runs in the inspector's own process and environment, which has mitmproxy
    names = [name for path in python_files("core") if path.stem != "__main__" and (name := module_name(place(path))) not in elsewhere]
    done = subprocess.run([sys.executable, "-c", BLOCK_QT_AND_IMPORT, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, tell("core runs headless, on machines where Qt is not installed:", done.stderr.splitlines()[-3:])

"""What the first frame is made of, seen in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIRST_FRAME = """
import os, sys
from gui.application import Application
from gui.window import MainWindow
import PySide6.QtCore, gui.app
make = MainWindow.__init__
def tell():
    print("Qt" in vars(PySide6.QtCore), *sorted(name for name in sys.modules if name.partition(".")[0] in {"core", "gui"}), flush=True)
    os._exit(0)
def made(self, *args):
    make(self, *args)
    self.first_painted.connect(tell)
MainWindow.__init__ = made
gui.app.main(["--page", "signals"])
"""


def seen(tmp_path: Path) -> list[str]:
    """Return what was loaded when the first frame was painted; first whether Qt's enumerations were made."""
    home = {name: str(tmp_path) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    environment = os.environ | home | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", FIRST_FRAME], env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    return done.stdout.split()


def test_the_first_frame_is_painted_without_qts_enumerations_and_without_the_rest_of_the_code(tmp_path: Path) -> None:
    """All of `Qt` is made when one name of it is asked for: 1,200 members, a tenth of the time to the first frame."""
    has_enumerations, *modules = seen(tmp_path)
    assert has_enumerations == "False"
    assert {"core.engine", "core.catalogue", "gui.context", "gui.single", "gui.pages.signals"}.isdisjoint(modules)
    assert "gui.window" in modules

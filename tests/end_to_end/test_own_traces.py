"""What Telltale itself leaves behind by looking: nothing outside its own folders, no connection, and Settings says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform != "linux", reason="the places are named the Linux way")]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Open the window off the screen in a home folder of its own and return what it did and says."""
    home = tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}
    argv = [sys.executable, "-m", "tests.end_to_end.window_scan"]
    done = subprocess.run(argv, cwd=home, env=environment, capture_output=True, timeout=90, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return {**answer, "home": str(home)}


def test_looking_writes_only_into_telltales_own_folders(seen: dict[str, Any]) -> None:
    own = tuple(f"{seen['home']}/{folder}" for folder in (".cache/telltale", ".config/telltale", ".local/state/telltale"))
    parents = {f"{seen['home']}/{folder}" for folder in (".cache", ".config", ".local", ".local/state")}
    elsewhere = [path for path in seen["wrote"] if not path.startswith(own) and path not in {*parents, os.devnull}]
    assert seen["wrote"]
    assert elsewhere == []


def test_settings_shows_no_connection(seen: dict[str, Any]) -> None:
    assert seen["connections"] == ["Network connections of this app: 0"]


def test_settings_lists_what_was_read_and_written(seen: dict[str, Any]) -> None:
    assert "Tried a connection" not in seen["audit"]
    assert "Read" in seen["audit"]
    assert "Wrote" in seen["audit"]

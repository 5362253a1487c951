from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    return ToggleHome(tmp_path, monkeypatch)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.starts import Desk, make_desk, needs_sandbox
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    return ToggleHome(tmp_path, monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    needs_sandbox()
    return make_desk(tmp_path)

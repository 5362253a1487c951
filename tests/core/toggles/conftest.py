from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.toggles import kept_start
from tests.fakes.starts import Desk, make_desk, needs_sandbox
from tests.fakes.toggle_home import ToggleHome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    return ToggleHome(tmp_path, monkeypatch)


@pytest.fixture(params=["the long way", "a kept start"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    needs_sandbox()
    is_kept = request.param == "a kept start"
    if is_kept and kept_start.reader() is None:
        pytest.skip("This system cannot use kept starts.")
    return make_desk(tmp_path, kept=is_kept)

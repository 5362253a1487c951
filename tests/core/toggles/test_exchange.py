from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from core.toggles.exchange import exchange

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux exchanges names")
def test_two_files_swap_their_names(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    assert exchange(one, other)
    assert (one.read_text(), other.read_text()) == ("2", "1")


def test_where_one_is_missing_nothing_happens(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_text("1")
    assert not exchange(one, tmp_path / "none")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("one", "1")]

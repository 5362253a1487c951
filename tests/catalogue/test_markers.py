"""Marker schemes as data: what is wrong in a file is named, the rest still loads, and the texts keep the catalogue's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue.markers import character, load_markers

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = paths.resource_root() / "catalogue" / "markers"


def test_every_shipped_scheme_loads_without_a_problem() -> None:
    schemes, problems = load_markers()
    assert not problems
    assert set(schemes) == {path.stem for path in SHIPPED.glob("*.toml")}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('ordinary = "U+0027"', 'ordinary = "apostrophe"', "slot[0].ordinary"),
        ("{apostrophe}s", "'s", "line"),
        ('first_version = "2.1.91"\n', "", "first_version"),
        ('title = "Date line', 'title = "Backdoor in the date line', "title"),
    ],
)
def test_a_fault_is_named_with_its_key_and_the_scheme_left_out(tmp_path: Path, old: str, new: str, key: str) -> None:
    folder = tmp_path / "markers"
    folder.mkdir()
    text = (SHIPPED / "date-line.toml").read_text(encoding="ascii")
    assert old in text
    (folder / "date-line.toml").write_text(text.replace(old, new, 1), encoding="ascii")
    schemes, problems = load_markers(tmp_path)
    assert not schemes
    assert key in [problem.key for problem in problems]


def test_a_code_is_its_character() -> None:
    assert character("U+02BC") == "\u02bc"

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue.rules import load_rules, zones
from core.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = paths.resource_root() / "catalogue"


def test_the_shipped_rules_load() -> None:
    rules = load_rules()

    assert [question.id for question in rules.questions] == ["place", "person", "organisation", "managed", "kind-of-work", "project"]
    assert all(question.needs < question.strong for question in rules.questions)
    assert len(rules.kinds) >= 5


def test_the_zone_table_knows_every_zone_with_its_offsets() -> None:
    assert zones()["Pacific/Auckland"].territory == "NZ"
    assert zones()["Pacific/Auckland"].offsets == ("+1300", "+1200")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('about = "where"', 'about = "when"', "question[0].about"),
        ("needs = 3.0", 'needs = "much"', "question[0].needs"),
        ("weight = 3.0", "wait = 3.0", "question[0].from[0].wait"),
        ("[kinds]", "[sorts]", "kinds"),
        ('mask = "full"', 'mask = "none"', "question[0].mask"),
    ],
)
def test_a_fault_in_the_rules_is_named_by_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (SOURCE / "inference.toml").read_text(encoding="ascii")
    (tmp_path / "inference.toml").write_text(text.replace(old, new, 1), encoding="ascii")

    with pytest.raises(CatalogueError, match=r"inference\.toml") as caught:
        load_rules(tmp_path)

    assert f", {key}: " in str(caught.value)


def test_missing_rules_and_a_broken_zone_table_are_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="missing"):
        load_rules(tmp_path)
    shutil.copy(SOURCE / "inference.toml", tmp_path / "zones.toml")
    with pytest.raises(CatalogueError, match="zones"):
        zones(tmp_path)

from __future__ import annotations

from typing import TYPE_CHECKING

from core.live.places import Place, places

if TYPE_CHECKING:
    from pathlib import Path


def test_every_folder_on_the_way_is_watched_and_the_file_itself_by_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("x")
    found = places(f"{tmp_path}/a/file")
    assert Place(str(tmp_path), "a") in found
    assert found[-1] == Place(f"{tmp_path}/a", "file")


def test_the_walk_ends_at_the_folder_that_would_hold_what_is_missing(tmp_path: Path) -> None:
    assert places(f"{tmp_path}/no/such/file")[-1] == Place(str(tmp_path), "no")


def test_a_link_is_watched_where_it_lies_and_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "config").write_text("x")
    (tmp_path / "link").symlink_to("real/config")
    found = places(f"{tmp_path}/link")
    assert Place(str(tmp_path), "link") in found
    assert found[-1] == Place(f"{tmp_path}/real", "config")


def test_a_folder_is_watched_for_anything_in_it(tmp_path: Path) -> None:
    assert places(str(tmp_path))[-1] == Place(str(tmp_path), "")


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    found = places(f"{tmp_path}/one/file")
    assert {Place(str(tmp_path), "one"), Place(str(tmp_path), "two")} <= set(found)


def test_a_pattern_is_looked_for_in_its_folder_only(tmp_path: Path) -> None:
    assert places(f"{tmp_path}/*.conf/deeper")[-1] == Place(str(tmp_path), "*.conf")


def test_two_dots_after_a_link_lead_to_the_parent_of_its_target(tmp_path: Path) -> None:
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "far" / "file").write_text("x")
    (tmp_path / "link").symlink_to("far/deep")
    assert places(f"{tmp_path}/link/../file")[-1] == Place(f"{tmp_path}/far", "file")

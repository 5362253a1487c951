from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.toggles import looked

if TYPE_CHECKING:
    from pathlib import Path


def test_every_question_is_noted_with_its_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    with looked.noting() as looks:
        assert looked.is_file(str(tmp_path / "file"))
        assert not looked.exists(str(tmp_path / "gone"))
        assert looked.link(str(tmp_path / "link")) == "file"
        assert looked.read(str(tmp_path / "link")) == b"x"
        assert looked.names(str(tmp_path)) == ["file", "link"]
        assert looked.is_writable(str(tmp_path))
        assert not looked.runs(str(tmp_path / "file"))
    asked = {(question, path.rpartition("/")[2]) for question, path in looks.answers}
    here = tmp_path.name
    assert asked == {("t", "file"), ("t", "gone"), ("l", "link"), ("s", "link"), ("s", here), ("w", here), ("x", "file")}
    assert looks.answers["t", str(tmp_path / "gone")] == ""


def test_outside_of_noting_nothing_is_noted(tmp_path: Path) -> None:
    with looked.noting() as looks:
        pass
    looked.exists(str(tmp_path))
    assert not looks.answers


def test_the_state_tells_a_file_from_its_successor_and_a_link_from_its_target(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("one")
    link.symlink_to("file")
    before = looked.state(str(link))
    file.rename(tmp_path / "old")
    assert looked.state(str(link)) != before
    file.write_text("two!")
    assert looked.state(str(link)) != before
    assert looked.state(str(tmp_path / "gone")) == "-"


def test_what_changed_in_this_second_is_not_settled(tmp_path: Path) -> None:
    with looked.noting() as looks:
        looked.state(str(tmp_path))
    assert not looks.is_settled
    looks.newest = looks.since - 1
    assert looks.is_settled


def test_every_link_on_the_way_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").write_text("x")
    (tmp_path / "c").symlink_to("a")
    (tmp_path / "d").symlink_to(tmp_path / "c")
    with looked.noting() as looks:
        assert looked.real(str(tmp_path / "d/b")) == os.path.realpath(tmp_path / "a/b")
    for name in ("d", "c", "a", "a/b"):
        assert ("l", str(tmp_path / name)) in looks.answers


def test_what_follows_from_a_folders_state_is_not_asked_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("elsewhere")
    with looked.noting() as looks:
        looked.names(str(tmp_path))
        for name in ("file", "link", "gone"):
            looked.link(str(tmp_path / name))
            looked.kind(str(tmp_path / name))
        looked.runs(str(tmp_path / "file"))
    kept = {(question, path.rpartition("/")[2]) for question, path in looks.needed()}
    assert kept == {("s", tmp_path.name), ("l", "link"), ("t", "link"), ("x", "file")}

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)

from core.live.files import FileWatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def watch() -> Iterator[FileWatch]:
    files = FileWatch()
    yield files
    files.close()


def seen(files: FileWatch) -> set[str]:
    """Wait for the first event, then collect until nothing more is waiting."""
    found: set[str] = set()
    timeout = 2.0
    while select.select([files.fd], [], [], timeout)[0]:
        found |= files.read()
        timeout = 0.02
    return found


def test_a_rewritten_file_is_noticed(watch: FileWatch, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("one")
    watch.add(str(file))
    file.write_text("two")
    assert seen(watch) == {str(file)}


def test_an_atomic_replace_is_noticed_again_and_again(watch: FileWatch, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("one")
    watch.add(str(file))
    for text in ("two", "three"):
        (tmp_path / "new").write_text(text)
        (tmp_path / "new").replace(file)
        assert seen(watch) == {str(file)}


def test_a_swapped_link_is_noticed_and_its_new_target_watched(watch: FileWatch, tmp_path: Path) -> None:
    for name in ("berlin", "paris"):
        (tmp_path / "zones" / name).mkdir(parents=True)
        (tmp_path / "zones" / name / "data").write_text(name)
    link = tmp_path / "localtime"
    link.symlink_to("zones/berlin/data")
    watch.add(str(link))
    (tmp_path / "swap").symlink_to("zones/paris/data")
    (tmp_path / "swap").replace(link)
    assert seen(watch) == {str(link)}
    (tmp_path / "zones" / "paris" / "data").write_text("new rules")
    assert seen(watch) == {str(link)}


def test_a_file_in_folders_that_do_not_exist_yet_is_noticed_when_it_appears(watch: FileWatch, tmp_path: Path) -> None:
    file = tmp_path / "later" / "deeper" / "config"
    watch.add(str(file))
    file.parent.mkdir(parents=True)
    assert seen(watch) == {str(file)}
    file.write_text("now")
    assert seen(watch) == {str(file)}


def test_a_folder_replaced_by_another_of_the_same_name_is_watched_on(watch: FileWatch, tmp_path: Path) -> None:
    for name in ("config", "other"):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "sub" / "file").write_text(name)
    file = tmp_path / "config" / "sub" / "file"
    watch.add(str(file))
    (tmp_path / "config").rename(tmp_path / "old")
    (tmp_path / "other").rename(tmp_path / "config")
    assert seen(watch) == {str(file)}
    file.write_text("changed")
    assert seen(watch) == {str(file)}


def test_a_deleted_file_is_noticed_and_so_is_its_return(watch: FileWatch, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("one")
    watch.add(str(file))
    file.unlink()
    assert seen(watch) == {str(file)}
    file.write_text("back")
    assert seen(watch) == {str(file)}


def test_a_new_file_in_a_watched_folder_is_noticed_and_a_neighbour_is_not(watch: FileWatch, tmp_path: Path) -> None:
    folder = tmp_path / "environment.d"
    folder.mkdir()
    watch.add(str(folder))
    (tmp_path / "neighbour").write_text("x")
    (folder / "10-new.conf").write_text("x")
    assert seen(watch) == {str(folder)}


def test_folders_nobody_needs_any_more_are_not_watched_any_more(watch: FileWatch, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to("a/b/file")
    watch.add(str(link))
    with_target = watch.folder_count
    link.unlink()
    seen(watch)
    assert watch.folder_count == with_target - 2


def test_changes_of_a_pattern_are_noticed(watch: FileWatch, tmp_path: Path) -> None:
    wanted = str(tmp_path / "*.conf")
    watch.add(wanted)
    (tmp_path / "other.txt").write_text("x")
    (tmp_path / "new.conf").write_text("x")
    assert seen(watch) == {wanted}

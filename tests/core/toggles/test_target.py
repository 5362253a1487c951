"""Which file a change may touch: links of a repository, folders that become links, other people's folders."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.journal import Journal
from core.toggles.target import RefusedError, resolve

if TYPE_CHECKING:
    from pathlib import Path

WHY = Purpose("test", "tool")
LINE = Edit("lines", "put", (".env",), 1)
KEY = Edit("jsonc", "put", ("telemetry",), False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "home"
    (folder / "code/app").mkdir(parents=True)
    (folder / ".bashrc").write_text("true\n")
    return folder


@pytest.mark.parametrize("target", ["../../.bashrc", "../../.config/new"])
def test_a_link_that_a_repository_brings_along_cannot_reach_the_rest_of_the_home(home: Path, target: str) -> None:
    project = home / "code/app"
    (project / ".cursorignore").symlink_to(target)
    changer = FileChanger(Journal(home / "journal"), (home, project), "t")
    with pytest.raises(RefusedError, match="nothing was changed"):
        changer.apply(project / ".cursorignore", LINE, WHY)
    assert (home / ".bashrc").read_text() == "true\n"
    assert not (home / ".config").exists()


def test_a_folder_of_a_repository_that_is_a_link_is_refused_too(home: Path) -> None:
    project = home / "code/app"
    (project / ".tool").symlink_to(home)
    with pytest.raises(RefusedError):
        resolve(project / ".tool/settings.json", (home, project))


def test_links_inside_the_project_and_inside_the_home_are_followed(home: Path) -> None:
    project = home / "code/app"
    (project / "a").symlink_to("b")
    (home / ".toolrc").symlink_to("dotfiles/toolrc")
    assert resolve(project / "a", (home, project)) == project / "b"
    assert resolve(home / ".toolrc", (home, project)) == home / "dotfiles/toolrc"


@pytest.mark.parametrize("when", ["folders made", "temporary synced"])
def test_a_folder_that_becomes_a_link_while_the_change_is_made_is_refused(home: Path, when: str) -> None:
    folder, elsewhere = home / "tool", home.parent / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    for place in (folder, elsewhere):
        (place / "s.json").write_text('{"telemetry": true}')

    def swap(step: str) -> None:
        if step == when:
            folder.rename(home / "moved")
            folder.symlink_to(elsewhere)

    changer = FileChanger(Journal(home / "journal"), (home,), "t", swap)
    with pytest.raises(RefusedError, match="replaced by a link"):
        changer.apply(folder / "s.json", KEY, WHY)
    assert [item.name for item in elsewhere.iterdir()] == ["s.json"]
    assert (elsewhere / "s.json").read_text() == '{"telemetry": true}' == (home / "moved/s.json").read_text()


def test_undo_does_not_follow_a_folder_that_became_a_link(home: Path) -> None:
    folder, elsewhere = home / "tool", home.parent / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "s.json").write_text('{"telemetry": true}')
    changer = FileChanger(Journal(home / "journal"), (home,), "t")
    entry = changer.apply(folder / "s.json", KEY, WHY)
    (elsewhere / "s.json").write_bytes((folder / "s.json").read_bytes())
    folder.rename(home / "moved")
    folder.symlink_to(elsewhere)
    with pytest.raises(RefusedError, match="replaced by a link"):
        changer.undo(entry)
    assert "false" in (elsewhere / "s.json").read_text()
    folder.unlink()
    (home / "moved").rename(folder)
    changer.undo(entry)
    assert (folder / "s.json").read_text() == '{"telemetry": true}'


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only an administrator can give a folder to somebody else")
def test_a_folder_of_another_user_is_refused_even_if_everybody_may_write_there(home: Path) -> None:
    folder = home / "shared"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    folder.chmod(0o777)
    with pytest.raises(RefusedError, match="belongs to another user"):
        resolve(folder / "new/settings.json", (home,))

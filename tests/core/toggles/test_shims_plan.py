"""Setting up and taking away in parts: what one part refuses keeps no other from being made, and each is told by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.cli import main as command
from core.toggles import desktop, shims
from core.toggles.journal import Journal
from core.toggles.model import ChangeState
from core.toggles.shims_plan import ShimsPlan, carry_out, plan, state, take_away, typed_tools
from tests.fakes.shimmed import Shimmed

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = "dev.warp.Warp.desktop"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shimmed:
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    menu = tmp_path / "share" / "applications" / ENTRY
    menu.parent.mkdir(parents=True)
    menu.write_text("[Desktop Entry]\nType=Application\nName=Warp\nExec=/opt/warp/warp %U\n")
    return Shimmed(tmp_path / "home", monkeypatch)


def planned(home: Shimmed) -> ShimsPlan:
    return plan(typed_tools(home.catalogue.tools), home.catalogue.toggles)


def carried_out(home: Shimmed) -> tuple[str, ...]:
    return carry_out(planned(home), home.catalogue.tools, home.catalogue.toggles)


def test_all_is_made_and_all_is_taken_away(made: Shimmed) -> None:
    assert carried_out(made) == ()
    assert [item.name for item in state(made.catalogue.toggles).found] == ["claude"]
    taken = take_away()
    assert (taken.gone, taken.problems) == (("claude", "the line in ~/.bashrc", ENTRY), ())


def test_a_menu_that_cannot_be_written_is_told_and_the_shims_are_made(made: Shimmed) -> None:
    desktop.own_folder().parent.mkdir(parents=True)
    desktop.own_folder().write_text("no folder")
    (problem,) = carried_out(made)
    assert problem.startswith(f"The menu entry {ENTRY} stayed as it was. ")
    assert str(made.home) not in problem
    assert shims.status()


def test_one_shells_file_that_is_refused_keeps_the_line_from_no_other(made: Shimmed, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("# theirs\n")
    (made.home / ".bashrc").unlink()
    (made.home / ".bashrc").symlink_to(tmp_path / "theirs")
    (made.home / ".zshrc").write_text("# mine\n")
    (problem,) = carried_out(made)
    assert problem.startswith("The shims are made and can be removed again. ~/.bashrc did not get its line")
    assert (made.home / ".zshrc").read_text().startswith("# mine\nexport PATH=")
    assert take_away().problems == ()
    assert (made.home / ".zshrc").read_text() == "# mine\n"


def test_where_nothing_could_be_made_nothing_is_said_to_be(made: Shimmed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    agreed = planned(made)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a:b"))
    with pytest.raises(shims.ShimError, match="so nothing was made"):
        carry_out(agreed, made.catalogue.tools, made.catalogue.toggles)
    assert not desktop.own_folder().exists()


def test_a_shells_file_that_is_gone_took_its_line_along(made: Shimmed) -> None:
    carried_out(made)
    (made.home / ".bashrc").unlink()
    assert take_away().problems == ()
    states = {entry.toggle: entry.state for entry in Journal(shims.shim_folder().parent / "journal").entries()}
    assert states == {"shims": ChangeState.UNDONE, "menu-entry": ChangeState.UNDONE}
    assert not shims.shim_folder().exists()
    assert take_away().gone == ()


def test_an_entry_somebody_wrote_into_is_left_and_told_and_the_rest_is_taken_away(
    made: Shimmed, capsys: pytest.CaptureFixture[str]
) -> None:
    carried_out(made)
    entry = desktop.own_folder() / ENTRY
    entry.write_text(entry.read_text().replace("Exec=", 'Exec="'))  # a quotation mark that never ends
    assert [item.tool for item in state(made.catalogue.toggles).entries] == [""]
    assert command.main(("shims", "remove")) == 3
    said = capsys.readouterr()
    assert said.out == "Taken away: claude, the line in ~/.bashrc.\n"
    assert f"The menu entry {ENTRY} was changed by another program, so it was left" in " ".join(said.err.split())
    assert entry.is_file()
    assert not shims.status()


def test_what_was_made_in_part_ends_with_status_3(made: Shimmed, capsys: pytest.CaptureFixture[str]) -> None:
    desktop.own_folder().mkdir(parents=True)
    (desktop.own_folder() / ENTRY).write_text("[Desktop Entry]\nName=My own\n")
    assert command.main(("shims", "install", "--yes")) == 3
    said = capsys.readouterr()
    assert "Not all of it was made." in said.out
    assert f"You have a menu entry {ENTRY} of your own" in " ".join(said.err.split())
    assert shims.status()

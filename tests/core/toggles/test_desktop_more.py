"""Menu entries go through the journal: undone like any change, taken along by undo all and by uninstalling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import paths
from core.toggles import desktop
from core.toggles.desktop import EntryError, entries_of, unwrap, wrap, wrapped_entries
from core.toggles.edits import get, put
from core.toggles.model import ChangeState
from core.toggles.registry import NotPossibleError, kind
from tests.fakes.change_cases import spec, toggle
from tests.fakes.toggle_home import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.toggle_home import ToggleHome


@pytest.fixture
def zed(at_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "state_dir", lambda: at_home.own / "state")
    monkeypatch.setattr(desktop, "launcher", lambda: ("/opt/telltale", "run"))
    (found,) = entries_of(catalogue().tools["zed"])
    return found


def test_a_wrapped_entry_is_a_change_that_undo_all_and_uninstall_take_back(at_home: ToggleHome, zed: Path) -> None:
    before = at_home.tree()
    wrap(zed, "zed")
    (change,) = at_home.service.changes()
    assert (change.kind, change.tool, change.state) == ("desktop-launcher", "zed", ChangeState.APPLIED)
    assert at_home.service.check_drift() == ()
    assert [taken.state for taken in at_home.service.undo_all()] == [ChangeState.UNDONE]
    assert at_home.tree() == before
    wrap(zed, "zed")
    at_home.service.uninstall()
    assert at_home.tree() == before
    assert not at_home.own.exists()


def test_wrapping_again_after_telltale_moved_leaves_one_change_and_one_undo(
    at_home: ToggleHome, zed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = at_home.tree()
    wrap(zed, "zed")
    monkeypatch.setattr(desktop, "launcher", lambda: ("/usr/bin/telltale", "run"))
    made = wrap(zed, "zed")
    assert b"/usr/bin/telltale" in made.read_bytes()
    assert [change.state for change in at_home.service.changes()] == [ChangeState.APPLIED, ChangeState.UNDONE]
    assert unwrap(["zed"]) == ("dev.zed.Zed.desktop",)
    assert at_home.tree() == before


def test_a_copy_without_a_journal_entry_is_taken_away_by_its_mark(at_home: ToggleHome, zed: Path) -> None:
    made = wrap(zed, "zed")
    for entry in at_home.service.journal.entries():
        at_home.service.journal.forget(entry)
    assert unwrap() == ("dev.zed.Zed.desktop",)
    assert not made.exists()


def test_a_copy_that_another_program_changed_is_left_and_said(at_home: ToggleHome, zed: Path) -> None:
    made = wrap(zed, "zed")
    made.write_bytes(made.read_bytes() + b"X-Theirs=1\n")
    with pytest.raises(EntryError, match="another program"):
        unwrap(["zed"])
    assert b"X-Theirs" in made.read_bytes()


def test_a_copy_somebody_removed_is_settled(at_home: ToggleHome, zed: Path) -> None:
    wrap(zed, "zed").unlink()
    assert wrapped_entries() == ()
    wrap(zed, "zed")
    assert [change.state for change in at_home.service.changes()] == [ChangeState.APPLIED, ChangeState.UNDONE]


def test_a_tool_without_an_entry_says_so(at_home: ToggleHome, zed: Path) -> None:
    step = spec("desktop-launcher")
    with pytest.raises(NotPossibleError, match="no entry in the menu"):
        kind("desktop-launcher").plan(at_home.context(), toggle((step,)), step, "codex-cli")
    with pytest.raises(NotPossibleError, match="choose the tool"):
        kind("desktop-launcher").plan(at_home.context(), toggle((step,)), step, "")


def test_the_whole_text_of_a_file_is_one_value() -> None:
    assert put("whole", b"", ("file",), "a\r\nb") == b"a\r\nb"
    assert get("whole", b"a\n", ("file",)) == "a\n"

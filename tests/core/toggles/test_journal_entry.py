"""An entry of the journal is read with every doubt, and found again after the home folder was moved."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.toggles.filechange import Edit, FileChanger, Purpose
from core.toggles.journal import Journal
from core.toggles.journal_entry import Entry, entry_of, rerooted, to_json
from core.toggles.model import ChangeState
from core.toggles.splice import Splice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHOLE = Entry(
    "0a1b2c3d",
    7,
    "t",
    "tool",
    "settings-key",
    ChangeState.APPLIED,
    "/home/mia/.tool/settings.json",
    "/data/mia/.tool/settings.json",
    created_folders=("/data/mia/.tool",),
    splice=Splice(3, b"true", b"false"),
    edit={"format": "json", "operation": "put", "key": ["a"], "value": False, "there": 1},
    made_at=1.5,
    home=("/home/mia", "/data/mia"),
)
DAMAGES: dict[str, dict[str, Any]] = {
    "another format": {"format": 2},
    "a field of a newer version": {"colour": "blue"},
    "a number that is text": {"number": "7"},
    "a path that is a number": {"path": 5},
    "a folder that is a number": {"created_folders": [5]},
    "an edit that is a list": {"edit": []},
    "an edit without a key": {"edit": {"format": "toml", "operation": "put"}},
    "an empty key": {"edit": {"format": "toml", "operation": "put", "key": []}},
    "a command without its value": {"edit": {"program": "gsettings", "name": ["a"], "type": ""}},
    "an unknown state": {"state": "melted"},
    "a splice that is no base64": {"splice": {"offset": 1, "removed": "###", "inserted": "eA=="}},
    "an id that is a path": {"id": "../../x"},
    "a time beyond all calendars": {"made_at": 1e300},
    "a time that is no number": {"made_at": float("nan")},
    "a time before all times": {"undone_at": -5.0},
}


def test_an_entry_is_read_as_it_was_written() -> None:
    assert entry_of(to_json(WHOLE)) == WHOLE


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_wholly_an_entry_is_refused(damage: str) -> None:
    data = {**json.loads(to_json(WHOLE)), **DAMAGES[damage]}
    with pytest.raises((ValueError, TypeError, KeyError)):
        entry_of(json.dumps(data).encode())


@given(st.binary(max_size=60) | st.builds(lambda cut: to_json(WHOLE)[:cut], st.integers(0, len(to_json(WHOLE)) - 1)))
def test_garbage_and_truncated_entries_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        entry_of(data)


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], tuple[Journal, Path]]:
    """Make a change in a home, then rename the home; with a link left in its place if wanted."""

    def move(leave_link: bool) -> tuple[Journal, Path]:
        old, new = tmp_path / "anna", tmp_path / "mia"
        (old / ".tool").mkdir(parents=True)
        (old / ".tool/settings.json").write_bytes(b'{"a": true}')
        monkeypatch.setenv("HOME", str(old))
        changer = FileChanger(Journal(old / "journal"), (old,), "t")
        changer.apply(old / ".tool/settings.json", Edit("json", "put", ("a",), value=False), Purpose("t", "tool"))
        old.rename(new)
        monkeypatch.setenv("HOME", str(new))
        if leave_link:
            old.symlink_to(new)
        return Journal(new / "journal"), new

    return move


@pytest.mark.parametrize("leave_link", [False, True], ids=["moved", "a link in its place"])
def test_a_change_can_be_undone_after_the_home_was_renamed(moved: Callable[[bool], tuple[Journal, Path]], *, leave_link: bool) -> None:
    journal, home = moved(leave_link)
    (entry,) = journal.entries()
    assert entry.path == str(home / ".tool/settings.json")
    assert FileChanger(journal, (home,), "t").undo(entry).state is ChangeState.UNDONE
    assert (home / ".tool/settings.json").read_bytes() == b'{"a": true}'


def test_while_the_old_home_is_there_it_is_the_one_meant(moved: Callable[[bool], tuple[Journal, Path]], tmp_path: Path) -> None:
    journal, _ = moved(False)
    (tmp_path / "anna").mkdir()
    assert journal.entries()[0].path == str(tmp_path / "anna/.tool/settings.json")


def test_what_lies_outside_the_home_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    entry = replace(WHOLE, path="/srv/project/x", real_path="/home/mia2/x", home=("/home/mia", "/home/mia"))
    found = rerooted(entry)
    assert (found.path, found.real_path) == ("/srv/project/x", "/home/mia2/x")

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.toggles import desktop
from core.toggles.desktop import EntryError, entries_of, quoted, unwrap, wrap, wrapped_entries, wrapped_text

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = """[Desktop Entry]
Type=Application
Name=Tool
Name[de]=Werkzeug
Exec=/opt/tool/tool --flag %U
DBusActivatable=true
Actions=new;

[Desktop Action new]
Name=New window
Exec=/opt/tool/tool --new %F

[X-Other]
Exec=untouched
"""


@pytest.fixture
def menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    system = tmp_path / "share" / "applications"
    system.mkdir(parents=True)
    (system / "dev.zed.Zed.desktop").write_text(ENTRY)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setattr(desktop, "launcher", lambda: ("/a b/telltale", "run"))
    return system


def test_every_command_of_an_entry_goes_through_telltale_and_nothing_else_changes() -> None:
    new = wrapped_text(ENTRY, "zed", ("/a b/telltale", "run"), "/share/x.desktop")
    before = '"/a b/telltale" run --quiet --as zed '
    assert (
        new.replace(before, "").replace("DBusActivatable=false", "DBusActivatable=true").replace(f"{desktop.MARK}=/share/x.desktop\n", "")
        == ENTRY
    )
    assert new.count(before) == 2


@pytest.mark.parametrize("word", ["plain", "a b", 'with"quote', "back\\slash", "dollar$", "tick`", "50%"])
def test_words_are_quoted_as_menus_read_them(word: str) -> None:
    read = quoted(word).replace("\\\\", "\\")  # a menu first undoes the escapes of all values
    bare = re.sub(r'\\(["`$\\])', r"\1", read[1:-1]) if read.startswith('"') else read
    assert bare.replace("%%", "%") == word


def test_an_entry_without_a_command_is_refused() -> None:
    with pytest.raises(EntryError, match="no command"):
        wrapped_text("[Desktop Entry]\nType=Link\n", "zed", ("telltale",), "/x")


def test_wrapping_and_taking_away_leaves_no_file(menu: Path) -> None:
    tool = load_catalogue().tools["zed"]
    (found,) = entries_of(tool)
    assert found == menu / "dev.zed.Zed.desktop"
    made = wrap(found, "zed")
    assert wrap(found, "zed") == made
    assert [(entry.tool, entry.original) for entry in wrapped_entries()] == [("zed", str(found))]
    assert found.read_text() == ENTRY
    assert unwrap(["other"]) == ()
    assert unwrap(["zed"]) == ("dev.zed.Zed.desktop",)
    assert not made.exists()


def test_an_entry_of_the_persons_own_is_not_touched(menu: Path) -> None:
    own = desktop.own_folder() / "dev.zed.Zed.desktop"
    own.parent.mkdir(parents=True)
    own.write_text("[Desktop Entry]\nExec=mine\n")
    with pytest.raises(EntryError, match="of your own, so it was not changed"):
        wrap(menu / "dev.zed.Zed.desktop", "zed")
    assert own.read_text() == "[Desktop Entry]\nExec=mine\n"
    assert wrapped_entries() == ()
    assert unwrap() == ()


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-validate is not installed")
def test_a_wrapped_entry_is_a_valid_one(menu: Path) -> None:
    made = wrap(menu / "dev.zed.Zed.desktop", "zed")
    assert subprocess.run(["desktop-file-validate", str(made)], capture_output=True, check=False).stdout == b""

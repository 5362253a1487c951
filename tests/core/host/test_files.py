from __future__ import annotations

import contextlib
import os
import socket
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import HostError, NotAllowedError, NotThereError, UnreadableError
from core.host import files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these file kinds exist only on POSIX systems")


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    place = tmp_path / "f"
    place.write_bytes(b"x" * 200_000)
    assert files.read_regular(str(place), 1 << 20) == b"x" * 200_000


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "f"
    place.write_bytes(b"x" * 100)
    assert len(files.read_regular(str(place), 100)) == 100
    with pytest.raises(UnreadableError, match="too large"):
        files.read_regular(str(place), 99)


def test_a_hundred_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    place = tmp_path / "huge"
    with place.open("wb") as handle:
        handle.truncate(100 << 20)
    with pytest.raises(UnreadableError, match="too large"):
        files.read_regular(str(place), 1 << 20)


def test_a_file_that_grows_past_the_limit_while_read_is_refused() -> None:
    with pytest.raises(UnreadableError, match="too large"):
        files.read_regular("/proc/self/maps", 100)


def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    place = tmp_path / "fifo"
    os.mkfifo(place)
    with pytest.raises(UnreadableError, match="is a fifo"):
        files.read_regular(str(place), 100)


def test_a_fifo_that_replaces_the_file_after_the_first_look_is_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, other = tmp_path / "fifo", tmp_path / "file"
    os.mkfifo(place)
    other.write_bytes(b"x")
    looked = other.stat()
    monkeypatch.setattr(files.os, "stat", lambda *_a, **_k: looked)
    with pytest.raises(UnreadableError, match="is a fifo"):
        files.read_regular(str(place), 100)


def test_devices_folders_and_sockets_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        for place, kind in ((tmp_path / "s", "socket"), (tmp_path, "folder"), ("/dev/null", "device"), ("/dev/zero", "device")):
            with pytest.raises(UnreadableError, match=f"is a {kind}"):
                files.read_regular(str(place), 100)


def test_a_link_to_a_file_is_followed_and_a_loop_is_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    (tmp_path / "good").symlink_to("f")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "gone").symlink_to("nowhere")
    assert files.read_regular(str(tmp_path / "good"), 10) == b"x"
    with pytest.raises(UnreadableError, match="leads back to itself"):
        files.read_regular(str(tmp_path / "a"), 10)
    with pytest.raises(NotThereError):
        files.read_regular(str(tmp_path / "gone"), 10)


def test_a_refusal_of_the_system_is_told_apart_from_absence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_names: object) -> int:
        raise PermissionError(13, "refused", "/secret/value")

    (tmp_path / "f").write_text("x")
    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(NotAllowedError, match="may not be read") as caught:
        files.read_regular(str(tmp_path / "f"), 10)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(NotThereError):
        files.read_regular(str(tmp_path / "f" / "below"), 10)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "f"
    place.write_text("x")
    place.chmod(0)
    with pytest.raises(NotAllowedError):
        files.read_regular(str(place), 10)


@pytest.mark.parametrize("path", ["a\0b", "\ud800x", "x" * 5000, ""])
def test_impossible_paths_are_refused_with_a_sentence(path: str) -> None:
    with pytest.raises(HostError) as caught:
        files.read_regular(path, 10)
    assert str(caught.value).endswith(".")


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_path_gives_bytes_or_a_host_error(path: str) -> None:
    for ask in (
        lambda: files.read_regular(path, 1000),
        lambda: files.facts(path),
        lambda: files.link(path),
        lambda: files.entries(path, 5),
    ):
        with contextlib.suppress(HostError):
            ask()


def test_facts_do_not_follow_a_final_link(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("abc")
    (tmp_path / "f").chmod(0o640)
    (tmp_path / "l").symlink_to("f")
    facts = files.facts(str(tmp_path / "f"))
    assert (facts.kind, facts.size, facts.mode, facts.uid) == ("file", 3, 0o640, os.getuid())
    assert files.facts(str(tmp_path / "l")).kind == "link"
    assert files.facts(str(tmp_path)).kind == "folder"


def test_links_are_given_unresolved_and_other_files_are_no_links(tmp_path: Path) -> None:
    (tmp_path / "l").symlink_to("../x/y")
    (tmp_path / "f").write_text("")
    assert files.link(str(tmp_path / "l")) == "../x/y"
    with pytest.raises(UnreadableError, match="not a link"):
        files.link(str(tmp_path / "f"))
    with pytest.raises(NotThereError):
        files.link(str(tmp_path / "none"))


def test_entries_are_sorted_bounded_and_can_be_opened_again(tmp_path: Path) -> None:
    for name in (b"b", b"a", b"\xff"):
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as handle:  # noqa: PTH123  a name of raw bytes
            handle.write(b"x")
    names = files.entries(str(tmp_path), 10)
    assert names == ("a", "b", os.fsdecode(b"\xff"))
    assert all(files.read_regular(f"{tmp_path}/{name}", 10) == b"x" for name in names)
    assert len(files.entries(str(tmp_path), 2)) == 2
    with pytest.raises(NotThereError):
        files.entries(str(tmp_path / "a"), 2)


def test_every_kind_of_file_has_a_name() -> None:
    assert [files.kind_of(mode) for mode in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFCHR, stat.S_IFBLK, 0)] == [
        "file",
        "folder",
        "device",
        "device",
        "device",
    ]


def test_a_folder_listed_before_is_listed_anew_when_it_has_changed(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("x")
    long_ago = (1_000_000_000, 1_000_000_000)
    os.utime(tmp_path, long_ago)
    assert files.entries(str(tmp_path), 100) == ("one",)
    assert files.entries(str(tmp_path), 100) == ("one",)
    (tmp_path / "two").write_text("x")
    assert files.entries(str(tmp_path), 100) == ("one", "two")
    os.utime(tmp_path, long_ago)
    (tmp_path / "one").unlink()
    assert files.entries(str(tmp_path), 100) == ("two",)


def test_a_remembered_folder_that_is_closed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_SETTLED_S", -1.0)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "one").write_text("x")
    assert files.entries(str(folder), 100) == ("one",)
    monkeypatch.setattr(files.os, "scandir", lambda path: (_ for _ in ()).throw(PermissionError(13, "no")))
    assert files.entries(str(folder), 100) == ("one",)
    folder.chmod(0o000)
    with pytest.raises(NotAllowedError):
        files.entries(str(folder), 100)
    folder.chmod(0o700)

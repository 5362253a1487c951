from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import history_file
from core.history_file import FORMAT, HistoryFile, private_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def insert(text: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO note VALUES (?, 'x')", (text,))

    return work


def insert_many(*texts: tuple[str, str]) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT INTO note VALUES (?, ?)", texts)

    return work


def notes(file: HistoryFile) -> list[str]:
    return [row[0] for row in file.rows("SELECT name FROM note ORDER BY name")]


def test_a_broken_file_is_set_aside_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").write_bytes(b"no database at all" * 100)
    file = HistoryFile(tmp_path)
    assert file.write(insert("one"))
    assert notes(file) == ["one"]
    assert "was broken, so a new one was begun" in file.message
    assert len(list(tmp_path.glob("history-broken-*.sqlite"))) == 1
    file.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, 60_000), junk=st.binary(min_size=1, max_size=3000), cut=st.booleans())
def test_no_damage_to_the_file_stops_telltale(tmp_path: Path, offset: int, junk: bytes, cut: bool) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    first = HistoryFile(tmp_path)
    first.write(insert_many(*((str(n), "x" * 50) for n in range(500))))
    first.close()
    content = bytearray(first.path.read_bytes())
    content[offset : offset + len(junk)] = junk
    first.path.write_bytes(content[: offset + len(junk)] if cut else content)
    file = HistoryFile(tmp_path)
    done = file.write(insert("after"))
    assert done or file.message
    if done:
        assert "after" in notes(file)
    file.close()


def test_a_damaged_name_that_the_database_itself_cannot_tell_is_damage(tmp_path: Path) -> None:
    first = HistoryFile(tmp_path)
    first.write(insert("before"))
    first.close()
    content = first.path.read_bytes()
    first.path.write_bytes(content.replace(b"CREATE TABLE note", b"CREATE TABLE \x80ote"))
    file = HistoryFile(tmp_path)
    assert file.write(insert("after"))
    assert notes(file) == ["after"]
    assert "set aside" in file.message or "new one was begun" in file.message
    file.close()


def test_damage_that_shows_only_in_use_is_noticed_then(tmp_path: Path) -> None:
    file = HistoryFile(tmp_path)
    file.write(insert_many(*((str(n), "x" * 900) for n in range(500))))
    file.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(file.path.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    file.path.write_bytes(content)
    file.rows("PRAGMA shrink_memory")
    file.rows("SELECT name, text FROM note ORDER BY text")
    file.write(insert("after"))
    file.write(insert("again"))
    assert "again" in notes(file) or file.message
    file.close()


def test_at_most_two_broken_files_are_kept(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / "history.sqlite").write_bytes(b"broken" * (number + 100))
        file = HistoryFile(tmp_path)
        file.write(insert("x"))
        file.close()
    assert len(list(tmp_path.glob("history-broken-*.sqlite"))) == 2


def test_a_full_disk_costs_the_event_at_hand_and_is_said(tmp_path: Path) -> None:
    file = HistoryFile(tmp_path)
    file.write(insert("before"))
    file.rows("PRAGMA max_page_count = 20")
    assert not file.write(insert_many(("big", "x" * 500_000)))
    assert "disk is full" in file.message
    assert file.lost == 1
    assert notes(file) == ["before"]
    file.rows("PRAGMA max_page_count = 100000")
    assert file.write(insert("later"))
    file.close()


def test_a_file_of_a_newer_telltale_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "history.sqlite")
    connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()
    before = (tmp_path / "history.sqlite").read_bytes()
    file = HistoryFile(tmp_path)
    assert not file.write(insert("x"))
    assert file.rows("SELECT 1") == []
    assert "newer Telltale" in file.message
    assert (tmp_path / "history.sqlite").read_bytes()[:16] == before[:16]
    assert not list(tmp_path.glob("history-broken-*"))


def test_a_place_where_nothing_can_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    file = HistoryFile(tmp_path / "file" / "state")
    assert not file.write(insert("x"))
    assert file.rows("SELECT 1") == []
    assert "could not be opened" in file.message
    assert private_key(tmp_path / "file" / "state" / "history.key") == b""


def test_a_transaction_is_whole_or_not_there(tmp_path: Path) -> None:
    file = HistoryFile(tmp_path)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO note VALUES ('half', 'x')")
        connection.execute("INSERT INTO nowhere VALUES (1)")

    assert not file.write(half)
    assert notes(file) == []
    file.close()


def test_a_file_held_by_somebody_else_costs_one_event(tmp_path: Path) -> None:
    file = HistoryFile(tmp_path)
    file.write(insert("x"))
    file.rows("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert not file.write(insert("y"))
    assert "Another Telltale" in file.message
    other.execute("ROLLBACK")
    other.close()
    assert file.write(insert("y"))
    file.close()


def test_the_key_stays_the_same_and_a_damaged_one_is_replaced(tmp_path: Path) -> None:
    place = tmp_path / "history.key"
    first = private_key(place)
    assert len(first) == 32
    assert private_key(place) == first
    place.write_bytes(b"short")
    assert len(private_key(place)) == 32
    assert private_key(place) != first


def test_tidying_while_another_telltale_writes_loses_nothing_and_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_file, "_BUSY_MS", 20)
    file = HistoryFile(tmp_path)
    file.write(insert("one"))
    other = sqlite3.connect(file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    file.give_back()
    assert not file.write(insert("two"), can_wait=True)
    assert (file.message, file.lost) == ("", 0)
    assert not file.write(insert("three"))
    assert file.lost == 1
    assert "too long" in file.message
    other.close()
    assert file.write(insert("four"))
    assert notes(file) == ["four", "one"]
    file.close()


def test_opening_waits_for_another_telltale_that_is_opening_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = HistoryFile(tmp_path)
    first.write(insert("one"))
    first.close()
    refusals = iter((True, True, False))
    prepare = history_file._prepare

    def busy(connection: sqlite3.Connection) -> None:
        if next(refusals):
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        prepare(connection)

    monkeypatch.setattr(history_file, "_prepare", busy)
    file = HistoryFile(tmp_path)
    assert notes(file) == ["one"]
    assert (file.message, file.lost) == ("", 0)
    file.close()

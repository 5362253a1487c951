"""The store beside other programs: a lock of theirs costs a moment, never what is kept."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from core.watch import store as store_module
from core.watch.store import Store
from core.watch.store_model import CaptureSession, StoredFact, StoredRequest, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_WAIT_S", 0.05)


@contextlib.contextmanager
def held(path: Path, *how: str) -> Iterator[sqlite3.Connection]:
    """Another program that holds the file."""
    other = sqlite3.connect(path, isolation_level=None)
    with contextlib.closing(other):
        for sentence in how:
            other.execute(sentence).fetchall()
        yield other


def kept(path: Path) -> list[str]:
    with Store(path) as store:
        return [item.id for item in store.sessions()]


def fact() -> StoredFact:
    return StoredFact("hostname", "plain", "$.a", "mask")


def request(number: int, at: float = 1.0) -> StoredRequest:
    return StoredRequest(number, at, "http", "POST", "https", "h", 443, "/", "HTTP/1.1", 1, 1, facts=(fact(),))


def test_a_store_that_another_program_holds_is_not_taken_for_a_broken_one(state: Path) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
    path = state / "captures.sqlite"
    with (
        held(path, "PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "UPDATE session SET coverage='x'"),
        pytest.raises(StoreError, match=r"holds the store.*stays.*again"),
    ):
        Store()
    assert kept(path) == ["a"]
    assert not list(state.glob("*set-aside*"))


def test_reading_while_another_program_holds_the_store_does_not_call_it_damaged(state: Path) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
        store._base.execute("PRAGMA journal_mode=DELETE")
        with held(state / "captures.sqlite", "BEGIN EXCLUSIVE"), pytest.raises(StoreError, match="holds the store") as told:
            store.sessions()
        assert "damaged" not in str(told.value)
        assert "away" not in str(told.value)
        assert [item.id for item in store.sessions()] == ["a"]


def test_removing_takes_the_findings_along_also_where_opening_met_another_program(state: Path) -> None:
    path = state / "captures.sqlite"
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
        store.add("a", request(1), b"body")
        store._base.execute("PRAGMA journal_mode=DELETE")
    with held(path, "BEGIN", "SELECT * FROM session") as other, Store() as store:
        other.execute("COMMIT")
        store.forget("a")
        assert store._rows("SELECT (SELECT count(*) FROM request), (SELECT count(*) FROM fact), (SELECT count(*) FROM body)") == [(0, 0, 0)]


def test_two_programs_that_make_the_store_at_once_do_not_hold_it_against_each_other(state: Path) -> None:
    class Late(Store):
        def _make_tables(self, base: sqlite3.Connection) -> None:
            with Store():
                pass  # another program makes them after this one saw that there are none
            super()._make_tables(base)

    with Late() as one, Store() as other:
        other.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
        assert [item.id for item in one.sessions()] == ["a"]

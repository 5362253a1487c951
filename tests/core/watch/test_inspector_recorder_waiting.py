"""What the recorder cannot write at once: kept in order, within limits, and given up in good time."""

from __future__ import annotations

import contextlib
import gzip
import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest

from core.watch import inspector_recorder
from core.watch import store as store_module
from core.watch.addon_frames import Frame
from core.watch.inspector_recorder import Recorder
from core.watch.store_model import CaptureSession, KeepBodies
from tests.fakes.capture import searcher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.watch.store import Store


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_WAIT_S", 0.2)


@pytest.fixture
def locked(state: Path) -> Iterator[sqlite3.Connection]:
    """Another program that can hold the store's file."""
    del state
    other = sqlite3.connect(store_module.store_path(), isolation_level=None)
    with contextlib.closing(other):
        yield other


def message(number: int, **more: Any) -> dict[str, Any]:
    base = {"kind": "request", "what": "http", "number": number, "at": 1.0, "method": "POST", "scheme": "https", "host": "api.example"}
    rest = {"port": 443, "path": "/v1/messages", "http": "HTTP/1.1", "headers": [["Content-Type", "application/json"]], "size": 4}
    return base | rest | more


def recorder_of(store: Store, keep: KeepBodies = KeepBodies.NO) -> Recorder:
    store.begin(CaptureSession("s", "toy", "1", "proxy", 1.0))
    return Recorder(store, "s", "toy", searcher, keep)


def until_waiting(recorder: Recorder, number: int) -> None:
    end = time.monotonic() + 30
    while len(recorder._pending) < number and time.monotonic() < end:
        time.sleep(0.01)
    assert len(recorder._pending) >= number


def test_an_answer_that_comes_after_a_wait_is_kept_with_its_request(store: Store, locked: sqlite3.Connection) -> None:
    recorder = recorder_of(store)
    locked.execute("BEGIN IMMEDIATE")
    recorder.take(Frame(message(1), b"body"))
    until_waiting(recorder, 1)
    locked.execute("COMMIT")
    recorder.take(Frame({"kind": "response", "number": 1, "status": 200, "size": 7, "content_type": "", "seconds": 0.5}))
    recorder.finish()
    found = store.requests("s")[0]
    assert (found.status, found.reply_size) == (200, 7)
    assert recorder.unkept == 0


def test_a_store_that_stays_held_does_not_hold_up_the_end_once_for_every_record(store: Store, locked: sqlite3.Connection) -> None:
    recorder = recorder_of(store)
    tried: list[int] = []

    def add(*values: Any) -> None:
        tried.append(1)
        store.noted(*values)

    locked.execute("BEGIN IMMEDIATE")
    for number in range(3):
        recorder.write(add, "s", number, "")
    tried.clear()
    recorder.finish()
    assert tried == [1]
    assert recorder.unkept == 3


def test_bodies_that_wait_are_bounded_and_their_findings_are_kept(
    store: Store, locked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector_recorder, "_MOST_WAITING_BYTES", 10, raising=False)
    recorder = recorder_of(store, KeepBodies.ENCRYPTED)
    locked.execute("BEGIN IMMEDIATE")
    for number in (1, 2):
        recorder.take(Frame(message(number, size=8), b"8 bytes."))
    until_waiting(recorder, 2)
    locked.execute("COMMIT")
    recorder.finish()
    assert [item.has_body for item in store.requests("s")] == [True, False]
    assert "not kept" in store.troubles("s")[0].sentence


def test_a_key_that_cannot_be_made_at_the_end_costs_the_body_only(store: Store, locked: sqlite3.Connection, state: Path) -> None:
    recorder = recorder_of(store, KeepBodies.ENCRYPTED)
    locked.execute("BEGIN IMMEDIATE")
    recorder.take(Frame(message(1), b"body"))
    until_waiting(recorder, 1)
    (state / "captures.key" / "in the way").mkdir(parents=True)
    locked.execute("COMMIT")
    recorder.finish()
    assert [item.has_body for item in store.requests("s")] == [False]
    assert "no body was kept" in store.troubles("s")[0].sentence


def test_a_capture_that_was_removed_while_it_ran_costs_only_itself(store: Store) -> None:
    recorder = recorder_of(store)
    store.forget("s")
    recorder.take(Frame(message(1), b"body"))
    recorder.write(store.learn, "toy", "api.example")
    recorder.finish()
    assert store.learnt("toy") == ("api.example",)
    assert recorder.unkept == 1


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_kept_body_is_without_the_keys_in_quoted_files_and_packed_bodies(store: Store, pack: Any) -> None:
    dotenv = 'API_TOKEN="k3yk3yk3yk3y"\nDB_PASSWORD="two words {here}"\nOTHER_SECRET=plain-9f8e7d\n'
    plain = json.dumps({"content": dotenv, "inner": json.dumps({"tool": json.dumps({"file": dotenv})}), "text": "hello"}).encode()
    recorder = recorder_of(store, KeepBodies.ENCRYPTED)
    headers = [["Content-Type", "application/json"], ["Content-Encoding", "gzip" if pack is not bytes else "identity"]]
    body = pack(plain)
    recorder.take(Frame(message(1, headers=headers, size=len(body)), body))
    recorder.finish()
    kept = store.body("s", 1)
    assert kept is not None
    assert b"hello" in kept
    assert not [secret for secret in (b"k3yk3y", b"two words", b"here", b"9f8e7d") if secret in kept]


def test_a_body_that_cannot_be_opened_cannot_be_freed_of_keys_and_is_not_kept(store: Store) -> None:
    recorder = recorder_of(store, KeepBodies.ENCRYPTED)
    recorder.take(Frame(message(1, headers=[["Content-Encoding", "unheard-of"]]), b"body"))
    recorder.finish()
    assert not store.requests("s")[0].has_body
    assert "body was not kept" in store.troubles("s")[0].sentence

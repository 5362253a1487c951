from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Grade
from core.watch.markers_model import CodePoint
from core.watch.store import Store
from core.watch.store_bodies import BodiesLockedError, Sealer, without_keys
from core.watch.store_evidence import evidence
from core.watch.store_har import har, request_document
from core.watch.store_model import (
    Answer,
    Bypass,
    CaptureSession,
    SessionState,
    StoredFact,
    StoredMarker,
    StoredRequest,
    StoreError,
    Trouble,
)

if TYPE_CHECKING:
    from pathlib import Path

FACT = StoredFact("host-name", "SHA-256 (hex)", "$.host", "mask", "part", ("user-name",), 2)
MARKER = StoredMarker(
    "apostrophe", "$.a", 3, (CodePoint(0x2019, "RIGHT SINGLE QUOTATION MARK", "'"),), "'", "certain", "date-line", "Text."
)


def request(number: int, **more: Any) -> StoredRequest:
    base: dict[str, Any] = {
        "at": 1000.0 + number,
        "kind": "http",
        "method": "POST",
        "scheme": "https",
        "host": "api.example",
        "port": 443,
        "path": "/v1/messages",
        "http": "HTTP/2.0",
        "size": 10,
        "looked_at": 10,
    }
    return StoredRequest(number, **(base | more))


@pytest.fixture
def session(store: Store) -> str:
    store.begin(CaptureSession("20261121-1", "toy", "1.2", "proxy", 1000.0))
    return "20261121-1"


def test_what_is_written_is_read_again_with_its_findings(store: Store, session: str) -> None:
    store.add(session, request(1, header_names=("Host", "X-A"), note="A note.", facts=(FACT,), markers=(MARKER,)))
    store.answered(session, 1, Answer(200, 77, "text/event-stream", 1.5))
    found = store.request(session, 1)
    assert found is not None
    assert (found.facts, found.markers, found.header_names) == ((FACT,), (MARKER,), ("Host", "X-A"))
    assert (found.status, found.reply_size, found.reply_type, found.seconds, found.note) == (200, 77, "text/event-stream", 1.5, "A note.")
    assert store.request(session, 2) is None
    assert [(host, fact, count) for host, fact, count in store.facts(session)] == [("api.example", FACT, 1)]
    assert store.markers(session) == ((1, "api.example", MARKER),)


def test_sums_stand_with_the_capture_and_the_end_with_its_coverage(store: Store, session: str) -> None:
    store.add(session, request(1, facts=(FACT, FACT), markers=(MARKER,)))
    store.bypassed(session, (Bypass("", "203.0.113.7", 443, "tcp", "node", "around", 1, 1.0, 1.0),) * 3)
    store.end(session, SessionState.ENDED, "Read: 1 request.", is_complete=True)
    found = store.sessions()[0]
    assert (found.requests, found.facts, found.markers, found.bypasses) == (1, 2, 1, 3)
    assert (found.state, found.coverage, found.is_complete) == (SessionState.ENDED, "Read: 1 request.", True)
    assert [item.count for item in store.bypasses(session)] == [3]


def test_the_same_trouble_adds_up(store: Store, session: str) -> None:
    for _ in range(5):
        store.troubled(session, Trouble(1.0, "stranger", "A sentence."))
    assert [(item.sentence, item.times) for item in store.troubles(session)] == [("A sentence.", 5)]


def test_a_capture_is_named_by_the_beginning_of_its_id_if_that_is_clear(store: Store, session: str) -> None:
    store.begin(CaptureSession("20261122-1", "toy", "1.2", "proxy", 2000.0))
    found = store.session("20261121")
    assert found is not None
    assert found.id == session
    assert store.session("2026") is None
    assert store.session("%") is None


def test_ten_thousand_requests_come_by_the_page(store: Store, session: str) -> None:
    with store._base:
        for number in range(10_000):
            store._base.execute(
                "INSERT INTO request (session, number, at, kind, method, scheme, host, port, path, http, size, looked_at, content_type,"
                " header_names) VALUES (?,?,?,'http','GET','https','a.example',443,'/','HTTP/1.1',100000,1,'','[]')",
                (session, number, float(number)),
            )
    assert store.count(session) == 10_000
    assert [item.number for item in store.requests(session, 9_990, 200)] == list(range(9_990, 10_000))
    assert store.hosts(session) == (("a.example", 10_000, 1_000_000_000),)
    plan = " ".join(
        str(row) for row in store._rows("EXPLAIN QUERY PLAN SELECT * FROM request WHERE session=? ORDER BY number LIMIT 5", session)
    )
    assert "USING INDEX" in plan  # a page does not read the whole table
    assert "TEMP B-TREE" not in plan


def test_a_body_comes_back_only_through_its_key_and_its_own_place(store: Store, session: str) -> None:
    store.add(session, request(1), b"the body")
    store.add(session, request(2), b"another")
    assert store.body(session, 1) == b"the body"
    assert store.requests(session)[0].has_body
    assert b"the body" not in store.path.read_bytes() + store.path.with_name(store.path.name + "-wal").read_bytes()
    with store._base:
        store._base.execute(
            "UPDATE body SET sealed = (SELECT sealed FROM body WHERE request = 2), nonce = (SELECT nonce FROM body WHERE request=2)"
        )
    with pytest.raises(BodiesLockedError):
        store.body(session, 1)


def test_bodies_go_after_a_week_and_findings_stay(store: Store, session: str) -> None:
    store.add(session, request(1, facts=(FACT,)), b"the body")
    assert store.forget_old_bodies() == 0
    assert store.forget_old_bodies(now=time.time() + 8 * 86_400) == 1
    assert store.body(session, 1) is None
    assert store.facts(session)


def test_captures_older_than_they_are_kept_are_removed_with_all_they_hold(store: Store, session: str) -> None:
    now = 1000.0 + 100 * 86_400
    store.add(session, request(1, facts=(FACT,), markers=(MARKER,)))
    store.end(session, SessionState.ENDED, "", is_complete=True, at=2000.0)
    store.begin(CaptureSession("later", "toy", "1.2", "proxy", now - 86_400))
    store.end("later", SessionState.ENDED, "", is_complete=True, at=now - 86_000)
    assert store.forget_older(200, now) == 0
    assert store.forget_older(30, now) == 1
    assert [item.id for item in store.sessions()] == ["later"]
    assert store.requests(session, 0, 10) == ()
    assert b"api.example" not in store.path.read_bytes()


def test_a_capture_that_still_runs_or_had_a_request_lately_stays(store: Store, session: str) -> None:
    now = 1000.0 + 100 * 86_400
    store.begin(CaptureSession("long", "toy", "1.2", "proxy", 1000.0))
    store.add("long", request(1, at=now - 60))
    store.end("long", SessionState.BROKEN, "", is_complete=False, at=1001.0)
    assert store.forget_older(30, now) == 0
    assert {item.id for item in store.sessions()} == {session, "long"}


def test_a_body_in_memory_is_gone_with_the_program_and_the_oldest_go_first(state: Path) -> None:
    with Store() as store:
        store.begin(CaptureSession("a", "toy", "1", "proxy", 1.0))
        store.add("a", request(1))
        store.keep_in_memory("a", 1, b"x")
        assert (store.body("a", 1), store.requests("a")[0].has_body) == (b"x", True)
        for number in range(2, 7):
            store.keep_in_memory("a", number, b"y" * (1 << 26))
        assert store.body("a", 1) is None
        assert store.body("a", 6) is not None
    with Store() as store:
        assert store.body("a", 6) is None


def test_forgetting_removes_everything_and_the_key(store: Store, session: str, state: Path) -> None:
    store.add(session, request(1, facts=(FACT,), markers=(MARKER,)), b"the body")
    store.learn("toy", "host.example")
    assert store.forget() == 1
    tables = [name for (name,) in store._rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert len(tables) == 8
    assert all(store._base.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,) for table in tables)  # noqa: S608  own names
    assert not (state / "captures.key").exists()


def test_forgetting_one_capture_leaves_the_others(store: Store, session: str) -> None:
    store.begin(CaptureSession("other", "toy", "1.2", "proxy", 2000.0))
    store.add("other", request(1), b"kept")
    assert store.forget(session) == 1
    assert [item.id for item in store.sessions()] == ["other"]
    assert store.body("other", 1) == b"kept"


def test_two_programs_write_at_once_and_see_each_other(store: Store, session: str) -> None:
    before = store.version()

    def write(start: int) -> None:
        with Store(store.path) as other:
            for number in range(start, start + 50):
                other.add(session, request(number, facts=(FACT,)))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count(session) == 150
    assert store.version() != before


def test_a_store_that_went_away_is_a_sentence(store: Store, session: str) -> None:
    store._base.close()
    with pytest.raises(StoreError, match="could not be kept"):
        store.add(session, request(1))


def test_a_key_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BodiesLockedError, match="no body was kept"):
        Sealer(tmp_path / "file").seal(b"x", "name")


SHAPES = [
    b'{"api_key": "%s"}',
    b"Authorization: Bearer %s",
    b"password=%s&x=1",
    b'"refresh_token":"%s"',
    b"export ANTHROPIC_API_KEY='%s'",
    b"https://x.example/?access_token=%s",
]


@pytest.mark.parametrize("shape", SHAPES)
@given(key=st.text("abcdefABCDEF0123456789-_", min_size=16, max_size=60))
def test_what_is_named_like_a_key_is_blanked_out(shape: bytes, key: str) -> None:
    assert key.encode() not in without_keys(shape % key.encode())


@pytest.mark.parametrize(
    "key", ["sk-ant-api03-" + "a1B2" * 8, "ghp_" + "a1B2" * 8, "AKIA" + "ABCD1234EFGH5678", "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl"]
)
def test_what_looks_like_a_key_is_blanked_out_wherever_it_stands(key: str) -> None:
    assert key.encode() not in without_keys(b'{"content":"my key is ' + key.encode() + b' ok"}')


def test_a_private_key_is_blanked_out_also_when_it_is_cut_off() -> None:
    assert b"MIIE" not in without_keys(b"x -----BEGIN RSA PRIVATE KEY-----\nMIIEsecret")


def test_ordinary_text_stays_as_it_is() -> None:
    text = b'{"messages":[{"content":"Please explain tokens and cookies; the secret of good tests."}]}'
    assert without_keys(text) == text


def test_har_is_whole_without_values_and_names_the_findings(store: Store, session: str) -> None:
    store.add(session, request(1, header_names=("Authorization",), facts=(FACT,), markers=(MARKER,)), b"the body")
    store.add(session, request(2, size=0))
    store.answered(session, 1, Answer(200, 77, "text/event-stream", 1.5))
    store.bypassed(session, (Bypass("", "203.0.113.7", 443, "tcp", "node", "around", 1, 1.0, 1.0),))
    text = "".join(har(store, store.sessions()[0]))
    document = json.loads(text)["log"]
    assert text.isascii()
    assert document["version"] == "1.2"
    first, second = document["entries"]
    assert first["request"]["headers"] == [{"name": "Authorization", "value": "left out by Telltale"}]
    assert first["request"]["postData"]["text"] == ""
    assert (first["response"]["status"], first["time"], second["request"]["bodySize"]) == (200, 1500.0, 0)
    assert first["_telltale"]["facts"][0]["masked"] == "mask"
    assert document["_telltale"]["not_seen"][0]["address"] == "203.0.113.7"
    assert "the body" not in text


def test_a_request_as_data_can_be_written_as_json() -> None:
    text = json.dumps(request_document(request(1, facts=(FACT,), markers=(MARKER,))))
    assert "U+2019" in text


def test_evidence_says_what_was_seen_leaving_once_per_host(store: Store, session: str) -> None:
    store.add(session, request(1, facts=(FACT,)))
    store.add(session, request(2, facts=(FACT,)))
    store.add(session, request(3, host="b.example", facts=(FACT,)))
    found = evidence(store, "toy")
    assert [(item.signal, item.grade, item.tool_version) for item in found] == [
        ("host-name", Grade.SAW_SENT, "1.2"),
        ("user-name", Grade.SAW_SENT, "1.2"),
    ] * 2
    assert found[0].detail == "mask (SHA-256 (hex)), to api.example, in 2 requests"
    assert evidence(store, "another") == ()


def test_the_file_is_for_this_user_only(store: Store, session: str, state: Path) -> None:
    store.add(session, request(1), b"x")
    assert {path.name: path.stat().st_mode & 0o777 for path in state.iterdir()} == {
        "captures.key": 0o600,
        "captures.sqlite": 0o600,
        "captures.sqlite-shm": 0o600,
        "captures.sqlite-wal": 0o600,
    }
    with contextlib.closing(sqlite3.connect(store.path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_others_may_read_is_narrowed_when_it_is_opened(state: Path) -> None:
    Store().close()
    (state / "captures.sqlite").chmod(0o644)
    with Store() as store:
        assert store.path.stat().st_mode & 0o777 == 0o600
